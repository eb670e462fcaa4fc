// Control attempts: whether open ports still answer.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "client/pace/schedule.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
/// Retries of silent ports for each control attempt, and the least time between two of them.
constexpr std::size_t retries_for_control = 8;
constexpr Nanoseconds control_gap = 100ms;
/// As many attempts leave in one burst, and no control attempt waits for longer.
constexpr std::size_t burst = 64;
constexpr Nanoseconds max_delay = std::chrono::seconds{1};
/// Linux sends a lost SYN again after one second, and what is answered then was lost first.
constexpr Nanoseconds min_control_timeout = 400ms;
constexpr int round_trips_for_control = 3;
/// A host whose open ports answer nothing for so long at the steady rate has stopped answering.
constexpr Nanoseconds max_silence = 3s;
/// The natural logarithm of 1,000: so rarely as many control attempts in a row are lost by chance,
/// where half of them are lost otherwise, or more; that no other port has answered for so long
/// either makes it rarer by far.
constexpr double nats_stopped = 6.9;
constexpr double min_usual_loss = 0.5;

}  // namespace

void Schedule::want_control(Slot slot, TimePoint now) {
    if (limits_.exact() || !limits_.controls) {
        return;
    }
    Group& group = *states_.find(slot)->second.group;
    if (group.open.empty()) {
        return;
    }
    if (++group.retries >= retries_for_control && now - group.last_control >= control_gap) {
        group.retries = 0;
        group.last_control = now;
        const std::size_t later = std::uniform_int_distribution<std::size_t>{1, burst}(random_);
        controls_due_.push_back({group_number(slot), attempts_started_ + later, now + max_delay});
    }
}

Nanoseconds Schedule::control_timeout() const {
    return std::max(min_control_timeout,
                    smoothed_round_trip_.value_or(Nanoseconds{}) * round_trips_for_control);
}

std::optional<Schedule::Step> Schedule::next_control(TimePoint now) {
    if (!controls_.empty() && controls_.front().sent + control_timeout() <= now) {
        const ControlAttempt control = controls_.front();
        controls_.pop_front();
        end_control(control, now);
        end_answered_controls(now);
        return Step{Action::drop_control, control.slot, 0, {}, control.number};
    }
    if (controls_due_.empty() || now < not_before_ ||
        (attempts_started_ < controls_due_.front().at_attempt &&
         now < controls_due_.front().at_latest)) {
        return std::nullopt;
    }
    const std::size_t number = controls_due_.front().group;
    controls_due_.pop_front();
    return begin_control(number, now);
}

Schedule::Step Schedule::begin_control(std::size_t number, TimePoint now) {
    Group& group = groups_[number];
    const Slot slot = group.open[group.next_open++ % group.open.size()];
    controls_.push_back({next_control_++, number, slot, now, false});
    note_sent(group, now);
    return {Action::control, slot, 0, {}, controls_.back().number};
}

void Schedule::note_sent(Group& group, TimePoint now) {
    group.last_sent = now;
    group.meter.note_sent(now);
}

void Schedule::note_answer_of(Group& group, TimePoint now) {
    group.last_answer = now;
    group.stopped = false;
}

void Schedule::end_control(const ControlAttempt& control, TimePoint now) {
    Group& group = groups_[control.group];
    group.meter.note_control(control.sent, control.answered);
    if (control.answered) {
        note_answer_of(group, now);
        ++group.controls_answered;
        group.controls_lost += std::exchange(group.controls_lost_in_row, 0);
    } else if (++group.controls_lost_in_row; has_stopped(group, now)) {
        group.stopped = true;
        stopped_.push_back(control.group);
    }
    steady_.note_control(control.sent, control.answered, now);
}

bool Schedule::has_stopped(const Group& group, TimePoint now) const {
    const auto lost = static_cast<double>(group.controls_lost) + 0.5;
    const double usual = lost / (static_cast<double>(group.controls_answered) + lost + 0.5);
    const double nats = -std::log(std::max(usual, min_usual_loss)) *
                        static_cast<double>(group.controls_lost_in_row);
    return nats >= nats_stopped && !limits_.exact() && !group.stopped &&
           now - group.last_answer >= max_silence + control_timeout();
}

/// In the order in which they were sent: what is lost is known last.
void Schedule::end_answered_controls(TimePoint now) {
    while (!controls_.empty() && controls_.front().answered) {
        const ControlAttempt control = controls_.front();
        controls_.pop_front();
        end_control(control, now);
    }
}

void Schedule::forget_control(std::uint32_t number, TimePoint now) {
    std::erase_if(controls_, [number](const auto& one) { return one.number == number; });
    end_answered_controls(now);
}

void Schedule::control_answered(std::uint32_t number, TimePoint now) {
    const auto found = std::find_if(controls_.begin(), controls_.end(),
                                    [number](const auto& one) { return one.number == number; });
    if (found != controls_.end()) {
        found->answered = true;
        end_answered_controls(now);
    }
}

}  // namespace pt::client
