#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "common/core/timing.hpp"

namespace pt::net {

/// Lets one kind of log line through at most once in an interval, and counts what it held back.
class LogThrottle {
public:
    explicit LogThrottle(std::chrono::seconds interval = std::chrono::seconds{10})
        : interval_{interval} {}

    /// How many events the line stands for, this one within; nothing: hold it back.
    std::optional<std::uint64_t> pass(TimePoint now) {
        ++events_;
        if (last_ && now - *last_ < interval_) {
            return std::nullopt;
        }
        last_ = now;
        return std::exchange(events_, 0);
    }

private:
    std::chrono::seconds interval_;
    std::optional<TimePoint> last_;
    std::uint64_t events_ = 0;
};

}  // namespace pt::net
