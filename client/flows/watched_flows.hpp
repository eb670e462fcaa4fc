#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <set>
#include <vector>

#include "client/flows/flow_observer.hpp"
#include "client/flows/tcp_flows.hpp"
#include "client/flows/udp_flow.hpp"
#include "client/watch/watched_port.hpp"

namespace pt::client {

/// Keeps the flows of all watched ports going, in their rhythm, and tells the ports what comes back
/// on them. Has no timer: who owns it calls `send_due`.
class WatchedFlows final : private FlowObserver {
public:
    struct Handlers {
        std::function<void(std::size_t port)> heard;         ///< something came back
        std::function<void(std::size_t port)> path_changed;  ///< as pt-server sees it
    };

    /// Random numbers that make the frames of new flows and of established ones this program's own.
    struct Sessions {
        std::uint64_t fresh = 0;
        std::uint64_t established = 0;
    };

    /// References outlive it; the ports stay where and as many as they are.
    WatchedFlows(boost::asio::io_context& context, const SourceSettings& source,
                 const Sessions& sessions, const WatchRhythm& rhythm,
                 std::vector<WatchedPort>& ports, std::ostream& errors, Handlers handlers);

    /// When `send_due` has something to do.
    TimePoint next_due() const;
    void send_due(TimePoint now);
    /// A rhythm that was held up starts anew instead of catching up.
    void resume(TimePoint now);

private:
    /// When something is to be sent to a port next.
    struct Turn {
        TimePoint attempt;
        TimePoint frame;
        std::uint8_t attempt_number = 1;       ///< 1 and 2 in turn
        std::shared_ptr<UdpFlow> established;  ///< UDP
    };

    void send_attempt(std::size_t port, TimePoint now);
    void send_frame(std::size_t port, TimePoint now);
    void send_datagram(std::size_t port, std::uint64_t id, TimePoint now);
    std::shared_ptr<UdpFlow> open_udp(std::size_t port, FlowKind kind, std::error_code& error);
    void give_up_established(std::size_t port);
    void close_old(TimePoint now);

    void on_connected(const FlowAttempt& attempt) override;
    void on_outcome(const FlowAttempt& attempt, FlowState outcome,
                    std::optional<Nanoseconds> round_trip) override;
    void on_echo(std::size_t port, const Frame& echo) override;
    void on_failure(const FlowAttempt& attempt, std::error_code error) override;
    void on_end(std::size_t port, FlowEnd reason) override;

    FlowObserver& as_observer() { return *this; }
    FlowMonitor& monitor_of(const FlowAttempt& attempt);

    boost::asio::io_context& context_;
    SourceSettings source_;
    WatchRhythm rhythm_;
    std::vector<WatchedPort>& ports_;
    std::ostream& errors_;
    Handlers handlers_;
    FlowFrames fresh_frames_;
    FlowFrames established_frames_;
    TcpFlows tcp_;
    net::ReceiveBatch received_;                 ///< of one UDP flow at a time
    std::vector<Turn> turns_;                    ///< of each port
    std::vector<std::shared_ptr<UdpFlow>> udp_;  ///< new flows
    TimePoint next_cleaning_{};
    std::set<int> known_errors_;
    std::uint64_t last_id_ = 0;
};

}  // namespace pt::client
