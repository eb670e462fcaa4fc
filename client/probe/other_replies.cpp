#include "client/probe/other_replies.hpp"

#include <algorithm>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_delays = 32;
/// So many attempts must be answered as soon as each other.
constexpr std::size_t min_regular = 3;
/// As soon as each other, where there is nothing strange about the datagrams, and where there is.
constexpr Nanoseconds wide = 150ms;
constexpr Nanoseconds narrow = 25ms;
/// The datagrams of one answer, or copies of them, come within this time.
constexpr Nanoseconds one_answer = 100ms;
/// One in five times a datagram comes within `narrow` by chance where so many come in a second.
constexpr std::size_t max_unsolicited_a_second = 8;

bool as_soon(Nanoseconds shortest, Nanoseconds longest, Nanoseconds tolerance) {
    return longest - shortest <= std::max(tolerance, shortest / 4);
}

}  // namespace

void OtherReplies::add(std::optional<TimePoint> sent, TimePoint now) {
    first_ = first_.value_or(now);
    last_ = std::max(last_, now);
    if (!sent) {
        ++unsolicited_;
        return;
    }
    last_sent_ = std::max(last_sent_, *sent);
    const auto answered = std::find_if(delays_.begin(), delays_.end(),
                                       [&](const Delay& delay) { return delay.sent == *sent; });
    if (answered != delays_.end()) {
        unsolicited_ += now > *sent + answered->delay + one_answer ? 1U : 0U;
    } else if (delays_.size() < max_delays) {
        delays_.push_back({*sent, now - *sent});
    }
}

bool OtherReplies::repeated(Nanoseconds later) const {
    return first_ && last_sent_ >= *first_ + later;
}

bool OtherReplies::comes_by_chance() const {
    const auto seconds = std::chrono::duration<double>(std::max<Nanoseconds>(last_ - *first_, 1s));
    return static_cast<double>(unsolicited_) > max_unsolicited_a_second * seconds.count();
}

std::vector<Nanoseconds> OtherReplies::sorted_delays() const {
    std::vector<Nanoseconds> delays;
    for (const Delay& delay : delays_) {
        delays.push_back(delay.delay);
    }
    std::sort(delays.begin(), delays.end());
    return delays;
}

bool OtherReplies::surely_answer(Nanoseconds later) const {
    if (unsolicited_ > 0 || !repeated(later) || delays_.size() < min_regular) {
        return false;
    }
    const auto delays = sorted_delays();
    return as_soon(delays.front(), delays.back(), narrow);
}

bool OtherReplies::answer(Nanoseconds later, std::size_t attempts) const {
    if (!repeated(later) || comes_by_chance()) {
        return false;
    }
    const auto delays = sorted_delays();
    const std::size_t share =
        unsolicited_ > 0 ? delays.size() * 3 / 4 + 1 : (delays.size() + 1) / 2;
    const std::size_t needed = std::max(std::min(min_regular, attempts), share);
    for (std::size_t first = 0; first + needed <= delays.size(); ++first) {
        const Nanoseconds shortest = delays[first];
        const Nanoseconds longest = delays[first + needed - 1];
        if (unsolicited_ > 0 ? longest - shortest <= narrow : as_soon(shortest, longest, wide)) {
            return true;
        }
    }
    return false;
}

}  // namespace pt::client
