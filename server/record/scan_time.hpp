#pragma once

#include "common/core/timing.hpp"
#include "server/record/time_span.hpp"

/// Which arrivals are whose: of scans from one address, only time tells. Pure.
namespace pt::server {

/// A client's scan in the server's time: when it began, and until when what came may be its own.
struct ScanTime {
    TimeSpan began;
    TimePoint until = TimePoint::max();
    /// Another scan from one of its addresses was active when it began, so that nothing that tells
    /// an address alone is certainly its own.
    bool shared = false;
    friend bool operator==(const ScanTime&, const ScanTime&) = default;
};

/// Clocks tick, and of two packets sent at one time one may come before the other: how exactly
/// arrivals can be compared with the beginning of a scan.
inline constexpr Nanoseconds arrival_inaccuracy = std::chrono::milliseconds{25};

/// The time of a scan that certainly did not begin before `not_before`. `told` is what its frames
/// say of it: a packet sent at the beginning came at that time, or little before.
ScanTime scan_time(TimePoint not_before, TimePoint told);

enum class Whose {
    nobodys,   ///< came before the scan: no part of it
    scans,     ///< in its time: its own, if it came from its address
    uncertain  ///< shortly before or in it, or after it: may be its own
};

/// `when` is when something arrived.
Whose whose(const TimeSpan& when, const ScanTime& scan);

}  // namespace pt::server
