#include "client/report/countdown.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

constexpr int part_off = 6;
constexpr Nanoseconds min_off = std::chrono::milliseconds{500};

bool is_off(Nanoseconds estimate, TimePoint shown, TimePoint now) {
    return std::chrono::abs(now + estimate - shown) > std::max(estimate / part_off, min_off);
}

}  // namespace

std::optional<TimeRange> Countdown::show(const std::optional<TimeRange>& estimate, TimePoint now) {
    if (!estimate) {
        ends_.reset();
        return std::nullopt;
    }
    if (!ends_ || is_off(estimate->min, ends_->earliest, now) ||
        is_off(estimate->max, ends_->latest, now)) {
        ends_ = {now + estimate->min, now + estimate->max};
    }
    return TimeRange{std::max(ends_->earliest - now, Nanoseconds{}),
                     std::max(ends_->latest - now, Nanoseconds{})};
}

}  // namespace pt::client
