#pragma once

#include <string>
#include <string_view>

#include "client/policy/policy.hpp"
#include "client/result/result.hpp"

namespace pt::client {

/// Inconclusive: neither is proved.
enum class Outcome { passed, failed, inconclusive };

std::string_view to_string(Outcome outcome);

struct Judgement {
    Outcome outcome = Outcome::inconclusive;
    std::string reason;  ///< one phrase; "" where the port is plainly as expected

    friend bool operator==(const Judgement&, const Judgement&) = default;
};

/// Whether a result meets an expectation. Pure; claims no more than the result does:
///  - `open` is proved by the echo (or, with Proof::any, by an answer), and refuted by any verdict
///    about the network that is not that;
///  - `blocked` is proved where pt-server listens on the port and its record says that nothing of
///    the scan reached it, and refuted by any answer and by anything that did reach it. A port
///    without a listener, or without a record, proves nothing;
///  - a verdict is proved by the same verdict. Silence does not refute a refusal, as ICMP errors
///    are limited (RFC 1812 section 4.3.2.8); what could not be tested proves and refutes nothing.
/// `max_rtt` holds for the echo alone: nothing else is timed.
Judgement judge(const Wanted& wanted, const Result& result);

}  // namespace pt::client
