#pragma once

#include <variant>

#include "client/cli/check_options.hpp"
#include "client/cli/diff_options.hpp"
#include "client/cli/explain_options.hpp"
#include "client/cli/keygen_options.hpp"
#include "client/cli/report_options.hpp"
#include "client/cli/scan_options.hpp"
#include "client/cli/wait_options.hpp"
#include "client/cli/watch_options.hpp"
#include "client/options/options.hpp"

namespace pt::client {

/// What is to be done: the options of a command (a list is a scan with `list`), or a text to print.
using ParsedCommandLine =
    Expected<std::variant<Options, CheckOptions, DiffOptions, KeygenOptions, Lesson,
                          SavedReportOptions, WaitOptions, WatchOptions, Notice>>;

/// Reads the whole command line, of which the first word may name a command; `argv[0]` is not
/// looked at. Never throws on what a person types.
ParsedCommandLine parse_command_line(int argc, const char* const argv[]);

}  // namespace pt::client
