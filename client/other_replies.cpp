#include "client/other_replies.hpp"

#include <algorithm>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_delays = 32;
/// So many attempts must be answered as soon as each other, and half of those that are answered.
constexpr std::size_t min_regular = 3;

}  // namespace

void OtherReplies::add(std::optional<TimePoint> sent, TimePoint now) {
    first_ = first_.value_or(now);
    if (!sent) {
        return;
    }
    last_sent_ = std::max(last_sent_, *sent);
    const bool known = std::any_of(delays_.begin(), delays_.end(),
                                   [&](const Delay& delay) { return delay.sent == *sent; });
    if (!known && delays_.size() < max_delays) {
        delays_.push_back({*sent, now - *sent});
    }
}

bool OtherReplies::surely_answer(Nanoseconds later) const {
    return answer(later, min_regular, Nanoseconds{25ms});
}

bool OtherReplies::answer(Nanoseconds later, std::size_t attempts) const {
    return answer(later, std::min(min_regular, attempts), Nanoseconds{150ms});
}

bool OtherReplies::answer(Nanoseconds later, std::size_t least, Nanoseconds tolerance) const {
    if (!first_ || last_sent_ < *first_ + later) {
        return false;
    }
    std::vector<Nanoseconds> delays;
    for (const Delay& delay : delays_) {
        delays.push_back(delay.delay);
    }
    std::sort(delays.begin(), delays.end());
    const std::size_t needed = std::max(least, (delays.size() + 1) / 2);
    for (std::size_t first = 0; first + needed <= delays.size(); ++first) {
        const Nanoseconds shortest = delays[first];
        const Nanoseconds longest = delays[first + needed - 1];
        if (longest - shortest <= std::max(tolerance, shortest / 4)) {
            return true;
        }
    }
    return false;
}

}  // namespace pt::client
