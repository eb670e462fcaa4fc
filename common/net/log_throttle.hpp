#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "common/core/timing.hpp"
#include "common/net/log_field.hpp"

namespace pt::net {

/// Lets one kind of log line through at most once in an interval, and counts what it suppressed.
class LogThrottle {
public:
    explicit LogThrottle(std::chrono::seconds interval = std::chrono::seconds{10})
        : interval_{interval} {}

    /// The field that ends the sentence: "" or " (12 similar messages suppressed)". Nothing:
    /// suppress the line.
    std::optional<Field<LogKey::suppressed>> pass(TimePoint now) {
        if (last_ && now - *last_ < interval_) {
            ++suppressed_;
            return std::nullopt;
        }
        last_ = now;
        const std::uint64_t before = std::exchange(suppressed_, 0);
        if (before == 0) {
            return field<LogKey::suppressed>(before, "");
        }
        return field<LogKey::suppressed>(before, " (" + std::to_string(before) +
                                                     " similar message" + (before == 1 ? "" : "s") +
                                                     " suppressed)");
    }

private:
    std::chrono::seconds interval_;
    std::optional<TimePoint> last_;
    std::uint64_t suppressed_ = 0;
};

}  // namespace pt::net
