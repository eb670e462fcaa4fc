#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "client/pace/schedule.hpp"

/// The schedule under virtual time: nothing sleeps, every run is the same.
namespace pt::client::test {

using namespace std::chrono_literals;
using Action = Schedule::Action;

inline constexpr Schedule::Limits unbounded{.in_flight = 1'000'000, .window = 1'000'000};
inline constexpr std::uint64_t seed = 7;

/// A network that is driven by the schedule alone: time jumps to whatever is waited for.
class VirtualRun {
public:
    explicit VirtualRun(Schedule& schedule) : schedule_{schedule} {}

    /// One step; moves the clock over waits. False once done.
    bool step() {
        last = schedule_.next(clock);
        switch (last.action) {
            case Action::attempt:
                attempts[to_index(last.slot)].push_back(clock);
                max_in_flight = std::max(max_in_flight, schedule_.in_flight());
                return true;
            case Action::give_up: given_up[to_index(last.slot)] = clock; return true;
            case Action::rest: rested.insert(to_index(last.slot)); return true;
            case Action::control: controls.push_back(clock); return true;
            case Action::drop_control: return true;
            case Action::wait:
                EXPECT_GT(last.until, clock) << "a wait that ends at once would spin";
                EXPECT_NE(last.until, TimePoint::max()) << "would wait forever";
                clock = last.until;
                return last.until != TimePoint::max();
            case Action::done: return false;
        }
        return false;
    }
    void finish() {
        while (step()) {
        }
    }

    TimePoint clock{1h};
    Schedule::Step last;
    std::map<std::size_t, std::vector<TimePoint>> attempts;
    std::map<std::size_t, TimePoint> given_up;
    std::set<std::size_t> rested;
    std::vector<TimePoint> controls;
    std::size_t max_in_flight = 0;

private:
    Schedule& schedule_;
};

}  // namespace pt::client::test
