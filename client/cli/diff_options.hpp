#pragma once

#include <string>
#include <variant>
#include <vector>

#include "client/options/options.hpp"
#include "common/core/expected.hpp"
#include "common/options/help.hpp"
#include "common/options/program.hpp"

/// The command line of `pt-client diff`.
namespace pt::client {

struct DiffOptions {
    std::string before;  ///< files of results; "-" is standard input, for one of the two
    std::string after;
    OutputFormat output = OutputFormat::table;  ///< of those that a comparison has
    std::vector<OutputFile> output_files;
    bool quiet = false;
    Color color = Color::automatic;
};

/// What --help and the manual page of the command are made from.
const Program& diff_program();

/// Reads what stands behind "diff". Never throws on what a person types.
Expected<std::variant<DiffOptions, Notice>> parse_diff_options(int argc, const char* const argv[]);

}  // namespace pt::client
