#pragma once

#include <string>

#include "client/policy/check_policy.hpp"

/// Words that all reports of a check share. Printable ASCII.
namespace pt::client {

/// "db (10.0.0.5) tcp/8000-8100 (101 ports)": the address too, where the host is a name.
std::string place_text(const PolicyHost& host, const CheckedPorts& ports);

/// "expected blocked; found open: echo received", with the reason behind.
std::string finding_text(const Wanted& wanted, const CheckedPorts& ports);

/// "db (10.0.0.5) tcp/22,80 blocked": of one expectation, whatever is found.
std::string expectation_text(const CheckedExpectation& checked);

/// What did not pass of it, with "; " between.
std::string complaints_text(const CheckedExpectation& checked);

}  // namespace pt::client
