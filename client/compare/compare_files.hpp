#pragma once

#include <istream>
#include <string>

#include "client/compare/changes.hpp"
#include "client/saved/results_file.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// Reads two files of results (--output json or jsonl), both at the same time, and compares them.
/// "-" is standard input, for one of the two. An error is one printable line that names the file.
/// A file that has been cut is compared, and `remarks` say so.
Expected<Comparison> compare_files(const std::string& before, const std::string& after);

/// The same with another stream for "-".
Expected<Comparison> compare_files(const std::string& before, const std::string& after,
                                   std::istream& standard_input);

/// The same with one file and a scan that has just been made; it may have been interrupted.
Comparison compare_with_scan(const std::string& before_name, const PastResults& before,
                             const std::vector<Result>& after, bool interrupted);

}  // namespace pt::client
