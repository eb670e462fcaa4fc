#include "client/pace/time_left.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// Rates are those of so long. Attempts of silent probes come in waves, which this evens out.
constexpr Nanoseconds history = 3s;
/// Less tells nothing of a rate: then more time counts.
constexpr std::size_t min_turns = 30;
constexpr std::size_t min_probes = 20;
/// What follows the last attempt of a silent probe (AttemptPlan sends in four fifths of its time).
constexpr double share_after_last = 0.2;

double in_seconds(Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

/// Probes that have begun, and whose answers cannot be on their way any more.
std::size_t judged(const ScanWork& work) { return work.begun - std::min(work.begun, work.recent); }

std::optional<double> overall_share(const ScanWork& work) {
    const auto all = static_cast<double>(judged(work));
    const auto answered = static_cast<double>(work.answered);
    return all > 0 ? std::optional{1 - std::min(answered / all, 1.0)} : std::nullopt;
}

/// Probes that are expected to be silent, and the turns of all, among those in flight or not begun.
struct Expected {
    double silent = 0;  ///< of those that have not begun
    double recent = 0;  ///< of those that have just begun
    double turns = 0;   ///< of those that have not begun
    double due = 0;     ///< of those that have
};

Expected expect(const ScanWork& work, double share_here, double share_elsewhere) {
    const auto here = static_cast<double>(work.rest_of_block);
    const auto elsewhere = static_cast<double>(work.other_blocks);
    const auto recent = static_cast<double>(work.recent);
    Expected expected;
    expected.silent = here * share_here + elsewhere * share_elsewhere;
    expected.recent = recent * share_here;
    const double attempts = work.silent_attempts;
    expected.turns =
        expected.silent * attempts + (here + elsewhere - expected.silent) * work.answered_turns;
    expected.due = work.silent_due + work.frames_due + expected.recent * (attempts - 1) +
                   (recent - expected.recent) * (work.answered_turns - 1);
    return expected;
}

}  // namespace

std::optional<Nanoseconds> time_left(const ScanWork& work, const RecentWork& recent) {
    const auto not_begun = static_cast<double>(work.rest_of_block + work.other_blocks);
    const auto overall = overall_share(work);
    if (work.in_doubt || (!overall && not_begun > 0)) {
        return std::nullopt;
    }
    const double elsewhere = overall.value_or(1);
    const auto expected = expect(work, recent.silent_share.value_or(elsewhere), elsewhere);
    const double after_rest =
        work.rest_due + work.attempts_after_rest *
                            (static_cast<double>(work.silent) + expected.recent + expected.silent);
    const double turns = expected.turns + expected.due + after_rest;
    if (turns >= 1 && !recent.turn_rate && not_begun > 0) {
        return std::nullopt;
    }
    // Where none of the probes is new and nothing was sent of late, the deadlines tell.
    const auto at_rate = [&](double count) {
        return recent.turn_rate && *recent.turn_rate > 0 ? count / *recent.turn_rate : 0.0;
    };
    const double timeout = in_seconds(work.timeout);
    const bool any_silent = expected.silent + expected.recent >= 0.5;

    // The slots of silent probes are taken until their time is over.
    const double slots = expected.silent * timeout / static_cast<double>(work.max_in_flight);
    const double all_begun = not_begun > 0 ? std::max(at_rate(expected.turns), slots) : 0;
    const double last_begun_ends = any_silent ? all_begun + timeout : all_begun;
    const double all_sent = at_rate(expected.turns + expected.due);
    const bool silence_at_end = any_silent || work.silent > 0;
    const double last_sent_ends = all_sent + (silence_at_end ? timeout * share_after_last : 0.0);
    // Frames of one port follow each other: those that are lost take their time, whatever the rate.
    const double sampled = recent.finish_rate && *recent.finish_rate > 0
                               ? static_cast<double>(work.sampled) / *recent.finish_rate
                               : 0.0;
    double left = std::max({last_begun_ends, last_sent_ends, sampled, in_seconds(work.latest_end)});
    if (after_rest >= 1) {
        left += at_rate(after_rest) + in_seconds(work.time_after_rest);
    }
    return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>{left});
}

void WorkHistory::add(const ScanWork& work, TimePoint now) {
    samples_.push_back(
        {now, judged(work), std::min(work.answered, judged(work)), work.turns, work.finished});
    // One sample that is older stays, and more of them while little happens.
    while (samples_.size() > 2 && now - samples_[1].at >= history &&
           work.turns - samples_[1].turns >= min_turns) {
        samples_.pop_front();
    }
}

RecentWork WorkHistory::recent() const {
    RecentWork recent;
    if (samples_.size() < 2) {
        return recent;
    }
    const Sample& first = samples_.front();
    const Sample& last = samples_.back();
    const double time = in_seconds(last.at - first.at);
    if (last.turns > first.turns && time > 0) {
        recent.turn_rate = static_cast<double>(last.turns - first.turns) / time;
    }
    if (last.finished > first.finished && time > 0) {
        recent.finish_rate = static_cast<double>(last.finished - first.finished) / time;
    }
    const std::size_t probes = last.judged - std::min(last.judged, first.judged);
    if (probes >= min_probes) {
        const auto answered =
            static_cast<double>(last.answered - std::min(last.answered, first.answered));
        recent.silent_share = std::clamp(1 - answered / static_cast<double>(probes), 0.0, 1.0);
    }
    return recent;
}

}  // namespace pt::client
