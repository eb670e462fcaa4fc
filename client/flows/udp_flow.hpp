#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <map>

#include "client/flows/flow_frames.hpp"
#include "client/flows/flow_observer.hpp"
#include "client/probe/udp_channel.hpp"

namespace pt::client {

/// One UDP flow of a watched port: all its frames leave from one source port. Concludes nothing.
class UdpFlow final : private UdpChannel::Owner {
public:
    /// References outlive it.
    UdpFlow(boost::asio::io_context& context, std::size_t port, FlowKind kind,
            const Endpoint& endpoint, FlowFrames frames, FlowObserver& observer);

    std::error_code open(const SourceSettings& source);
    void close() { channel_.close(); }
    /// `id` is above 0 and above those before.
    void send(std::uint32_t id);
    TimePoint begun() const { return begun_; }

private:
    static constexpr std::size_t max_under_way = 512;

    void on_datagram(const net::Datagram& datagram, const SocketAddress& local) override;
    void on_queued_error(const net::QueuedError& error) override;
    void on_send_failure(std::optional<Slot> slot, std::error_code error) override;
    void on_received() override {}
    void on_unreadable(std::error_code error) override;
    void tell(std::uint32_t id, FlowState outcome, std::optional<Nanoseconds> round_trip = {});

    struct Sent {
        Frame request;
        TimePoint at;
    };

    UdpChannel channel_;
    std::size_t port_;
    FlowKind kind_;
    Endpoint endpoint_;
    FlowFrames frames_;
    FlowObserver& observer_;
    TimePoint begun_;
    std::map<std::uint32_t, Sent> under_way_;
};

}  // namespace pt::client
