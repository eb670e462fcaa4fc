#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "common/core/timing.hpp"

namespace pt::client {

/// What came to one UDP probe that is no intact frame of ours. It may be the answer of a service,
/// or forged by anyone who sends datagrams in the port's name to ports of ours. Pure.
///
/// What answers comes again, to the port of ours that a later attempt was made from, and about as
/// soon behind each attempt. What is sent to many ports of ours at a time comes when it comes, and
/// sent over and over it comes again where nothing was sent meanwhile. What comes so often that one
/// would be as soon as an answer by chance proves nothing.
class OtherReplies {
public:
    /// A datagram came to a port of ours; `sent` is when the probe's latest attempt left from
    /// there, nothing where none has.
    void add(std::optional<TimePoint> sent, TimePoint now);
    bool any() const { return first_.has_value(); }

    /// Whether they answer attempts, the latest of them made `later` than the first one came,
    /// without any doubt while the probe goes on.
    bool surely_answer(Nanoseconds later) const;
    /// The same at its end, after so many attempts, where half of the answered ones are enough;
    /// more than three quarters, where some came unsolicited.
    bool answer(Nanoseconds later, std::size_t attempts) const;

private:
    struct Delay {
        TimePoint sent;
        Nanoseconds delay;  ///< until the first one came
    };
    bool repeated(Nanoseconds later) const;
    bool comes_by_chance() const;
    std::vector<Nanoseconds> sorted_delays() const;

    std::optional<TimePoint> first_;
    TimePoint last_{};
    TimePoint last_sent_{};        ///< the latest attempt that one came behind
    std::vector<Delay> delays_;    ///< of the first few attempts
    std::size_t unsolicited_ = 0;  ///< came where nothing had been sent, or long behind an answer
};

}  // namespace pt::client
