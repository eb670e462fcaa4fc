#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "client/options/options.hpp"
#include "client/result/result.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// What a file of earlier results holds: the output of one run or of several after each other,
/// whole or cut anywhere.
struct PastResults {
    /// One for each host and endpoint, in the order of the file: the last that stands, or, where
    /// none does, the last. `host_place` counts hosts by their first appearance.
    std::vector<Result> results;
    std::size_t cut_lines = 0;      ///< lines that end too early: their runs were killed
    bool ends_within_line = false;  ///< the last byte is no end of a line
    bool lacks_end = false;         ///< of --output json: its last lines are missing
    /// Of the json of one scan: what it says besides the results; its `host` stays empty.
    RunSummary summary;
    /// Likewise: how many results there were, those that --only hid included.
    std::optional<std::size_t> counted;
};

/// Reads the output of --output json or jsonl, line by line: both have each result on a line of
/// its own. Trusts nothing: lines, texts, depth and numbers are bounded. A refusal is one printable
/// line that names the file and the line in it; `name` is the file's.
Expected<PastResults> read_past_results(std::istream& file, const std::string& name);

}  // namespace pt::client
