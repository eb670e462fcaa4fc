#include "client/pace/congestion_window.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t smallest = 4;
constexpr std::size_t growth_limit = 4;
/// What is lost shows when a further attempt is answered, so what is counted right after a change
/// tells of the window before it.
constexpr Nanoseconds settling = 300ms;
constexpr Nanoseconds shortest_epoch = 300ms;
/// Fewer attempts than that tell nothing of a rate.
constexpr std::size_t min_samples = 50;
/// The share of attempts lost above which the window is doubted, and below which it may grow.
constexpr double much_loss = 0.10;
constexpr double little_loss = 0.02;
/// What is sent for each answer that comes, once the window is cut: enough to find more room.
constexpr double attempts_per_answer = 1.1;
/// With so much of the answers left, what was cut off did nothing but harm. Well below 1, as the
/// first answers may have had the room that a policer has for a burst.
constexpr double same_rate = 0.6;
/// Fewer answers with less loss are the work of a sender that had no time, or of too deep a cut.
constexpr double same_loss = 0.7;
constexpr int rest_after_chance = 8;

/// What round trips may have above the shortest one before that counts as waiting: other programs
/// take the processor for as long now and then.
constexpr Nanoseconds usual_waiting = 20ms;
constexpr int longer_by_waiting = 3;

}  // namespace

CongestionWindow::CongestionWindow(std::size_t start)
    : start_{std::max<std::size_t>(start, 1)}, size_{start_}, most_{start_ * growth_limit} {}

void CongestionWindow::note_answer(TimePoint now, unsigned lost_for_it,
                                   std::optional<Nanoseconds> round_trip, Nanoseconds under_way) {
    if (epoch_ == TimePoint{}) {
        epoch_ = now;
    }
    shortest_round_trip_ = std::min(shortest_round_trip_, round_trip.value_or(Nanoseconds::max()));
    if (now < epoch_) {
        return;  // settling
    }
    ++answered_;
    lost_ += lost_for_it;
    if (round_trip) {
        ++measured_;
        round_trips_ += *round_trip;
    }
    const Nanoseconds passed = now - epoch_;
    if (passed >= shortest_epoch && answered_ + lost_ >= min_samples) {
        const auto answers = static_cast<double>(answered_);
        const auto lost = static_cast<double>(lost_);
        judge({.loss = lost / (answers + lost),
               .answers_per_second = answers / std::chrono::duration<double>(passed).count(),
               .round_trip = round_trips_ / std::max<Nanoseconds::rep>(measured_, 1)},
              under_way);
        begin_epoch(now);
    }
}

void CongestionWindow::judge(const Epoch& epoch, Nanoseconds under_way) {
    epochs_of_rest_ = std::max(epochs_of_rest_ - 1, 0);
    const bool fewer = epoch.answers_per_second < same_rate * rate_before_;
    const bool as_lossy = epoch.loss > same_loss * loss_before_;
    if (phase_ == Phase::doubting && fewer && as_lossy) {
        size_ = size_before_;
        phase_ = Phase::watching;
        epochs_of_rest_ = rest_after_chance;
    } else if (epoch.loss > much_loss && epochs_of_rest_ == 0) {
        if (phase_ == Phase::watching) {
            size_before_ = size_;
            rate_before_ = epoch.answers_per_second;
            loss_before_ = epoch.loss;
            phase_ = Phase::doubting;
        }
        cut_to(attempts_per_answer * epoch.answers_per_second, under_way);
    } else {
        phase_ = Phase::watching;
        adapt_to_waiting(epoch);
    }
}

void CongestionWindow::adapt_to_waiting(const Epoch& epoch) {
    if (epoch.round_trip > shortest_round_trip_ * longer_by_waiting + usual_waiting) {
        size_ = std::max(size_ - size_ / 4, std::min(start_, size_));
    } else if (epoch.loss < little_loss &&
               epoch.round_trip < shortest_round_trip_ * 2 + usual_waiting / 2) {
        size_ = std::min(size_ + size_ / 4, most_);
    }
}

void CongestionWindow::cut_to(double attempts_per_second, Nanoseconds under_way) {
    const double at_once = attempts_per_second * std::chrono::duration<double>(under_way).count();
    size_ = std::clamp(static_cast<std::size_t>(at_once), std::min(smallest, size_), size_);
}

void CongestionWindow::begin_epoch(TimePoint now) {
    epoch_ = now + settling;
    answered_ = 0;
    lost_ = 0;
    measured_ = 0;
    round_trips_ = {};
}

}  // namespace pt::client
