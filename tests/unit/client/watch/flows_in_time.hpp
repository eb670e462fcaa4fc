#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "client/watch/flow_monitor.hpp"

namespace pt::client::test {

using namespace std::chrono_literals;

inline constexpr Nanoseconds gap = 200ms;
inline constexpr Nanoseconds trip = 2ms;

/// Attempts in virtual time, one each `gap`.
class Flows {
public:
    explicit Flows(FlowMonitor::Rules rules = {.min_silent = 5, .min_timeout = 40ms})
        : monitor{rules} {}

    TimePoint now() const { return now_; }

    /// Nothing: no reply.
    void attempt(FlowState outcome) {
        monitor.sent(++id_, now_);
        if (outcome != FlowState::no_reply) {
            monitor.advance(now_ + trip);
            monitor.finished(id_, outcome,
                             outcome == FlowState::open ? std::optional{trip} : std::nullopt,
                             now_ + trip);
        }
        monitor.advance(now_ + gap - 1ms);
        now_ += gap;
        while (const auto change = monitor.take_change()) {
            changes.push_back(*change);
        }
    }

    void attempts(int count, FlowState outcome) {
        for (int i = 0; i < count; ++i) {
            attempt(outcome);
        }
    }

    FlowMonitor monitor;
    std::vector<FlowChange> changes;

private:
    std::uint64_t id_ = 0;
    TimePoint now_{};
};

}  // namespace pt::client::test
