#include "client/report/countdown.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

constexpr int part_off = 6;
constexpr Nanoseconds min_off = std::chrono::milliseconds{500};

}  // namespace

std::optional<Nanoseconds> Countdown::show(std::optional<Nanoseconds> estimate, TimePoint now) {
    if (!estimate) {
        end_.reset();
        return std::nullopt;
    }
    const Nanoseconds off = end_ ? std::chrono::abs(now + *estimate - *end_) : Nanoseconds::max();
    if (off > std::max(*estimate / part_off, min_off)) {
        end_ = now + *estimate;
    }
    return std::max(*end_ - now, Nanoseconds{});
}

}  // namespace pt::client
