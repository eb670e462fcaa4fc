#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <vector>

#include "common/core/frame_reader.hpp"
#include "common/core/timing.hpp"
#include "server/ports/stream_io.hpp"
#include "server/record/fair_order.hpp"
#include "server/record/source_key.hpp"

namespace pt::server {

/// The two ends of a TCP connection, and how far their exchange of frames has come.
struct Conversation {
    SocketAddress peer;
    SocketAddress local;
    HandshakeHops hops;
    FrameReader reader;
    /// Replies that the kernel had no room for; nothing more is read until it has taken them.
    std::vector<std::uint8_t> unsent;
    TimePoint heard{};   ///< when the last whole frame came; unset: none has yet
    bool reset = false;  ///< by the peer's side
    SourceKey source = 0;
    /// When it was accepted, if it is noted as established without data; and what was before.
    std::optional<TimePoint> noted{};
    TimePoint noted_before{};

    bool delivered() const { return heard != TimePoint{}; }
};

/// One accepted TCP connection that has to be waited for. Its coroutine holds a place in the
/// ConnectionList for as long as it runs.
struct Connection {
    boost::asio::ip::tcp::socket socket;
    Conversation conversation;
    TimePoint accepted;
    TimePoint since;  ///< accepted, or the last whole frame
    enum class Stage {
        no_data,  ///< has not delivered a frame yet
        talking,  ///< has
        closing   ///< its socket is closed; its coroutine has yet to notice
    };
    Stage stage = Stage::no_data;
    FairOrder<std::list<Connection>::iterator>::Place order{};  ///< unless it is closing
};

/// All connections, ordered by age within each stage, so that the oldest is found at once and no
/// connection needs a timer of its own. Closing a connection closes its socket; its coroutine then
/// wakes up with an error and removes it. All is done from one thread; others may ask for its size.
class ConnectionList {
public:
    using Place = std::list<Connection>::iterator;

    Place add(boost::asio::ip::tcp::socket socket, Conversation conversation, TimePoint accepted);
    /// To be called when its conversation may have brought a frame.
    void note_heard(Place place);
    void close(Place place);
    void remove(Place place);

    /// Closes a connection of the source that has most (FairOrder), the oldest one: one without
    /// data, if that came more than a second ago. A new connection must have the time to send its
    /// first frame: otherwise one that has sent no frame for a second makes room, unless those
    /// without data are more, or of one source that has more of them. So these take no more than
    /// half of the room from those that talked, and no source takes what others have. False: there
    /// is none.
    bool make_room(TimePoint now);

    struct Expired {
        std::size_t no_data = 0;
        std::size_t idle = 0;
        bool more = false;  ///< some are left for the next call
    };
    /// Of each kind, for one call: each takes microseconds in which no socket is served.
    static constexpr std::size_t max_expired = 128;
    /// Closes what has delivered no frame, or no further one, for too long.
    Expired close_expired(TimePoint now, Nanoseconds no_data_limit, Nanoseconds idle_limit);

    void close_all();
    /// Wakes every connection's coroutine: each wait fails with operation_aborted.
    void cancel_all();

    /// Open ones.
    std::size_t size() const;
    bool empty() const;

private:
    using Lock = std::lock_guard<std::mutex>;
    using Order = FairOrder<Place>;

    void close_locked(Place place);
    bool close_one_locked(std::list<Connection>& list);
    std::list<Connection>& list_of(Connection::Stage stage);
    Order& order_of(Connection::Stage stage);
    void move_to(Place place, Connection::Stage stage);
    std::size_t close_older(std::list<Connection>& list, TimePoint since);

    mutable std::mutex mutex_;
    std::list<Connection> no_data_;
    std::list<Connection> talking_;
    std::list<Connection> closing_;
    Order no_data_order_;
    Order talking_order_;
};

}  // namespace pt::server
