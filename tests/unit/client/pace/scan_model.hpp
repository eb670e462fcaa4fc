#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "client/pace/forecast.hpp"
#include "client/pace/time_left.hpp"
#include "client/pace/work_history.hpp"

/// A simplified scan: so many turns a second, slots, and silent probes that take
/// theirs for a fixed time. Shares no code with the schedule or the estimate.
namespace pt::client::test {

struct ModelScan {
    std::size_t probes = 0;
    std::size_t block = 0;  ///< ports of each host; 0: all are of one
    std::function<bool(std::size_t)> is_silent;
    double turns_per_second = 0;
    std::size_t slots = 20'000;
    unsigned attempts = 16;   ///< of a silent probe
    unsigned frames = 1;      ///< of an answered one
    double timeout = 3.0;     ///< seconds; four fifths of it are for sending
    bool asks_again = false;  ///< silent ones once more at the end, as fast scans do
    double frame_loss = 0;    ///< the share of further frames that are lost: each takes a second
};

struct ModelMoment {
    double at;
    std::optional<TimeRange> left;  ///< as it would be shown
};

struct ModelRun {
    double duration = 0;
    std::vector<ModelMoment> moments;
};

class ScanModel {
public:
    explicit ScanModel(ModelScan scan) : scan_{std::move(scan)} {}

    ModelRun run() {
        ModelRun run;
        constexpr double tick = 0.01;
        constexpr int ticks_between = 50;
        constexpr int max_ticks = 100'000;
        for (int count = 0; count < max_ticks && !done(); ++count) {
            now_ = count * tick;
            if (count % ticks_between == 0) {
                const ScanWork work = look();
                const TimePoint at{Nanoseconds{static_cast<std::int64_t>(now_ * 1e9)}};
                history_.add(work, at);
                forecast_.add(time_left(work, history_.recent()), at);
                run.moments.push_back({now_, forecast_.left(at)});
            }
            budget_ = std::min(budget_, 1.0) + scan_.turns_per_second * tick;
            const double before = budget_;
            advance();
            busy_ += before >= 1 ? tick * (before - budget_) / before : tick;
        }
        run.duration = now_;
        return run;
    }

private:
    struct Silent {
        double began;
        double due;
        unsigned attempts;
    };

    struct Open {
        std::uint32_t frames;  ///< that it is still to have
        double lost_until;     ///< its latest frame is lost: the next one goes then
    };

    double gap() const { return scan_.timeout * 0.8 / std::max(scan_.attempts - 1, 1U); }
    bool done() const {
        return begun_ == scan_.probes && silent_.empty() && open_.empty() && resting_ == 0;
    }
    bool take_turn() {
        if (budget_ < 1) {
            return false;
        }
        --budget_;
        ++turns_;
        return true;
    }

    void advance() {
        for (std::size_t index = 0; index < silent_.size(); ++index) {
            Silent& probe = silent_[index];
            if (probe.due > now_ || probe.attempts >= scan_.attempts || !take_turn()) {
                continue;
            }
            ++probe.attempts;
            const bool is_last = probe.attempts == scan_.attempts;
            probe.due = is_last ? std::max(probe.began + scan_.timeout, now_ + scan_.timeout * 0.2)
                                : now_ + gap();
        }
        std::erase_if(silent_, [this](const Silent& probe) {
            const bool over = probe.attempts >= scan_.attempts && probe.due <= now_;
            const bool confirms = probe.attempts > scan_.attempts;
            resting_ += over && scan_.asks_again && !confirms ? 1U : 0U;
            confirming_ -= over && confirms ? 1U : 0U;
            return over;
        });
        send_frames();
        while (begun_ < scan_.probes && silent_.size() < scan_.slots && take_turn()) {
            if (scan_.is_silent(begun_++)) {
                const double due = scan_.attempts == 1 ? now_ + scan_.timeout : now_ + gap();
                silent_.push_back({now_, due, 1});
            } else {
                ++answered_;
                if (scan_.frames > 1) {
                    open_.push_back({scan_.frames - 1, 0});
                }
            }
        }
        while (begun_ == scan_.probes && silent_.size() == confirming_ && resting_ > 0 &&
               take_turn()) {
            silent_.push_back({now_, now_ + scan_.timeout * 0.2, scan_.attempts + 1});
            ++confirming_;
            --resting_;
        }
    }

