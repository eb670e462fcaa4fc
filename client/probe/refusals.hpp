#pragma once

#include <algorithm>
#include <chrono>

#include "common/core/timing.hpp"

namespace pt::client {

/// The attempts of one probe that were refused, by a reset or an ICMP error. One refusal is one
/// packet: a route that flaps, a rule set that is loaded anew, one of several backends. It counts
/// where it repeats. Pure.
class Refusals {
public:
    static constexpr unsigned min_count = 3;
    static constexpr Nanoseconds min_span = std::chrono::milliseconds{300};

    /// An attempt that was sent then was refused.
    void add(TimePoint sent) {
        first_ = count_ == 0 ? sent : std::min(first_, sent);
        last_ = count_ == 0 ? sent : std::max(last_, sent);
        ++count_;
    }

    unsigned count() const { return count_; }
    /// Whether it has repeated so often, as far as that many attempts allow.
    bool repeated(unsigned tries, unsigned at_least = min_count) const {
        return count_ >= std::min(at_least, std::max(tries, 1U)) &&
               (last_ - first_ >= min_span || tries < at_least);
    }

private:
    unsigned count_ = 0;
    TimePoint first_{};
    TimePoint last_{};
};

}  // namespace pt::client
