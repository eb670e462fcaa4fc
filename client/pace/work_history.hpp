#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "client/pace/scan_work.hpp"

namespace pt::client {

/// Of the last few seconds; nothing where too little has happened to tell.
struct RecentWork {
    /// Turns per second, while more was to be sent at once: what --rate, the window and this
    /// machine let through. Of the last second or of more: the lesser and the greater.
    std::optional<double> slow_rate;
    std::optional<double> fast_rate;
    double answers = 0;  ///< per second
    /// Of the probes of the latest block that began: those without an answer.
    std::optional<double> silent_share;
    std::optional<double> frame_loss;  ///< the share of frames of --count that were lost
};

/// Remembers the last few seconds of a scan. Time is an argument.
class WorkHistory {
public:
    void add(const ScanWork& work, TimePoint now);
    RecentWork recent() const;

private:
    std::optional<double> rate_of(Nanoseconds busy) const;
    struct Sample {
        TimePoint at;
        std::size_t block;
        std::size_t judged;  ///< answered, or silent for too long
        std::size_t answered;
        std::size_t turns;
        Nanoseconds busy;
        std::size_t echoed;
        std::size_t lost;
    };
    std::deque<Sample> samples_;
    std::size_t first_of_pace_ = 0;  ///< the sample at which the pace began
    unsigned pace_ = 0;
};

/// Probes that have begun, and whose answers cannot be on their way any more.
std::size_t count_judged(const ScanWork& work);

}  // namespace pt::client