    /// One frame of a port after the other.
    void send_frames() {
        for (Open& port : open_) {
            if (port.frames == 0 || port.lost_until > now_ || !take_turn()) {
                continue;
            }
            random_ = random_ * 6364136223846793005U + 1442695040888963407U;
            const bool lost = static_cast<double>(random_ >> 40U) < scan_.frame_loss * (1U << 24U);
            port.lost_until = lost ? now_ + 1 : 0;
            ++(lost ? lost_ : echoed_);
            --port.frames;
        }
        std::erase_if(open_, [this](const Open& port) {
            return port.frames == 0 && port.lost_until <= now_;
        });
    }

    FramesLeft frames_left() const {
        FramesLeft left;
        left.timeout = std::chrono::seconds{1};
        left.echoed = echoed_;
        left.lost = lost_;
        double longest = 0;
        for (const Open& port : open_) {
            ++(port.lost_until > now_ ? left.losing : left.ports)[port.frames];
            longest = std::max(longest, port.lost_until - now_);
        }
        left.losing_ends = Nanoseconds{static_cast<std::int64_t>(longest * 1e9)};
        return left;
    }

    double frames_due() const {
        double sum = 0;
        for (const Open& port : open_) {
            sum += port.frames;
        }
        return sum;
    }

    /// Of each host that began.
    std::vector<double> shares(std::size_t block) const {
        std::vector<double> shares;
        for (std::size_t first = 0; first < begun_; first += block) {
            const std::size_t end = std::min(first + block, begun_);
            double silent = 0;
            for (std::size_t probe = first; probe < end; ++probe) {
                silent += scan_.is_silent(probe) ? 1 : 0;
            }
            shares.push_back(silent / static_cast<double>(end - first));
        }
        return shares;
    }

    ScanWork look() const {
        ScanWork work;
        work.begun = begun_;
        work.answered = answered_;
        work.turns = turns_;
        work.answered_turns = scan_.frames;
        const std::size_t block = scan_.block == 0 ? scan_.probes : scan_.block;
        work.block = begun_ == 0 ? 0 : (begun_ - 1) / block;
        const std::size_t end = std::min((work.block + 1) * block, scan_.probes);
        work.rest_of_block = end - begun_;
        work.begun_of_block = begun_ - work.block * block;
        work.other_blocks = scan_.probes - end;
        work.number_of_other_blocks = (work.other_blocks + block - 1) / block;
        work.shares_of_blocks = shares(block);
        work.busy = Nanoseconds{static_cast<std::int64_t>(busy_ * 1e9)};
        work.open = answered_;
        work.silent_attempts = scan_.attempts;
        work.timeout = Nanoseconds{static_cast<std::int64_t>(scan_.timeout * 1e9)};
        work.max_in_flight = scan_.slots;
        work.frames_due = frames_due();
        work.further_frames = scan_.frames - 1;
        work.frames = frames_left();
        for (const Silent& probe : silent_) {
            const bool confirms = probe.attempts > scan_.attempts;
            work.silent += confirms ? 0U : 1U;
            work.silent_due += confirms ? 0 : scan_.attempts - probe.attempts;
            const double ends_in = (confirms ? probe.due : probe.began + scan_.timeout) - now_;
            work.ends.push_back(Nanoseconds{static_cast<std::int64_t>(ends_in * 1e9)});
        }
        std::sort(work.ends.begin(), work.ends.end());
        work.rest_due = static_cast<double>(resting_);
        work.attempts_after_rest = scan_.asks_again ? 1 : 0;
        work.time_after_rest = work.timeout / 5;
        return work;
    }

    ModelScan scan_;
    WorkHistory history_;
    Forecast forecast_;
    double now_ = 0;
    double budget_ = 0;
    std::size_t begun_ = 0;
    std::size_t answered_ = 0;
    std::size_t turns_ = 0;
    std::size_t echoed_ = 0;
    std::size_t lost_ = 0;
    std::uint64_t random_ = 1;
    double busy_ = 0;
    std::vector<Open> open_;
    std::size_t resting_ = 0;
    std::size_t confirming_ = 0;
    std::vector<Silent> silent_;
};

}  // namespace pt::client::test
