#include "client/pace/loss_meter.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr Nanoseconds slot_length = 500ms;
/// A slot and its two neighbours.
constexpr std::size_t near_slots = 1;
/// Fewer attempts than that tell too little: farther ones are counted too.
constexpr std::uint32_t min_samples = 8;
constexpr std::uint32_t min_controls = 4;
/// What is sent before the first sample is this much older at most, or counts as that old.
constexpr Nanoseconds max_earlier = 10s;

}  // namespace

std::size_t LossMeter::place_of(TimePoint sent) const {
    const auto place = (sent - origin_) / slot_length;
    return place < 0 ? 0 : static_cast<std::size_t>(place);
}

LossMeter::Slot& LossMeter::slot_at(TimePoint sent) {
    if (slots_.empty()) {
        origin_ = sent - max_earlier;
    }
    const std::size_t place = place_of(sent);
    if (place >= slots_.size()) {
        slots_.resize(place + 1);
    }
    return slots_[place];
}

void LossMeter::note_answered(TimePoint sent) {
    ++slot_at(sent).probes.answered;
    ++outcomes_;
}

void LossMeter::note_lost(TimePoint sent) {
    ++slot_at(sent).probes.lost;
    ++outcomes_;
}

void LossMeter::note_control(TimePoint sent, bool answered) {
    Counts& counts = slot_at(sent).controls;
    ++(answered ? counts.answered : counts.lost);
    ++controls_;
    ++outcomes_;
}

LossMeter::Counts LossMeter::near(TimePoint sent, Counts Slot::*kind) const {
    const std::size_t middle = std::min(place_of(sent), slots_.size() - 1);
    Counts sum;
    const auto add = [&](std::size_t place) {
        sum.answered += (slots_[place].*kind).answered;
        sum.lost += (slots_[place].*kind).lost;
    };
    for (std::size_t distance = 0; distance < slots_.size(); ++distance) {
        if (distance > near_slots && sum.all() >= min_samples) {
            break;
        }
        if (distance <= middle) {
            add(middle - distance);
        }
        if (distance > 0 && middle + distance < slots_.size()) {
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
    const Counts probes = near(sent, &Slot::probes);
    if (controls_ < min_controls) {
        return loss(probes);
    }
    const double of_controls = loss(near(sent, &Slot::controls));
    return probes.all() < min_samples ? of_controls : std::max(loss(probes), of_controls);
}

RateSample LossMeter::sample(TimePoint from, TimePoint to) const {
    if (slots_.empty()) {
        return {};
    }
    const std::size_t first = std::min(place_of(from), slots_.size() - 1);
    const std::size_t last = std::min(place_of(to), slots_.size() - 1);
    Counts controls;
    Counts all;
    std::uint64_t sent = 0;
    for (std::size_t place = first; place <= last; ++place) {
        const Slot& slot = slots_[place];
        controls.answered += slot.controls.answered;
        controls.lost += slot.controls.lost;
        all.answered += slot.controls.answered + slot.probes.answered;
        all.lost += slot.controls.lost + slot.probes.lost;
        sent += slot.sent;
    }
    const Counts& counts = controls.all() >= min_controls ? controls : all;
    const auto time = std::chrono::duration<double>(slot_length) * (last - first + 1);
    return {static_cast<double>(sent) / time.count(), counts.answered, counts.lost};
}

}  // namespace pt::client
