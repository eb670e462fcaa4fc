#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Arithmetic on durations. Nothing here reads a clock.
namespace pt {

using Nanoseconds = std::chrono::nanoseconds;
/// Instants of the monotonic clock, handed in as arguments.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Nanoseconds>;

/// How long something will take: what is not known yet makes it one or the other. Both ends are
/// about what to expect, and no bounds.
struct TimeRange {
    Nanoseconds min{};
    Nanoseconds max{};
};

/// Running minimum, mean, maximum and standard deviation (Welford's method; of the whole
/// population, as ping's mdev). All durations 0 while there is no sample.
class RttStatistics {
public:
    void add(Nanoseconds sample);

    /// Statistics that were told before. `samples` is above 0, and min <= mean <= max.
    static RttStatistics restored(std::size_t samples, Nanoseconds min, Nanoseconds mean,
                                  Nanoseconds max, Nanoseconds stddev);

    std::size_t samples() const { return samples_; }
    Nanoseconds min() const { return min_; }
    Nanoseconds max() const { return max_; }
    Nanoseconds mean() const;
    Nanoseconds stddev() const;

private:
    std::size_t samples_ = 0;
    Nanoseconds min_{};
    Nanoseconds max_{};
    double mean_ns_ = 0;
    double squares_ = 0;
};

/// The network's share of a round trip: what passed between sending and receiving, less the time
/// that the server says it held the frame. A server whose claim exceeds the whole is not believed:
/// then the whole counts. Never negative.
Nanoseconds round_trip(TimePoint sent, TimePoint received, std::chrono::microseconds in_server);

/// How long a probe waits after each of its attempts. Waits count from when an attempt truly
/// started, so a run that is held up stretches its probes instead of cutting them short.
class AttemptPlan {
public:
    /// `tries` (at least 1) attempts within `timeout`, with growing gaps; the last one still has a
    /// fifth of the timeout (all of it, where it is the only one) to be answered in.
    AttemptPlan(unsigned tries, Nanoseconds timeout);

    unsigned tries() const { return tries_; }
    Nanoseconds timeout() const { return timeout_; }

    /// The time from the start of an attempt (1 is the first) to the start of the next, or for the
    /// last one to giving up. `jitter`, from 0 to 1, shortens a gap by up to a quarter, so that
    /// probes do not resend in step; the last wait is not shortened.
    Nanoseconds wait_after(unsigned attempt, double jitter) const;

private:
    unsigned tries_;
    Nanoseconds timeout_;
    double first_gap_ns_ = 0;
};

}  // namespace pt
