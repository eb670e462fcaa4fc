// Part of Run: how long it will take from now on.
#include <algorithm>
#include <chrono>

#include "client/scan/run.hpp"
#include "client/scan/run_part.hpp"

namespace pt::client {
namespace {

/// All probes in flight are looked at for an estimate.
constexpr std::chrono::milliseconds estimate_gap{500};

}  // namespace

std::optional<Nanoseconds> Run::Part::time_left(TimePoint now) {
    const Schedule* const own = schedule();
    if (own == nullptr) {
        return std::nullopt;
    }
    ScanWork work = own->work(now, frames, list.block_end(slot_at(own->started())));
    work.finished = list.size() - left;
    work.sampled = left - std::min(left, own->undecided());
    history.add(work, now);
    // These begin when nothing else is left.
    return own->in_steady_round() > 0 ? own->steady_time_left()
                                      : pt::client::time_left(work, history.recent());
}

std::optional<Nanoseconds> Run::time_left(TimePoint now) {
    if (now >= next_estimate_) {
        next_estimate_ = now + estimate_gap;
        estimate_.reset();
        if (const auto left = estimate(now)) {
            estimate_ = now + *left;
        }
    }
    return estimate_ ? std::optional{std::max(*estimate_ - now, Nanoseconds{})} : std::nullopt;
}

/// The parts are in flight at the same time. Nothing where one of them is not known, or where all
/// are done: how long servers take to answer is known to nobody.
std::optional<Nanoseconds> Run::estimate(TimePoint now) {
    std::optional<Nanoseconds> longest;
    for (const auto& [first, part] : parts_) {
        if (part->left == 0) {
            continue;
        }
        const auto left = part->time_left(now);
        if (!left) {
            return std::nullopt;
        }
        longest = std::max(longest.value_or(*left), *left);
    }
    for (const auto& [address, state] : addresses_) {
        const auto left = state.isolated_scan ? state.isolated_scan->estimate(now) : std::nullopt;
        longest = left ? std::max(longest.value_or(*left), *left) : longest;
    }
    return longest;
}

std::optional<Run::Slowdown> Run::slowdown() const {
    std::optional<Slowdown> slowest;
    for (const auto& [first, part] : parts_) {
        const Schedule* schedule = part->schedule();
        if (schedule != nullptr && schedule->in_steady_round() > 0) {
            slowest = slowest.value_or(Slowdown{});
            slowest->rate = schedule->rate_limit();
        }
    }
    return slowest;
}

}  // namespace pt::client
