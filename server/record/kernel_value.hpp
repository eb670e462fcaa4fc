#pragma once

#include <cstdint>

#include "common/core/timing.hpp"

namespace pt::server {

/// Reads a number that the kernel's side may be writing.
inline std::uint64_t load(const std::uint64_t& shared) {
    return __atomic_load_n(&shared, __ATOMIC_RELAXED);
}

/// From nanoseconds of the monotonic clock.
inline TimePoint to_time(std::uint64_t nanoseconds) {
    return TimePoint{Nanoseconds{static_cast<std::int64_t>(nanoseconds)}};
}

/// Whether a time that the kernel's side may be writing is one, and not before `since`.
inline bool is_since(const std::uint64_t& shared, TimePoint since) {
    const std::uint64_t nanoseconds = load(shared);
    return nanoseconds != 0 && to_time(nanoseconds) >= since;
}

}  // namespace pt::server
