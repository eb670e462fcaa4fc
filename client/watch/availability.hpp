#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/watch/flow_state.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// A time in which new flows of a port had no answer.
struct Outage {
    TimePoint start;
    std::optional<TimePoint> end;  ///< nothing: it goes on
    Nanoseconds duration{};        ///< without the time that this machine was paused
    FlowState state = FlowState::no_reply;
    std::string verdict;  ///< "filtered, forward" where a scan found out
};

/// Adds up how long a port was available. Pure; times are of the past, in order, and may lie before
/// a pause that has been noted. Bounded: of very many outages the first are kept, and all counted.
class Availability {
public:
    static constexpr std::size_t max_outages = 1'000;

    /// The first state that is known. Nothing before it counts.
    void begin(TimePoint at, FlowState state, bool available);
    /// From then on it is (not) available. Another state of the same outage names it, if later.
    void change(TimePoint at, FlowState state, bool available);
    /// In between nothing was watched: neither the one nor the other. Times may overlap.
    void pause(TimePoint from, TimePoint to);
    /// The machine slept: the monotonic clock did not count that.
    void note_sleep(Nanoseconds length) { paused_ += length; }
    /// A scan says of the outage that goes on why.
    void name(const std::string& verdict);
    void end(TimePoint at);

    bool begun() const { return since_.has_value(); }
    bool available() const { return available_; }
    Nanoseconds up() const { return up_; }
    Nanoseconds down() const { return down_; }
    Nanoseconds paused() const { return paused_; }
    /// Per cent of the time that was watched; nothing: none was.
    std::optional<double> percent() const;
    const std::vector<Outage>& outages() const { return outages_; }
    std::uint64_t outage_count() const { return outage_count_; }
    Nanoseconds longest() const { return longest_; }
    /// The duration of the last outage that has ended.
    Nanoseconds last_outage() const { return last_outage_; }

private:
    struct Pause {
        TimePoint from;
        TimePoint to;
    };

    void merge_pauses();
    Nanoseconds close_stretch(TimePoint at);
    void close_outage(TimePoint at, Nanoseconds duration);

    std::optional<TimePoint> since_;  ///< the present stretch
    bool available_ = false;
    std::vector<Pause> pauses_;  ///< within it
    Nanoseconds up_{};
    Nanoseconds down_{};
    Nanoseconds paused_{};
    Nanoseconds longest_{};
    Nanoseconds last_outage_{};
    std::vector<Outage> outages_;
    std::uint64_t outage_count_ = 0;
    bool kept_ = false;  ///< the present outage is the last of `outages_`
};

}  // namespace pt::client
