#pragma once

#include <string>

#include "client/result/result_refs.hpp"

namespace pt::client {

/// --explain: each step of a probe for a person who learns networking, from what this scan saw and
/// nothing else. All results where they are few, else the first of each verdict. `results` are in
/// report order. Plain text, printable ASCII, lines of at most 80 bytes where words allow.
std::string explain(const ResultRefs& results, const ExplainFacts& facts);

}  // namespace pt::client
