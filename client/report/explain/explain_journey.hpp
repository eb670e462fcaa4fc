#pragma once

#include <string>

#include "client/result/result.hpp"

/// The part of --explain about the path between the two ends.
namespace pt::client {

/// Who sent what to whom, a line for each packet as one end saw it, in order; as far as it is
/// known.
std::string drawing(const Result& result);

/// What devices on the path did to addresses and ports; "" where only one end is known.
std::string rewriting(const Result& result);

}  // namespace pt::client
