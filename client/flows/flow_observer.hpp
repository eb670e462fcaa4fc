#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>

#include "client/watch/flow_state.hpp"
#include "client/watch/watched_port.hpp"
#include "common/core/frame.hpp"
#include "common/core/icmp_error.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// Which flow of which port, and which of its attempts or frames.
struct FlowAttempt {
    std::size_t port = 0;
    FlowKind kind = FlowKind::fresh;
    std::uint64_t id = 0;  ///< its lower half is the frame's sequence
};

/// What an ICMP error says of a flow.
inline FlowState state_of(const IcmpError& error) {
    switch (meaning(error)) {
        case IcmpMeaning::host_unreachable:
        case IcmpMeaning::net_unreachable:
        case IcmpMeaning::time_exceeded: return FlowState::unreachable;
        default: return FlowState::refused;
    }
}

/// Hears what comes back on flows.
class FlowObserver {
public:
    virtual ~FlowObserver() = default;
    virtual void on_connected(const FlowAttempt& attempt) = 0;
    virtual void on_outcome(const FlowAttempt& attempt, FlowState outcome,
                            std::optional<Nanoseconds> round_trip) = 0;
    /// An echo of a new flow, before its outcome.
    virtual void on_echo(std::size_t port, const Frame& echo) = 0;
    /// This machine was not able to.
    virtual void on_failure(const FlowAttempt& attempt, std::error_code error) = 0;
    /// An established flow is no more.
    virtual void on_end(std::size_t port, FlowEnd reason) = 0;
};

}  // namespace pt::client
