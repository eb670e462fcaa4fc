#include "client/pace/work_history.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// Shares are those of so long, and rates of that and of the last part of it.
constexpr Nanoseconds history = 3s;
constexpr Nanoseconds rate_history = 1s;
/// Less tells nothing of a rate: then more time counts.
constexpr std::size_t min_turns = 30;
constexpr Nanoseconds min_busy = 1ms;
constexpr std::size_t min_probes = 20;
constexpr std::size_t min_frames = 20;

}  // namespace

std::size_t count_judged(const ScanWork& work) {
    return work.begun - std::min(work.begun, work.recent);
}

void WorkHistory::add(const ScanWork& work, TimePoint now) {
    const std::size_t judged = count_judged(work);
    if (samples_.empty() || work.pace != pace_) {
        pace_ = work.pace;
        first_of_pace_ = samples_.size();
    }
    samples_.push_back({now, work.block, judged, std::min(work.answered, judged), work.turns,
                        work.busy, work.frames.echoed, work.frames.lost});
    // One sample that is older stays, and more of them while little happens.
    while (samples_.size() > 2 && now - samples_[1].at >= history &&
           work.turns - samples_[1].turns >= min_turns) {
        samples_.pop_front();
        first_of_pace_ -= std::min<std::size_t>(first_of_pace_, 1);
    }
}

/// Of the last time in which it was busy for so long, or as far back as is known.
std::optional<double> WorkHistory::rate_of(Nanoseconds busy) const {
    const Sample& last = samples_.back();
    std::size_t from = samples_.size() - 1;
    while (from > first_of_pace_ && (last.busy - samples_[from].busy < busy ||
                                     last.turns - samples_[from].turns < min_turns)) {
        --from;
    }
    const auto turns = static_cast<double>(last.turns - samples_[from].turns);
    const Nanoseconds time = std::max(last.busy - samples_[from].busy, min_busy);
    return turns > 0 ? std::optional{turns / std::chrono::duration<double>(time).count()}
                     : std::nullopt;
}

RecentWork WorkHistory::recent() const {
    RecentWork recent;
    if (samples_.size() < 2) {
        return recent;
    }
    const Sample& last = samples_.back();
    for (const Nanoseconds busy : {rate_history, history}) {
        if (const auto rate = rate_of(busy)) {
            recent.slow_rate = std::min(recent.slow_rate.value_or(*rate), *rate);
            recent.fast_rate = std::max(recent.fast_rate.value_or(*rate), *rate);
        }
    }
    const double seconds = std::chrono::duration<double>(last.at - samples_.front().at).count();
    recent.answers =
        static_cast<double>(last.answered - std::min(last.answered, samples_.front().answered)) /
        std::max(seconds, 0.1);
    const Sample& first = *std::find_if(samples_.begin(), samples_.end(),
                                        [&](const Sample& one) { return one.block == last.block; });
    const std::size_t probes = last.judged - std::min(last.judged, first.judged);
    if (probes >= min_probes) {
        const auto answered =
            static_cast<double>(last.answered - std::min(last.answered, first.answered));
        recent.silent_share = std::clamp(1 - answered / static_cast<double>(probes), 0.0, 1.0);
    }
    // Where the last ports wait for what is lost, there are few: all so far tell more.
    for (const Sample& since : {samples_.front(), Sample{}}) {
        const std::size_t lost = last.lost - since.lost;
        const std::size_t frames = lost + last.echoed - since.echoed;
        if (!recent.frame_loss && frames >= min_frames) {
            recent.frame_loss = static_cast<double>(lost) / static_cast<double>(frames);
        }
    }
    return recent;
}

}  // namespace pt::client
