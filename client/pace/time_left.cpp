#include "client/pace/time_left.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <span>

#include "client/pace/lost_frames.hpp"

namespace pt::client {
namespace {

/// What follows the last attempt of a silent probe (AttemptPlan sends in four fifths of its time).
constexpr double share_after_last = 0.2;
constexpr double share_of_sending = 1 - share_after_last;
/// So many blocks tell what comes, where they differ from those before them.
constexpr std::size_t latest_blocks = 8;
/// Hosts are a mixture if so many differ from those before them by so much.
constexpr double clear_change = 0.5;
constexpr std::size_t min_changes = 4;
/// Ports are one if both kinds have a greater share.
constexpr double rare = 0.1;

double in_seconds(Nanoseconds time) { return std::chrono::duration<double>(time).count(); }
Nanoseconds from_seconds(double seconds) {
    return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>{seconds});
}
double number(std::size_t count) { return static_cast<double>(count); }

/// Probes that are expected to be silent, and the turns of all, among those in flight or not begun.
struct Expected {
    double silent = 0;    ///< of those that have not begun
    double answered = 0;  ///< of those that have not begun
    double recent = 0;    ///< silent ones of those that have just begun
    double turns = 0;     ///< of those that have not begun
    double due = 0;       ///< of those that have
};

Expected expect(const ScanWork& work, double share_here, double silent) {
    const double not_begun = number(work.rest_of_block) + number(work.other_blocks);
    Expected expected;
    expected.silent = silent;
    expected.answered = not_begun - silent;
    expected.recent = number(work.recent) * share_here;
    const double attempts = work.silent_attempts;
    expected.turns = silent * attempts + expected.answered * work.answered_turns;
    expected.due = work.silent_due + work.frames_due + expected.recent * (attempts - 1) +
                   (number(work.recent) - expected.recent) * (work.answered_turns - 1);
    return expected;
}

/// Until the last probe has its first attempt, as far as turns are the limit. Attempts that are due
/// go before first ones, but many are due only later.
double begun_by_turns(const ScanWork& work, const Expected& expected, double rate) {
    const double sending = in_seconds(work.timeout) * share_of_sending;
    const double further = expected.silent * (work.silent_attempts - 1);
    const double first = expected.turns - further;
    double time = 0;
    constexpr int steps = 100;
    for (int step = 0; step < steps; ++step) {
        const double part = sending > 0 ? std::min(time / sending, 1.0) : 1;
        const double later = sending > 0 ? std::min(time / sending / 2, 1.0) : 1;
        time = (first + further * later + expected.due * part) / rate;
    }
    return time;
}

/// The same, as far as slots are: each that ends lets another begin.
double begun_by_slots(const ScanWork& work, const Expected& expected) {
    const auto silent = static_cast<std::size_t>(std::llround(expected.silent));
    const auto recent = static_cast<std::size_t>(std::llround(expected.recent));
    const std::size_t in_flight = work.ends.size() + recent;
    const std::size_t free = work.max_in_flight - std::min(work.max_in_flight, in_flight);
    if (silent <= free) {
        return 0;
    }
    const std::size_t last = silent - free - 1;
    const std::size_t of_wave = last % (in_flight + free);
    const std::size_t waves = last / (in_flight + free);
    const Nanoseconds end = of_wave < work.ends.size() ? work.ends[of_wave] : work.timeout;
    return number(waves) * in_seconds(work.timeout) + std::max(in_seconds(end), 0.0);
}

/// The silent probes among those that have not begun: so few or so many may be expected.
struct Silent {
    double min = 0;
    double max = 0;
};

double mean(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / number(values.size());
}

/// Whether hosts with silent ports and others take turns, so that others are like these.
bool is_mixed(std::span<const double> shares) {
    std::size_t changes = 0;
    for (std::size_t index = 1; index < shares.size(); ++index) {
        changes += std::abs(shares[index] - shares[index - 1]) > clear_change ? 1U : 0U;
    }
    return changes >= min_changes;
}

/// What share of probes is silent: so small or so great, and how far their number may be off.
struct Shares {
    double low = 0;
    double high = 1;
    double deviation = 0;
};

/// Of the rest of the latest host's ports: as of its latest ones, if either kind has come among
/// them, or where no more are left than there were. A range of ports that is blocked may be as long
/// as one that is not.
Shares shares_here(const ScanWork& work, double share) {
    const bool is_mixture = share > rare && share < 1 - rare;
    if (!is_mixture && work.begun_of_block < work.rest_of_block) {
        return {};
    }
    return {share, share, std::sqrt(number(work.rest_of_block) * share * (1 - share))};
}

/// Of other hosts: they can be known from those before them only where these are a mixture. Else
/// they may be dead, or alive, all of them. Within a standard deviation.
Shares shares_elsewhere(const ScanWork& work) {
    const std::span<const double> shares{work.shares_of_blocks};
    if (work.number_of_other_blocks == 0 || !is_mixed(shares)) {
        return {};
    }
    const double overall = mean(shares);
    const double latest = mean(shares.last(std::min(shares.size(), latest_blocks)));
    double squares = 0;
    for (const double share : shares) {
        squares += (share - overall) * (share - overall);
    }
    const double blocks = number(shares.size());
    const double variance =
        squares / blocks * (1 / number(work.number_of_other_blocks) + 1 / blocks);
    return {std::min(overall, latest), std::max(overall, latest),
            number(work.other_blocks) * std::sqrt(variance)};
}

Silent silent_to_come(const ScanWork& work, double share_here) {
    const double here = number(work.rest_of_block);
    const double elsewhere = number(work.other_blocks);
    const Shares of_here = shares_here(work, share_here);
    const Shares of_others = shares_elsewhere(work);
    const double deviation = of_here.deviation + of_others.deviation;
    return {
        std::max(here * of_here.low + elsewhere * of_others.low - deviation, 0.0),
        std::min(here * of_here.high + elsewhere * of_others.high + deviation, here + elsewhere)};
}

/// What is assumed of what is not known.
struct Assumed {
    double silent = 0;      ///< of the probes that have not begun
    double share_here = 0;  ///< of those of the latest block
    std::optional<double> rate;
    double frame_loss = 0;
};

double seconds_left(const ScanWork& work, const Assumed& assumed) {
    const auto expected = expect(work, assumed.share_here, assumed.silent);
    const double will_rest = number(work.silent) + expected.recent + expected.silent;
    const double after_rest = work.rest_due + work.attempts_after_rest * will_rest;
    // Where none of the probes is new and nothing was sent of late, the deadlines tell.
    const auto at_rate = [&](double turns) { return assumed.rate ? turns / *assumed.rate : 0.0; };
    const double timeout = in_seconds(work.timeout);
    const bool any_silent = expected.silent + expected.recent >= 0.5;
    const bool any_to_begin = work.rest_of_block + work.other_blocks > 0;

    const double by_turns =
        any_to_begin && assumed.rate ? begun_by_turns(work, expected, *assumed.rate) : 0;
    const double all_begun = std::max(by_turns, begun_by_slots(work, expected));
    const double last_begun_ends = any_silent ? all_begun + timeout : all_begun;
    const double all_sent = at_rate(expected.turns + expected.due);
    const bool silence_at_end = any_silent || work.silent > 0;
    const double last_sent_ends = all_sent + (silence_at_end ? timeout * share_after_last : 0.0);
    const double open = expected.answered + number(work.recent) - expected.recent;
    const double open_share =
        work.answered > 0 ? std::min(number(work.open) / number(work.answered), 1.0) : 0;
    const double losses =
        seconds_of_losses(work.frames, open * open_share, work.further_frames, assumed.frame_loss);
    const double latest_end = work.ends.empty() ? 0 : in_seconds(work.ends.back());
    const double left = std::max({last_begun_ends, last_sent_ends, losses, latest_end});
    if (after_rest < 1) {
        return left;
    }
    const double after = in_seconds(work.time_after_rest);
    const double by_slots = after_rest / number(std::max<std::size_t>(work.max_in_flight, 1));
    return left + std::max(at_rate(after_rest), by_slots * after) + after;
}

}  // namespace

