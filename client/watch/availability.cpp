#include "client/watch/availability.hpp"

#include <algorithm>
#include <utility>

namespace pt::client {
namespace {

constexpr std::size_t max_pauses = 64;
constexpr double hundred = 100;

}  // namespace

void Availability::begin(TimePoint at, FlowState state, bool available) {
    since_ = at;
    available_ = true;  // no outage yet that could be ended
    change(at, state, available);
}

void Availability::change(TimePoint at, FlowState state, bool available) {
    if (available == available_) {
        if (!available && kept_) {
            outages_.back().state = state;
        }
        return;
    }
    const auto time = std::max(at, *since_);
    const auto duration = close_stretch(time);
    available_ = available;
    if (available) {
        close_outage(time, duration);
        return;
    }
    ++outage_count_;
    kept_ = outages_.size() < max_outages;
    if (kept_) {
        outages_.push_back({time, {}, {}, state, ""});
    }
}

/// What overlaps counts once.
void Availability::merge_pauses() {
    std::sort(pauses_.begin(), pauses_.end(),
              [](const Pause& a, const Pause& b) { return a.from < b.from; });
    std::vector<Pause> merged;
    for (const Pause& pause : pauses_) {
        if (!merged.empty() && pause.from <= merged.back().to) {
            merged.back().to = std::max(merged.back().to, pause.to);
        } else {
            merged.push_back(pause);
        }
    }
    pauses_ = std::move(merged);
}

/// How long it was, without pauses.
Nanoseconds Availability::close_stretch(TimePoint at) {
    merge_pauses();
    auto duration = at - *since_;
    std::vector<Pause> later;
    for (const Pause& pause : pauses_) {
        const auto from = std::max(pause.from, *since_);
        const auto to = std::min(pause.to, at);
        if (to > from) {
            duration -= to - from;
            paused_ += to - from;
        }
        if (pause.to > at) {
            later.push_back({std::max(pause.from, at), pause.to});
        }
    }
    pauses_ = std::move(later);
    (available_ ? up_ : down_) += duration;
    since_ = at;
    return duration;
}

void Availability::close_outage(TimePoint at, Nanoseconds duration) {
    longest_ = std::max(longest_, duration);
    last_outage_ = duration;
    if (kept_) {
        outages_.back().end = at;
        outages_.back().duration = duration;
        kept_ = false;
    }
}

void Availability::pause(TimePoint from, TimePoint to) {
    if (!since_) {
        return;
    }
    if (pauses_.size() == max_pauses) {
        merge_pauses();
    }
    if (pauses_.size() == max_pauses) {  // the oldest two become one as long as both
        pauses_[1].from -= pauses_[0].to - pauses_[0].from;
        pauses_.erase(pauses_.begin());
    }
    pauses_.push_back({from, to});
}

void Availability::name(const std::string& verdict) {
    if (kept_) {
        outages_.back().verdict = verdict;
    }
}

/// An outage that goes on stays without an end, but has a duration.
void Availability::end(TimePoint at) {
    if (!since_) {
        return;
    }
    const auto duration = close_stretch(std::max(at, *since_));
    if (!available_) {
        longest_ = std::max(longest_, duration);
        if (kept_) {
            outages_.back().duration = duration;
        }
    }
}

std::optional<double> Availability::percent() const {
    const auto watched = up_ + down_;
    if (watched <= Nanoseconds{}) {
        return std::nullopt;
    }
    return hundred * static_cast<double>(up_.count()) / static_cast<double>(watched.count());
}

}  // namespace pt::client
