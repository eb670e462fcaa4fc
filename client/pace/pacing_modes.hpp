#pragma once

#include <cstddef>

#include "common/core/timing.hpp"

namespace pt::client {

/// How many attempts a silent probe has, and how long it waits in all. Which mode holds may change
/// while a scan runs; Schedule says which.
///
///     mode     while                                          attempts    timeout
///     full     attempts are lost, or an answer must repeat    --tries     --timeout
///     normal   next to nothing is lost                        spared [1]  3 s in large scans [2]
///     fast     normal, and 1,000 answers came within 100 ms   spared [1]  1.2 s [3]
///     stopped  open ports of the host do not answer any more  2           1 s [4]
///
/// Where the user has set --tries or --timeout, all but the last one keep it.
///
/// [1] As many as all probes together may have, but 5 at least: an open port then stays silent by
///     chance in at most 1 of 2,000 cases where six others answered at once (the greatest value of
///     p^5 (1-p)^6 over all rates of loss p).
/// [2] More than 1,024 probes. Others wait until the kernel says that no host has the address, just
///     over 3 s (neighbour discovery: mcast_solicit 3, retrans_time_ms 1000).
/// [3] Twelve times what the slowest of 1,000 answers took.
/// [4] Enough to see that they answer again; more would not be believed.
struct PacingModes {
    AttemptPlan full;
    AttemptPlan normal;
    AttemptPlan fast;
    AttemptPlan stopped;
};

/// What of it follows from the scan.
struct PacingDemand {
    std::size_t probes = 0;
    AttemptPlan plan;           ///< --tries and --timeout, or their defaults
    std::size_t unsparing = 0;  ///< up to so many attempts in all, none are spared
    bool exact_tries = false;   ///< the user has set them
    bool exact_timeout = false;
};

PacingModes pacing_modes(const PacingDemand& demand);

/// `fast`: with so many answers, none slower than that.
inline constexpr std::size_t many_answers = 1'000;
inline constexpr Nanoseconds fast_round_trip = std::chrono::milliseconds{100};
/// `full`: above this rate of loss, what answers does not do so at once any more.
inline constexpr double rate_of_loss = 0.02;

}  // namespace pt::client
