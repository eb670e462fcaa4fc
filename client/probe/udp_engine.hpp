#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "client/probe/engine.hpp"
#include "client/probe/other_replies.hpp"
#include "client/probe/probe.hpp"
#include "client/probe/probe_list.hpp"
#include "client/probe/refusals.hpp"
#include "client/probe/source_spread.hpp"
#include "client/probe/udp_channels.hpp"
#include "client/result/duplicates.hpp"

namespace pt::client {

/// Drives the UDP probes of a scan through a few channels for each address family. Retries resend
/// the same sequence with a new attempt number, each from another source port.
class UdpEngine final : public UdpChannel::Owner {
public:
    /// Probes are numbered from `first_number` in `table`, in the order of the list. `list` and
    /// `table` outlive the engine.
    UdpEngine(boost::asio::io_context& context, ProbeTable& table, const ProbeList& list,
              std::uint32_t first_number, const EngineSettings& settings);

    void start();
    /// Closes everything; no event comes after it.
    void stop();

    const Duplicates& duplicates() const { return duplicates_; }
    const Schedule& schedule() const { return schedule_; }

    /// Sends a datagram from the port that such an attempt is sent from.
    std::optional<Port> send_as(unsigned attempt, std::span<const std::uint8_t> bytes,
                                const SocketAddress& to);
    bool has_port(Port port, const IpAddress& towards) const {
        return !stopped_ && (towards.is_v4() ? v4_ : v6_).with_port(port) != nullptr;
    }
    /// Sends a query to a port that proved open, from the port that its echo came to; false where
    /// that is not possible. Answers and refusals go to the table.
    bool send_query(std::span<const std::uint8_t> bytes, const SocketAddress& to, Port source);

private:
    /// One probe that has started and is not finished.
    struct Active {
        Refusals refusals;
        OtherReplies foreign;
        OtherReplies altered;
    };
    struct LastEcho {
        std::uint32_t sequence = 0;
        std::uint32_t session_frames = 0;  ///< 0: there was none yet
        std::uint8_t attempt = 0;
    };
    /// A frame of --count that is in flight.
    struct Sample {
        std::size_t place;
        TimePoint sent;
        Port source;
    };

    void on_datagram(const net::Datagram& datagram, const SocketAddress& local) override;
    void on_queued_error(const net::QueuedError& error) override;
    void on_send_failure(std::size_t place, std::error_code error) override;
    void on_received() override;
    void on_unreadable(std::error_code error) override;

    void pump();
    bool take_step(const Schedule::Step& step);
    void pump_soon();
    void arm(TimePoint until);
    void flush();
    std::uint32_t number_of(std::size_t place) const {
        return first_number_ + static_cast<std::uint32_t>(place);
    }
    Probe& probe_at(std::size_t place) { return table_.probe(number_of(place)); }
    UdpChannels& channels(const IpAddress& address) { return address.is_v4() ? v4_ : v6_; }
    UdpChannel* channel_for(std::size_t place, const Endpoint& endpoint, unsigned attempt);
    void begin_attempt(const Schedule::Step& step);
    void begin_control(const Schedule::Step& step);
    void leave_own_port(std::size_t place);
    SocketAddress local_for(const Endpoint& endpoint, const UdpChannel& channel);
    std::optional<std::size_t> place_of(std::uint32_t sequence) const;
    std::optional<std::size_t> active_place_at(const SocketAddress& address) const;
    void on_frame(const net::Datagram& datagram, const Frame& frame, const SocketAddress& local);
    bool take_control(const Frame& frame);
    void on_own_request(const net::Datagram& datagram, const Frame& request,
                        const SocketAddress& local);
    void on_other_bytes(const net::Datagram& datagram, const SocketAddress& local);
    void note_other(std::size_t place, bool altered, Port local);
    Nanoseconds time_to_repeat() const;
    void give_up(std::size_t place);
    std::optional<TimePoint> last_sent_from(std::size_t place, Port local);
    void note_duplicate(const Frame& frame);
    void take_intact(std::size_t place, const net::Datagram& datagram, const Frame& echo,
                     const SocketAddress& local);
    void note_losses(std::size_t place, const Frame& echo, Nanoseconds trip, Port local);
    void on_refusal(std::size_t place, unsigned attempt);
    void next_sample(std::size_t place, Port source);
    void expire_samples(TimePoint now);
    void fail(std::size_t place, int error);
    void finish(std::size_t place);

    boost::asio::io_context& context_;
    ProbeTable& table_;
    const ProbeList& list_;
    std::uint32_t first_number_;
    EngineSettings settings_;
    Schedule schedule_;
    SourceSpread spread_;
    boost::asio::steady_timer timer_;
    UdpChannels v4_;
    UdpChannels v6_;
    std::map<IpAddress, IpAddress> locals_;
    std::unordered_map<std::size_t, Active> active_;
    std::unordered_map<std::size_t, Port> open_from_;  ///< for controls: where the echo came to
    std::unordered_map<std::uint32_t, std::uint32_t> controls_;  ///< by sequence
    std::vector<LastEcho> last_echoes_;                          ///< by sequence, as a ring
    Duplicates duplicates_;
    std::unordered_map<std::uint32_t, Sample> samples_;
    std::deque<std::pair<TimePoint, std::uint32_t>> sample_deadlines_;
    std::optional<TimePoint> shortage_since_;
    int unreadable_ = 0;  ///< errno: no answer can be seen
    bool stopped_ = false;
};

}  // namespace pt::client
