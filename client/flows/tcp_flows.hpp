#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <system_error>
#include <unordered_map>

#include "client/flows/flow_frames.hpp"
#include "client/flows/flow_observer.hpp"
#include "client/probe/tcp_attempt.hpp"
#include "client/probe/tcp_sockets.hpp"

namespace pt::client {

/// TCP connections of watched ports: new ones, each for one frame, and one for each port that is
/// kept for many. Owns them all; concludes nothing.
class TcpFlows final : private TcpAttempt::Owner {
public:
    /// References outlive it.
    TcpFlows(boost::asio::io_context& context, const SourceSettings& source, FlowFrames fresh,
             FlowFrames established, FlowObserver& observer);
    ~TcpFlows() override;

    /// Begins a new connection; `id` is above 0, and none has it. `number` is 1 or 2, in turn. An
    /// error: this machine was not able to.
    std::error_code start_new(std::size_t port, const Endpoint& endpoint, std::uint64_t id,
                              std::uint8_t number);
    /// Closes the new connections that are too old, whatever becomes of them.
    void close_old(const std::function<bool(std::size_t port, TimePoint begun)>& is_old);

    /// What came of `send_established`.
    enum class Sent { yes, last_is_under_way, not_able };
    /// Sends a frame on the connection that is kept, if its last one has been answered; begins the
    /// connection where there is none.
    Sent send_established(std::size_t port, const Endpoint& endpoint, std::uint64_t id);
    void close_established(std::size_t port);

private:
    struct New {
        std::shared_ptr<TcpAttempt> connection;
        std::uint64_t id = 0;
    };
    struct Kept {
        std::shared_ptr<TcpAttempt> connection;
        std::uint64_t id = 0;  ///< of the frame under way; 0: none is
        bool proved = false;   ///< an echo has come
    };

    std::shared_ptr<TcpAttempt> make(std::size_t port, const Frame& request,
                                     TcpAttempt::Frames frames);
    void check_soon(const std::shared_ptr<TcpAttempt>& attempt);
    void on_tcp_event(TcpAttempt& attempt, TcpEvent event) override;
    void on_new(TcpAttempt& attempt, std::uint64_t id, TcpEvent event);
    void on_established(TcpAttempt& attempt, TcpEvent event);
    void end_established(std::size_t port, FlowEnd reason);
    void drop(std::shared_ptr<TcpAttempt> attempt);

    boost::asio::io_context& context_;
    TcpSockets sockets_;
    FlowFrames fresh_frames_;
    FlowFrames established_frames_;
    FlowObserver& observer_;
    std::unordered_map<const TcpAttempt*, New> new_;
    std::map<std::size_t, Kept> kept_;
};

}  // namespace pt::client
