#include "client/watch/pause_detector.hpp"

#include <algorithm>

namespace pt::client {
namespace {

/// A busy machine wakes programs later than they asked for, by a few milliseconds.
constexpr Nanoseconds min_pause = std::chrono::milliseconds{150};

}  // namespace

std::optional<PauseDetector::Pause> PauseDetector::woken(TimePoint due, TimePoint now,
                                                         Nanoseconds boot_time) {
    const Nanoseconds slept = boot_time - now.time_since_epoch();
    const Nanoseconds asleep = slept - slept_.value_or(slept);
    slept_ = slept;
    const Nanoseconds late = now - due;
    if (late < min_pause && asleep < min_pause) {
        return std::nullopt;
    }
    return Pause{late > Nanoseconds{} ? due : now, now, std::max(asleep, Nanoseconds{})};
}

}  // namespace pt::client
