// Part of Run: how long it will take from now on.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "client/scan/run.hpp"
#include "client/scan/run_part.hpp"

namespace pt::client {
namespace {

/// All probes in flight are looked at for an estimate.
constexpr std::chrono::milliseconds estimate_gap{500};

TimeRange longer(const TimeRange& a, const TimeRange& b) {
    return {std::max(a.min, b.min), std::max(a.max, b.max)};
}

}  // namespace

std::optional<TimeRange> Run::Part::time_left(TimePoint now) {
    const Schedule* const own = schedule();
    if (own == nullptr) {
        return std::nullopt;
    }
    ScanWork work = own->work(now, frames);
    if (const std::size_t begun = own->started(); begun > 0) {
        const Slot latest = slot_at(begun - 1);
        work.block = list.block(latest);
        work.rest_of_block = list.block_end(latest) - begun;
        work.begun_of_block = begun - list.block_begin(latest);
        work.other_blocks = list.size() - list.block_end(latest);
        work.number_of_other_blocks = list.blocks() - work.block - 1;
    }
    if (udp) {
        work.frames = udp->frames_left(now);
    }
    history.add(work, now);
    share_of_silent = silent_share(work);
    if (own->in_steady_round() == 0) {
        return pt::client::time_left(work, history.recent());
    }
    // These begin when nothing else is left.
    return own->steady_time_left(now);
}

std::optional<TimeRange> Run::time_left(TimePoint now) {
    if (now >= next_estimate_) {
        next_estimate_ = now + estimate_gap;
        forecast_.add(estimate(now), now);
    }
    return forecast_.left(now);
}

/// The parts are in flight at the same time. Nothing where one of them is not known, or where all
/// are done: how long servers take to answer is known to nobody.
std::optional<TimeRange> Run::estimate(TimePoint now) {
    std::optional<TimeRange> longest;
    const auto take = [&longest](const TimeRange& left) {
        longest = longer(longest.value_or(left), left);
    };
    for (const auto& [first, part] : parts_) {
        if (part->left == 0) {
            continue;
        }
        const auto left = part_left(*part, now);
        if (!left) {
            return std::nullopt;
        }
        take(*left);
    }
    if (own_ports_at_) {
        const Nanoseconds until = std::max(*own_ports_at_ - now, Nanoseconds{});
        take(own_ports_left(own_ports_.size(), own_ports_silent_share_, until));
    }
    for (const auto& [address, state] : addresses_) {
        if (const auto left =
                state.isolated_scan ? state.isolated_scan->estimate(now) : std::nullopt) {
            take(*left);
        }
    }
    return longest;
}

/// With the ports that its engine sends from, which are probed after it.
std::optional<TimeRange> Run::part_left(Part& part, TimePoint now) const {
    const auto left = part.time_left(now);
    if (!left || !part.udp || part.purpose != Purpose::result) {
        return left;
    }
    const std::size_t ports = own_ports_.size() + part.udp->own_ports_ahead();
    const TimeRange after =
        own_ports_left(ports, part.share_of_silent.value_or(1), time_until_own_ports());
    return TimeRange{left->min + after.min, left->max + after.max};
}

/// Silent ones have all their attempts. Where it is not likely, one way or the other, that any is
/// silent, it takes one or the other time.
TimeRange Run::own_ports_left(std::size_t ports, double silent_share, Nanoseconds until) const {
    constexpr double likely = 0.97;
    if (ports == 0) {
        return {};
    }
    const Nanoseconds some = until + settings_.udp.plan.timeout();
    const double all_answer = std::pow(1 - silent_share, static_cast<double>(ports));
    return {all_answer < 1 - likely ? some : until, all_answer > likely ? until : some};
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
