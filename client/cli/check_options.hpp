#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/options/options.hpp"
#include "common/core/expected.hpp"
#include "common/options/help.hpp"
#include "common/options/program.hpp"

/// The command line of `pt-client check`.
namespace pt::client {

enum class CheckOutput { table, json, junit, tap, html };

struct CheckOptions {
    Options scan;                           ///< how to probe; its hosts and ports are the policy's
    std::string policy;                     ///< a file; "" where expectations are given
    std::string host;                       ///< of those
    std::vector<std::string> expectations;  ///< as typed
    std::vector<std::string> only;          ///< names of tests; none: all
    std::optional<std::string> from;
    CheckOutput output = CheckOutput::table;
};

/// What --help and the manual page of the command are made from.
const Program& check_program();

/// Reads what stands behind "check". Never throws on what a person types.
Expected<std::variant<CheckOptions, Notice>> parse_check_options(int argc,
                                                                 const char* const argv[]);

}  // namespace pt::client
