#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"
#include "common/core/timing.hpp"
#include "common/core/verdict.hpp"

/// What is expected of a network, as values.
namespace pt::client {

/// What proves a port open: pt-server's echo, an answer of any service, or an echo made with the
/// key of the run.
enum class Proof { strict, any, key };

/// How a port is to be blocked: in silence, by an error, or either.
enum class Method { any, drop, reject };

/// What a port is expected to be.
struct Wanted {
    enum class Kind { open, blocked, verdict };
    Kind kind = Kind::open;
    Proof proof = Proof::strict;   ///< of `open`
    Method method = Method::any;   ///< of `blocked`
    std::set<Verdict> verdicts{};  ///< of `verdict`: any of these; never `untested`
    std::optional<Direction> direction{};
    std::optional<IpAddress> by{};
    /// For the mean of the measured round trips of an open port.
    std::optional<Nanoseconds> max_rtt{};

    friend bool operator==(const Wanted&, const Wanted&) = default;
};

/// "open", "blocked by drop", "rejected or filtered, by 192.0.2.1".
std::string describe(const Wanted& wanted);

/// Some ports and what is expected of each.
struct Expectation {
    std::vector<PortSet::Range> ports;
    Wanted wanted;
};

struct PolicyHost {
    std::string name;  ///< in the policy: a short name or the host itself
    std::string host;  ///< what is looked up
};

struct PolicyTest {
    std::string name;
    std::string from;  ///< the place that it is to run from; "": any
    std::vector<PolicyHost> to;
    std::vector<Expectation> expectations;  ///< no port is in two of them
};

struct Policy {
    std::optional<std::chrono::milliseconds> timeout;
    std::vector<PolicyTest> tests;
};

}  // namespace pt::client
