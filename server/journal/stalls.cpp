#include "server/journal/stalls.hpp"

#include <algorithm>

namespace pt::server {
namespace {

bool overlaps(TimePoint from, TimePoint to, TimePoint other_from, TimePoint other_to) {
    return from <= other_to && other_from <= to;
}

}  // namespace

Nanoseconds Stalls::turn(std::size_t thread, TimePoint now, Nanoseconds interval) {
    const auto [found, first] = threads_.try_emplace(thread);
    const Thread before = found->second;
    found->second = {now, now + interval};
    if (first || now <= before.next_turn + min_stall) {
        return {};
    }
    if (stalls_.size() == capacity) {
        stalls_.pop_front();
    }
    stalls_.push_back({before.last_turn, now});
    ++count_;
    return now - before.next_turn;
}

bool Stalls::any(TimePoint from, TimePoint to, TimePoint now) const {
    return std::any_of(stalls_.begin(), stalls_.end(),
                       [&](const TimeSpan& stall) {
                           return overlaps(from, to, stall.earliest, stall.latest);
                       }) ||
           std::any_of(threads_.begin(), threads_.end(), [&](const auto& entry) {
               const Thread& thread = entry.second;
               return now > thread.next_turn + min_stall &&
                      overlaps(from, to, thread.last_turn, now);
           });
}

}  // namespace pt::server
