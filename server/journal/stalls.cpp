#include "server/journal/stalls.hpp"

#include <algorithm>

namespace pt::server {
namespace {

bool overlaps(TimePoint from, TimePoint to, TimePoint other_from, TimePoint other_to) {
    return from <= other_to && other_from <= to;
}

}  // namespace

Nanoseconds Stalls::turn(std::size_t thread, TimePoint now, Nanoseconds interval) {
    const auto [found, first] = turns_.try_emplace(thread);
    const Turn before = found->second;
    found->second = {now, now + interval};
    if (first || now <= before.next + min_stall) {
        return {};
    }
    if (stalls_.size() == capacity) {
        stalls_.pop_front();
    }
    stalls_.push_back({before.last, now});
    ++count_;
    return now - before.next;
}

bool Stalls::any(TimePoint from, TimePoint to, TimePoint now) const {
    return std::any_of(stalls_.begin(), stalls_.end(),
                       [&](const TimeSpan& stall) {
                           return overlaps(from, to, stall.earliest, stall.latest);
                       }) ||
           std::any_of(turns_.begin(), turns_.end(), [&](const auto& entry) {
               const Turn& turn = entry.second;
               return now > turn.next + min_stall && overlaps(from, to, turn.last, now);
           });
}

}  // namespace pt::server
