#include "client/pace/forecast.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// What was expected in this last part of the time so far counts: an error that was made then is
/// likely to be made now.
constexpr int part_of_time = 4;
constexpr Nanoseconds min_time = 2s;
constexpr Nanoseconds max_time = 10s;
/// Fewer estimates than those of so long cannot contradict each other.
constexpr Nanoseconds min_agreement = 1s;
/// Less is as good as that: nobody does anything else in the meantime.
constexpr Nanoseconds soon = 1s;
/// With such ends a range tells nothing.
constexpr int max_ratio = 3;

bool is_wide(const TimeRange& range) { return range.max > std::max(range.min, soon) * max_ratio; }

}  // namespace

void Forecast::add(const std::optional<TimeRange>& left, TimePoint now) {
    began_ = began_.value_or(now);
    if (!left || is_wide(*left)) {
        expected_.clear();
        return;
    }
    expected_.push_back({now, now + left->min, now + left->max});
    const Nanoseconds time = std::clamp((now - *began_) / part_of_time, min_time, max_time);
    while (now - expected_.front().at > time) {
        expected_.pop_front();
    }
}

std::optional<TimeRange> Forecast::left(TimePoint now) const {
    if (expected_.empty() || now - *began_ < min_time ||
        now - expected_.front().at < min_agreement) {
        return std::nullopt;
    }
    TimePoint earliest = TimePoint::max();
    TimePoint latest = TimePoint::min();
    for (const Expected& one : expected_) {
        earliest = std::min(earliest, one.earliest_end);
        latest = std::max(latest, one.latest_end);
    }
    const TimeRange range{std::max(earliest - now, soon), std::max(latest - now, soon)};
    return is_wide(range) ? std::nullopt : std::optional{range};
}

}  // namespace pt::client
