#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "client/duplicates.hpp"
#include "client/engine.hpp"
#include "client/probe.hpp"
#include "client/udp_channel.hpp"

namespace pt::client {

/// Drives the UDP probes of a run through one channel for each address family. Retries resend the
/// same sequence with a new attempt number.
class UdpEngine final : public UdpChannel::Owner {
public:
    /// `probes` are the numbers, in `table`, of the probes to drive; `session` is that of their
    /// frames. `table` outlives the engine.
    UdpEngine(boost::asio::io_context& context, ProbeTable& table,
              std::vector<std::uint32_t> probes, const EngineSettings& settings,
              std::uint64_t session);

    void start();
    /// Closes everything; no event comes after it.
    void stop();

    const Duplicates& duplicates() const { return duplicates_; }

private:
    struct LastEcho {
        std::uint32_t sequence = 0;
        std::uint32_t session_frames = 0;  ///< 0: there was none yet
        std::uint8_t attempt = 0;
    };
    /// A frame of --count that is under way.
    struct Sample {
        std::size_t place;
        TimePoint sent;
    };

    void on_datagram(const net::Datagram& datagram, const SocketAddress& local) override;
    void on_queued_error(const net::QueuedError& error) override;
    void on_send_failure(std::size_t place, std::error_code error) override;
    void on_received() override;

    void pump();
    void arm(TimePoint until);
    void flush();
    UdpChannel* channel_for(const IpAddress& address, std::error_code& error);
    void begin_attempt(const Schedule::Step& step);
    void leave_own_port(std::size_t place);
    void try_own_ports();
    SocketAddress local_for(const Endpoint& endpoint, const UdpChannel& channel);
    std::optional<std::size_t> place_of(std::uint32_t sequence) const;
    std::optional<std::size_t> active_place_at(const SocketAddress& address);
    void on_frame(const net::Datagram& datagram, const Frame& frame, const SocketAddress& local);
    void on_own_request(const net::Datagram& datagram, const Frame& request);
    void on_other_bytes(const net::Datagram& datagram);
    void note_duplicate(std::size_t place, const Frame& frame);
    void take_intact(std::size_t place, const net::Datagram& datagram, const Frame& echo,
                     const SocketAddress& local);
    void next_sample(std::size_t place);
    void expire_samples(TimePoint now);
    bool needs_no_more_attempts(const Probe& probe) const;
    void finish(std::size_t place);

    boost::asio::io_context& context_;
    ProbeTable& table_;
    std::vector<std::uint32_t> probes_;
    EngineSettings settings_;
    std::uint64_t session_;
    Schedule schedule_;
    boost::asio::steady_timer timer_;
    std::unique_ptr<UdpChannel> v4_;
    std::unique_ptr<UdpChannel> v6_;
    std::unordered_map<std::uint32_t, std::size_t> place_of_number_;
    std::vector<std::pair<SocketAddress, std::size_t>> by_address_;  ///< sorted; made when needed
    std::map<IpAddress, SocketAddress> locals_;
    std::vector<TimePoint> first_sent_;
    std::vector<LastEcho> last_echoes_;
    Duplicates duplicates_;
    std::unordered_map<std::uint32_t, Sample> samples_;
    std::deque<std::pair<TimePoint, std::uint32_t>> sample_deadlines_;
    std::vector<std::uint32_t> own_ports_;  ///< probes that must wait until our sockets are gone
    bool stopped_ = false;
};

}  // namespace pt::client
