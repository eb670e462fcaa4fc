#include "client/pace/loss_meter.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr Nanoseconds period_length = 500ms;
/// A period and its two neighbours.
constexpr std::size_t near_periods = 1;
/// Fewer attempts than that tell too little: farther ones are counted too.
constexpr std::uint32_t min_samples = 8;
constexpr std::uint32_t min_controls = 4;
/// What is sent before the first sample is this much older at most, or counts as that old.
constexpr Nanoseconds max_earlier = 10s;

}  // namespace

std::size_t LossMeter::index_of(TimePoint sent) const {
    const auto index = (sent - origin_) / period_length;
    return index < 0 ? 0 : static_cast<std::size_t>(index);
}

LossMeter::Period& LossMeter::period_at(TimePoint sent) {
    if (periods_.empty()) {
        origin_ = sent - max_earlier;
    }
    const std::size_t index = index_of(sent);
    if (index >= periods_.size()) {
        periods_.resize(index + 1);
    }
    return periods_[index];
}

void LossMeter::note_answered(TimePoint sent) {
    ++period_at(sent).probes.answered;
    ++outcomes_;
}

void LossMeter::note_lost(TimePoint sent) {
    ++period_at(sent).probes.lost;
    ++outcomes_;
}

void LossMeter::note_control(TimePoint sent, bool answered) {
    Counts& counts = period_at(sent).controls;
    ++(answered ? counts.answered : counts.lost);
    ++controls_;
    ++outcomes_;
}

LossMeter::Counts LossMeter::near(TimePoint sent, Counts Period::*kind) const {
    const std::size_t middle = std::min(index_of(sent), periods_.size() - 1);
    Counts sum;
    const auto add = [&](std::size_t index) {
        sum.answered += (periods_[index].*kind).answered;
        sum.lost += (periods_[index].*kind).lost;
    };
    for (std::size_t distance = 0; distance < periods_.size(); ++distance) {
        if (distance > near_periods && sum.all() >= min_samples) {
            break;
        }
        if (distance <= middle) {
            add(middle - distance);
        }
        if (distance > 0 && middle + distance < periods_.size()) {
            add(middle + distance);
        }
    }
    return sum;
}

double LossMeter::loss_at(TimePoint sent) const {
    if (empty()) {
        return 0.5;
    }
    // Krichevsky and Trofimov's estimate: half a sample of either kind, so that few samples do not
    // say "never".
    const auto loss = [](const Counts& counts) {
        return (counts.lost + 0.5) / (counts.all() + 1.0);
    };
    const Counts probes = near(sent, &Period::probes);
    if (controls_ < min_controls) {
        return loss(probes);
    }
    const double of_controls = loss(near(sent, &Period::controls));
    return probes.all() < min_samples ? of_controls : std::max(loss(probes), of_controls);
}

RateSample LossMeter::sample(TimePoint from, TimePoint to) const {
    if (periods_.empty()) {
        return {};
    }
    const std::size_t first = std::min(index_of(from), periods_.size() - 1);
    const std::size_t last = std::min(index_of(to), periods_.size() - 1);
    Counts controls;
    Counts all;
    std::uint64_t sent = 0;
    for (std::size_t index = first; index <= last; ++index) {
        const Period& period = periods_[index];
        controls.answered += period.controls.answered;
        controls.lost += period.controls.lost;
        all.answered += period.controls.answered + period.probes.answered;
        all.lost += period.controls.lost + period.probes.lost;
        sent += period.sent;
    }
    const Counts& counts = controls.all() >= min_controls ? controls : all;
    const auto time = std::chrono::duration<double>(period_length) * (last - first + 1);
    return {static_cast<double>(sent) / time.count(), counts.answered, counts.lost};
}

}  // namespace pt::client
