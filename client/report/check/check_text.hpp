#pragma once

#include <string>
#include <vector>

#include "client/policy/check_policy.hpp"
#include "client/report/check/check_report.hpp"

/// Words that all reports of a check share. Printable ASCII.
namespace pt::client {

/// "db (10.0.0.5) tcp/22,80 blocked": of one expectation, whatever is found.
std::string expectation_text(const CheckedExpectation& checked);

/// What did not pass of an expectation, or not without a word: all ports at one address of which
/// the same is to be said.
struct Complaint {
    Outcome outcome = Outcome::failed;
    /// "db (10.0.0.5) tcp/22,80 (2 ports)": the address too, where the host is a name.
    std::string place;
    /// "expected blocked; found open: echo received", with the reason behind.
    std::string text;
};

/// Failures first.
std::vector<Complaint> complaints(const CheckedExpectation& checked);

/// "2 tests: 1 passed, 1 failed, 0 inconclusive; 3 ports: ...; 1.20 s".
std::string check_counts_text(const CheckReport& report);

/// All of them in one line.
std::string complaints_text(const CheckedExpectation& checked);

}  // namespace pt::client
