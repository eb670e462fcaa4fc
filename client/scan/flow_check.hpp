#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "client/conclude/flow_notes.hpp"
#include "client/probe/probe.hpp"
#include "client/probe/source_spread.hpp"
#include "client/probe/tcp_attempt.hpp"
#include "client/probe/tcp_sockets.hpp"

namespace pt::client {

/// What a check of the flows to one address is told.
struct FlowCheckSettings {
    SourceSettings source;
    std::optional<std::pair<Port, Port>> ephemeral_range;
    std::uint64_t seed = 0;
    std::optional<Endpoint> tcp;  ///< a port that proved open
    std::optional<Endpoint> udp;
    Nanoseconds round_trip{};  ///< measured on that path
    /// Sends a datagram as that attempt is sent; the source port, where that is possible.
    std::function<std::optional<Port>(unsigned attempt, std::span<const std::uint8_t> bytes,
                                      const SocketAddress& to)>
        send;
};

/// Where some attempts on open ports were lost: asks an open port from many source ports at the
/// same time, and those that are lost once more. So that it shows whether the source port decides,
/// the flow as a whole, or chance. Concludes nothing: flow_notes does.
class FlowCheck final : public TcpAttempt::Owner {
public:
    /// `done` is called once, from the context, and not from within `start`.
    FlowCheck(boost::asio::io_context& context, ProbeTable& table, FlowCheckSettings settings,
              std::function<void(const std::vector<FlowOutcome>&)> done);

    void start();
    void stop();
    /// A reply by UDP; not necessarily to one of these requests.
    void take_reply(const Frame& frame);

private:
    struct Flow {
        FlowOutcome outcome;
        unsigned attempt = 0;
        std::uint32_t sequence = 0;
        std::shared_ptr<TcpAttempt> tcp;
        bool ended = false;  ///< nothing more is to be expected of it
    };

    void on_tcp_event(TcpAttempt& attempt, TcpEvent event) override;
    void begin_round();
    void wait(Nanoseconds time);
    bool has_silent_connection() const;
    void end_round();
    void send_tcp(Flow& flow);
    void send_udp(Flow& flow);

    ProbeTable& table_;
    FlowCheckSettings settings_;
    std::function<void(const std::vector<FlowOutcome>&)> done_;
    SourceSpread spread_;
    TcpSockets sockets_;
    boost::asio::steady_timer timer_;
    TimePoint started_{};
    std::vector<Flow> flows_;
    unsigned round_ = 0;
    unsigned waits_ = 0;            ///< the latest one counts
    bool waited_for_data_ = false;  ///< in this round
};

}  // namespace pt::client
