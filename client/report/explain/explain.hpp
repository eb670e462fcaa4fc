#pragma once

#include <string>

#include "client/result/result_refs.hpp"

namespace pt::client {

/// --explain, for a person who learns networking, from what this scan saw and nothing else. For
/// each group of results with the same verdict and evidence: the answer in a sentence, a diagram,
/// what it means for firewalls, what to try next. After them the terms, once. `results` are in
/// report order; "" where there are none. Plain text, printable ASCII, lines of at most 80 bytes
/// but for a command with a longer word.
std::string explain(const ResultRefs& results, const ExplainFacts& facts);

}  // namespace pt::client
