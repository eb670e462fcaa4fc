#pragma once

#include <string>

#include "client/policy/check_policy.hpp"

/// Words that all reports of a check share. Printable ASCII.
namespace pt::client {

/// "db (10.0.0.5) tcp/5432", "web tcp/8000-8100 (101 ports)".
std::string place_text(const CheckedPorts& ports);

/// "expected blocked; open: echo received", with the reason behind.
std::string finding_text(const CheckedPorts& ports);

}  // namespace pt::client