std::optional<double> silent_share(const ScanWork& work) {
    const double all = number(count_judged(work));
    return all > 0 ? std::optional{1 - std::min(number(work.answered) / all, 1.0)} : std::nullopt;
}

std::optional<TimeRange> time_left(const ScanWork& work, const RecentWork& recent) {
    const std::size_t not_begun = work.rest_of_block + work.other_blocks;
    const auto overall = silent_share(work);
    if (work.in_doubt || (not_begun > 0 && (!overall || !recent.slow_rate))) {
        return std::nullopt;
    }
    const double share_here =
        recent.silent_share.value_or(work.share_of_block.value_or(overall.value_or(1)));
    const auto silent = silent_to_come(work, share_here);
    const double loss = recent.frame_loss.value_or(0);
    const auto with = [&](double count, std::optional<double> rate) {
        return seconds_left(work, {count, share_here, rate, loss});
    };
    const auto fast =
        recent.fast_rate ? std::optional{*recent.fast_rate * work.may_grow} : std::nullopt;
    auto [min, max] = std::minmax({with(silent.min, fast), with(silent.max, recent.slow_rate)});
    // What is silent now may be answered yet: as many a second as of late.
    if (work.lossy && not_begun > 0 && recent.answers > 0) {
        min = std::min(min, number(work.undecided) / recent.answers);
    }
    return TimeRange{from_seconds(min), from_seconds(max)};
}

}  // namespace pt::client
