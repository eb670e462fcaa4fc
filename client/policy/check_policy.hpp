#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "client/policy/judge.hpp"
#include "client/policy/policy.hpp"
#include "client/result/result.hpp"

namespace pt::client {

/// Neighbouring ports of one host and address of which the same is expected, found and said.
struct CheckedPorts {
    const PolicyHost* host = nullptr;
    PortSet::Range ports;
    const Wanted* wanted = nullptr;
    Judgement judgement;
    /// The first port's; nullptr where there is none, as the scan was interrupted.
    const Result* result = nullptr;
    std::size_t count = 0;  ///< expectations: ports
};

struct OutcomeCounts {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t inconclusive = 0;

    void add(Outcome outcome, std::size_t count = 1);
    std::size_t all() const { return passed + failed + inconclusive; }
    /// One failure fails all; else one that is inconclusive leaves all so.
    Outcome outcome() const;
};

struct CheckedTest {
    const PolicyTest* test = nullptr;
    std::vector<CheckedPorts> ports;
    OutcomeCounts counts;  ///< of expectations
};

/// Which tests of a policy were run and what came of them. Points into the policy and the results.
struct CheckedPolicy {
    std::vector<CheckedTest> tests;
    OutcomeCounts test_counts;
    OutcomeCounts counts;          ///< of expectations
    std::size_t other_places = 0;  ///< tests that were left out: they are to run from elsewhere
};

/// Holds the results of a scan against a policy. Pure.
CheckedPolicy check_policy(const Policy& policy, const std::vector<Result>& results);

}  // namespace pt::client
