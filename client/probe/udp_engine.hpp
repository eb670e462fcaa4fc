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
              ProbeNumber first_number, const EngineSettings& settings);

    void start();
    /// Closes everything; no event comes after it.
    void stop();

    const Duplicates& duplicates() const { return duplicates_; }
    const Schedule& schedule() const { return schedule_; }
    /// Frames of --count that are still to come.
    FramesLeft frames_left(TimePoint now);
    /// Ports not decided yet that this engine itself sends from, on this machine: they will be left
    /// to another one (ProbeTable::is_own_port).
    std::size_t own_ports_ahead() const;

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
    /// A whole request, ready to be sent.
    std::vector<std::uint8_t> request_bytes(const Endpoint& endpoint, std::uint32_t sequence,
                                            unsigned attempt,
                                            std::size_t size = default_request_size);
    /// One probe that has started and is not finished.
    struct Active {
        Refusals refusals;
        OtherReplies foreign;
        OtherReplies altered;
    };
    struct LastEcho {
        std::uint32_t sequence = 0;
        std::uint32_t session_frames = 0;  ///< 0: there was none yet, or it is not recorded
        std::uint8_t attempt = 0;
    };
    /// A frame of --count that is in flight.
    struct Sample {
        Slot slot;
        TimePoint sent;
        Port source;
        unsigned lost_before;  ///< how many in a row
    };

    void on_datagram(const net::Datagram& datagram, const SocketAddress& local) override;
    void on_queued_error(const net::QueuedError& error) override;
    void on_send_failure(std::optional<Slot> slot, std::error_code error) override;
    void on_received() override;
    void on_unreadable(std::error_code error) override;

    void pump();
    bool take_step(const Schedule::Step& step);
    void pump_soon();
    void arm(TimePoint until);
    void flush();
    ProbeNumber number_of(Slot slot) const { return number_at(first_number_, slot); }
    Probe& probe_at(Slot slot) { return table_.probe(number_of(slot)); }
    UdpChannels& channels(const IpAddress& address) { return address.is_v4() ? v4_ : v6_; }
    UdpChannel* channel_for(Slot slot, const Endpoint& endpoint, unsigned attempt);
    void begin_attempt(const Schedule::Step& step);
    void begin_control(const Schedule::Step& step);
    void leave_own_port(Slot slot);
    SocketAddress local_for(const Endpoint& endpoint, const UdpChannel& channel);
    std::optional<Slot> slot_of_sequence(std::uint32_t sequence) const;
    std::optional<Slot> active_slot_at(const SocketAddress& address) const;
    void on_frame(const net::Datagram& datagram, const Frame& frame, const SocketAddress& local);
    bool take_control(const Frame& frame);
    void on_own_request(const net::Datagram& datagram, const Frame& request,
                        const SocketAddress& local);
    void on_other_bytes(const net::Datagram& datagram, const SocketAddress& local);
    void note_other(Slot slot, bool altered, Port local);
    Nanoseconds time_to_repeat() const;
    void give_up(Slot slot);
    std::optional<TimePoint> last_sent_from(Slot slot, Port local);
    void note_duplicate(const Frame& frame);
    void take_intact(Slot slot, const net::Datagram& datagram, const Frame& echo,
                     const SocketAddress& local);
    void note_losses(Slot slot, const Frame& echo, Nanoseconds trip, Port local);
    void on_refusal(Slot slot, unsigned attempt);
    void next_sample(Slot slot, Port source, unsigned lost_before = 0);
    void send_sample(const Sample& sample);
    void send_waiting_samples(TimePoint now);
    void drop_sample(Slot slot);
    void expire_samples(TimePoint now);
    void fail(Slot slot, int error);
    void finish(Slot slot);

    boost::asio::io_context& context_;
    ProbeTable& table_;
    const ProbeList& list_;
    ProbeNumber first_number_;
    EngineSettings settings_;
    Schedule schedule_;
    SourceSpread spread_;
    boost::asio::steady_timer timer_;
    UdpChannels v4_;
    UdpChannels v6_;
    std::map<IpAddress, IpAddress> locals_;
    std::unordered_map<Slot, Active> active_;
    std::unordered_map<Slot, Port> open_from_;  ///< for controls: where the echo came to
    std::unordered_map<std::uint32_t, std::uint32_t> controls_;  ///< by sequence
    std::vector<LastEcho> last_echoes_;                          ///< by sequence, as a ring
    Duplicates duplicates_;
    std::unordered_map<std::uint32_t, Sample> samples_;
    std::deque<Sample> waiting_samples_;  ///< until --rate allows them: `sent` is then
    std::size_t samples_echoed_ = 0;
    std::size_t samples_lost_ = 0;
    std::deque<std::pair<TimePoint, std::uint32_t>> sample_deadlines_;
    std::optional<TimePoint> shortage_since_;
    int unreadable_ = 0;  ///< errno: no answer can be seen
    bool stopped_ = false;
};

}  // namespace pt::client
