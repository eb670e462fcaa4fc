#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "client/policy/judge.hpp"
#include "client/policy/policy.hpp"
#include "client/result/result.hpp"

namespace pt::client {

/// Neighbouring ports of one host and address of which the same was found and said, for one
/// expectation.
struct CheckedPorts {
    PortSet::Range ports;
    Judgement judgement;
    /// The first port's; nullptr where there is none, as the scan was interrupted.
    const Result* result = nullptr;

    std::size_t count() const {
        return std::size_t{1} + to_number(ports.last) - to_number(ports.first);
    }
};

struct OutcomeCounts {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t inconclusive = 0;

    void add(Outcome outcome);
    OutcomeCounts& operator+=(const OutcomeCounts& more);
    std::size_t all() const { return passed + failed + inconclusive; }
    /// One failure fails all; else one that is inconclusive leaves all so.
    Outcome outcome() const;
};

/// One expectation of one host: what its ports came to.
struct CheckedExpectation {
    const PolicyHost* host = nullptr;
    const Expectation* expectation = nullptr;
    std::vector<CheckedPorts> ports;  ///< by address, protocol and port
    OutcomeCounts counts;             ///< of ports
};

struct CheckedTest {
    const PolicyTest* test = nullptr;
    std::vector<CheckedExpectation> expectations;
    OutcomeCounts counts;  ///< of ports
};

/// Which tests of a policy were run and what came of them. Points into the policy and the results,
/// which must outlive it.
struct CheckedPolicy {
    std::vector<CheckedTest> tests;
    OutcomeCounts test_counts;
    OutcomeCounts counts;              ///< of ports
    std::vector<std::string> not_run;  ///< names of tests that are to run from another place
};

/// Holds the results of a scan against a policy. Pure.
CheckedPolicy check_policy(const Policy& policy, const std::vector<Result>& results);
CheckedPolicy check_policy(Policy&&, const std::vector<Result>&) = delete;
CheckedPolicy check_policy(const Policy&, std::vector<Result>&&) = delete;

}  // namespace pt::client
