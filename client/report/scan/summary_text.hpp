#pragma once

#include <cstddef>
#include <string>

#include "client/report/exit_code.hpp"
#include "client/report/report.hpp"

/// How much a report for people shows, and how it sums up.
namespace pt::client {

/// An address with more results than this is shown in groups.
inline constexpr std::size_t max_single_lines = 30;
inline constexpr std::size_t max_hints = 8;

/// "3 ports: 2 open, 1 filtered", the words of verdicts in their colours; `of_what` is behind
/// "ports": " of 2 hosts".
std::string tally_text(const Tally& tally, Style style = {}, const std::string& of_what = "");

/// What an interrupted scan lacks.
std::string interrupted_text(const Tally& tally);

/// "; 1.20 s", or "" where it is not known.
std::string duration_suffix(const RunSummary& summary);

}  // namespace pt::client
