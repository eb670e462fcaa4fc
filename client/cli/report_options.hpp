#pragma once

#include <string>
#include <variant>

#include "client/options/options.hpp"
#include "common/core/expected.hpp"
#include "common/options/help.hpp"
#include "common/options/program.hpp"

/// The command line of `pt-client report`.
namespace pt::client {

struct SavedReportOptions {
    std::string file;  ///< of results; "-" is standard input
    Options scan;      ///< how to report: output, output_files, only, require
};

/// What --help and the manual page of the command are made from.
const Program& report_program();

/// Reads what stands behind "report". Never throws on what a person types.
Expected<std::variant<SavedReportOptions, Notice>> parse_report_options(int argc,
                                                                        const char* const argv[]);

}  // namespace pt::client
