#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <system_error>

#include "client/flows/flow_frames.hpp"
#include "client/flows/flow_observer.hpp"
#include "client/probe/socket_setup.hpp"
#include "common/net/datagrams.hpp"
#include "common/net/error_queue.hpp"

namespace pt::client {

/// One UDP flow of a watched port: all its frames leave from one source port. There are many of
/// them, so that they read into one batch in turn. Concludes nothing. Owned by shared_ptr; after
/// `close` it tells nothing more.
class UdpFlow final : public std::enable_shared_from_this<UdpFlow> {
public:
    /// References outlive it.
    UdpFlow(boost::asio::io_context& context, net::ReceiveBatch& received, std::size_t port,
            FlowKind kind, const Endpoint& endpoint, FlowFrames frames, FlowObserver& observer);

    std::error_code open(const SourceSettings& source);
    void close();
    /// `id` is above 0 and above those before. An error: it was not sent. That this machine has no
    /// route is an outcome.
    std::error_code send(std::uint64_t id);

    std::size_t port() const { return port_; }
    TimePoint begun() const { return begun_; }

private:
    static constexpr std::size_t max_under_way = 512;

    struct Sent {
        std::uint64_t id = 0;
        Frame request;
        TimePoint at;
    };

    void wait_readable();
    void on_readable();
    bool take_errors();
    void take_datagram(const net::Datagram& datagram);
    void take_error(const net::QueuedError& error);
    std::deque<Sent>::iterator find(std::uint32_t sequence);
    void tell(std::deque<Sent>::iterator sent, FlowState outcome,
              std::optional<Nanoseconds> round_trip = {});

    boost::asio::ip::udp::socket socket_;
    net::ReceiveBatch& received_;
    std::size_t port_;
    FlowKind kind_;
    Endpoint endpoint_;
    FlowFrames frames_;
    FlowObserver& observer_;
    TimePoint begun_;
    Port own_port_{};
    RunKey key_;
    std::deque<Sent> under_way_;  ///< the oldest first
};

}  // namespace pt::client
