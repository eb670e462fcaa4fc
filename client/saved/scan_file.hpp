#pragma once

#include <istream>
#include <string>

#include "client/saved/results_file.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// What a message about a file that cannot be read ends with.
inline constexpr const char* wanted_file =
    "; expected the output of a scan, as of: pt-client HOST SPEC... --output jsonl > FILE";

/// The results of one file (--output json or jsonl), at least one; "-" is standard input. An error
/// is one printable line that names the file.
Expected<PastResults> read_scan_file(const std::string& name, std::istream& standard_input);

/// Of a file whose end or some of whose lines are missing: a phrase that says so; else "".
std::string cut_text(const PastResults& past);

}  // namespace pt::client
