#pragma once

#include <cstddef>
#include <deque>
#include <optional>

#include "common/core/timing.hpp"

namespace pt::client {

/// What the probes of one protocol have done, and what they still have to do. A turn is an attempt
/// or a further frame of --count: what --rate counts.
struct ScanWork {
    // So far.
    std::size_t begun = 0;      ///< probes that have had their first attempt
    std::size_t answered = 0;   ///< of those: decided, and not after a long silence
    std::size_t turns = 0;      ///< but for control attempts
    double answered_turns = 1;  ///< of one that was answered, its further frames included; the mean

    // What has not begun: in the block (the ports of one address) of the next probe, and in those
    // after it. The next probes of a block are like its latest ones; another host is like the mean.
    std::size_t rest_of_block = 0;
    std::size_t other_blocks = 0;

    // What a silent probe costs.
    unsigned silent_attempts = 1;
    Nanoseconds timeout{};
    std::size_t max_in_flight = 1;

    // What is in flight: its first attempt was sent, and it is not decided.
    std::size_t recent = 0;    ///< began so recently that an answer may be on its way
    std::size_t silent = 0;    ///< the others
    double silent_due = 0;     ///< the attempts that these are still to have
    double frames_due = 0;     ///< further frames of ports that proved open
    std::size_t sampled = 0;   ///< ports that are not finished but for such frames
    std::size_t finished = 0;  ///< probes, so far
    Nanoseconds latest_end{};  ///< until the last of the silent ones is given up

    // Silent probes that rest until all others are decided.
    double rest_due = 0;               ///< the attempts that those that rest are still to have
    unsigned attempts_after_rest = 0;  ///< of each silent probe that will rest
    Nanoseconds time_after_rest{};

    /// So much is lost that silence will not be believed: further attempts follow, and nobody knows
    /// how many.
    bool in_doubt = false;
};

/// Of the last few seconds; nothing where too little has happened to tell.
struct RecentWork {
    std::optional<double> turn_rate;     ///< turns per second
    std::optional<double> finish_rate;   ///< probes finished per second
    std::optional<double> silent_share;  ///< of the probes that began: those without an answer
};

/// How long a scan will take from now on. Nothing where that is not known. Pure.
std::optional<Nanoseconds> time_left(const ScanWork& work, const RecentWork& recent);

/// Remembers the last few seconds of a scan. Time is an argument.
class WorkHistory {
public:
    void add(const ScanWork& work, TimePoint now);
    RecentWork recent() const;

private:
    struct Sample {
        TimePoint at;
        std::size_t judged;  ///< answered, or silent for too long
        std::size_t answered;
        std::size_t turns;
        std::size_t finished;
    };
    std::deque<Sample> samples_;
};

}  // namespace pt::client
