#pragma once

#include <string>
#include <vector>

#include "client/policy/check_policy.hpp"
#include "client/report/check/check_report.hpp"

/// Words that all reports of a check share. Printable ASCII.
namespace pt::client {

/// "db (10.0.0.5)": the address where that is another word, and known.
std::string host_text(const PolicyHost& host, const Result* result);

/// "filtered (forward): none of 16 attempts reached pt-server".
std::string found_text(const Result& result);

/// Of what is inconclusive: "; note; note".
std::string open_notes(const CheckedPorts& ports);

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

/// "2 tests: 1 passed, 1 failed, 0 inconclusive; 3 ports: ...".
std::string check_tally_text(const CheckedPolicy& checked);
/// The same with "; 1.20 s", and whether it was interrupted.
std::string check_counts_text(const CheckReport& report);

/// All of them in one line.
std::string complaints_text(const CheckedExpectation& checked);

}  // namespace pt::client
