#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <random>
#include <utility>
#include <vector>

#include "client/pace/forecast.hpp"
#include "client/pace/schedule.hpp"
#include "client/pace/time_left.hpp"
#include "client/pace/work_history.hpp"

/// The schedule in a network of several hosts, under virtual time, and what it says of the time
/// left. The truth is when the schedule was done.
namespace pt::client::test {

enum class PortState : std::uint8_t { open, closed, silent };

struct ScanNetwork {
    std::size_t hosts = 1;
    std::size_t ports = 0;  ///< of each host
    std::function<PortState(std::size_t host, std::size_t port)> state;
    Nanoseconds round_trip = std::chrono::milliseconds{1};
    Nanoseconds per_attempt = std::chrono::microseconds{25};  ///< that the sender takes
    /// A policer that all attempts meet: so many a second pass; 0: none.
    double policed_rate = 0;
    double policed_burst = 20;
    double refusals_per_second = 0;  ///< that closed ports answer, of each host; 0: no limit
    double loss = 0;
    /// The sender takes so many times as long from then on.
    double slower = 1;
    Nanoseconds slower_at{};
    AttemptPlan plan{16, std::chrono::milliseconds{5000}};
    Schedule::Limits limits{20'000, 512};
};

struct Shown {
    double at = 0;
    std::optional<TimeRange> left;
};

struct ScanOutcome {
    double duration = 0;
    std::vector<Shown> shown;
};

class ScanInNetwork {
public:
    explicit ScanInNetwork(ScanNetwork network)
        : network_{std::move(network)},
          size_{network_.hosts * network_.ports},
          schedule_{size_, network_.plan, network_.limits, seed_,
                    [this](Slot slot) { return to_index(slot) / network_.ports; }},
          tokens_{network_.policed_burst},
          refusal_tokens_(network_.hosts, max_refusals),
          refusals_at_(network_.hosts, start_) {}

    ScanOutcome run() {
        ScanOutcome outcome;
        TimePoint next_look = start_;
        for (;;) {
            while (!answers_.empty() && answers_.top().at <= now_) {
                const Answer answer = answers_.top();
                answers_.pop();
                take(answer);
            }
            if (now_ >= next_look) {
                next_look = now_ + std::chrono::milliseconds{500};
                outcome.shown.push_back(look());
            }
            const auto step = schedule_.next(now_);
            using Action = Schedule::Action;
            switch (step.action) {
                case Action::attempt:
                case Action::control: send(step); break;
                case Action::rest:
                case Action::drop_control:
                case Action::give_up: break;
                case Action::wait: {
                    const TimePoint until = std::min(step.until, next_look);
                    now_ = answers_.empty() ? until : std::min(until, answers_.top().at);
                    break;
                }
                case Action::done: outcome.duration = seconds(now_ - start_); return outcome;
            }
        }
    }

private:
    struct Answer {
        TimePoint at;
        TimePoint sent;
        Slot slot;
        unsigned attempt;
        std::uint32_t control;
        bool operator>(const Answer& other) const { return at > other.at; }
    };
    static constexpr double max_refusals = 50;

    static double seconds(Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

    void send(const Schedule::Step& step) {
        const bool slow = now_ - start_ >= network_.slower_at;
        if (passes(step.slot)) {
            answers_.push(
                {now_ + network_.round_trip, now_, step.slot, step.attempt, step.control});
        }
        const double cost = seconds(network_.per_attempt) * (slow ? network_.slower : 1);
        now_ += std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>{cost});
    }

    PortState state_of(Slot slot) const {
        return network_.state(to_index(slot) / network_.ports, to_index(slot) % network_.ports);
    }

    bool take_token(double& tokens, TimePoint& last, double rate, double burst) const {
        tokens = std::min(burst, tokens + seconds(now_ - last) * rate);
        last = now_;
        const bool passes = tokens >= 1;
        tokens -= passes ? 1 : 0;
        return passes;
    }

    bool passes(Slot slot) {
        if (network_.policed_rate > 0 &&
            !take_token(tokens_, policed_at_, network_.policed_rate, network_.policed_burst)) {
            return false;
        }
        const PortState state = state_of(slot);
        if (state == PortState::silent ||
            std::uniform_real_distribution<double>{}(random_) < network_.loss) {
            return false;
        }
        const std::size_t host = to_index(slot) / network_.ports;
        return state == PortState::open || network_.refusals_per_second <= 0 ||
               take_token(refusal_tokens_[host], refusals_at_[host], network_.refusals_per_second,
                          max_refusals);
    }

    void take(const Answer& answer) {
        if (answer.control != 0) {
            schedule_.control_answered(answer.control, now_);
        } else if (schedule_.open(answer.slot)) {
            const Nanoseconds trip = now_ - answer.sent;
            if (state_of(answer.slot) == PortState::open) {
                schedule_.note_echo(answer.slot, answer.attempt, now_, trip);
            }
            schedule_.decided(answer.slot);
            // ICMP tells nothing of the way: whoever sends it limits it.
            if (state_of(answer.slot) == PortState::open || network_.refusals_per_second <= 0) {
                schedule_.observe(now_, trip, answer.attempt);
            }
        }
    }

    Shown look() {
        ScanWork work = schedule_.work(now_, 1);
        if (const std::size_t begun = schedule_.started(); begun > 0) {
            work.block = (begun - 1) / network_.ports;
            const std::size_t end = (work.block + 1) * network_.ports;
            work.rest_of_block = end - begun;
            work.begun_of_block = begun - work.block * network_.ports;
            work.other_blocks = size_ - end;
            work.number_of_other_blocks = network_.hosts - work.block - 1;
        }
        history_.add(work, now_);
        const auto left = schedule_.in_steady_round() > 0 ? schedule_.steady_time_left(now_)
                                                          : time_left(work, history_.recent());
        forecast_.add(left, now_);
        return {seconds(now_ - start_), forecast_.left(now_)};
    }

    static constexpr std::uint64_t seed_ = 5;
    TimePoint start_{std::chrono::hours{1}};
    ScanNetwork network_;
    std::size_t size_;
    Schedule schedule_;
    TimePoint now_ = start_;
    double tokens_;
    TimePoint policed_at_ = start_;
    std::vector<double> refusal_tokens_;
    std::vector<TimePoint> refusals_at_;
    std::minstd_rand random_{3};
    std::priority_queue<Answer, std::vector<Answer>, std::greater<>> answers_;
    WorkHistory history_;
    Forecast forecast_;
};

}  // namespace pt::client::test
