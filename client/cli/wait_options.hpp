#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "client/options/options.hpp"
#include "common/core/expected.hpp"
#include "common/options/help.hpp"
#include "common/options/program.hpp"

/// The command line of `pt-client wait`.
namespace pt::client {

struct WaitOptions {
    Options scan;  ///< the targets, and how each round probes them
    std::chrono::milliseconds limit{60'000};
    std::vector<std::string> command;  ///< takes this program's place; none: exits
};

/// What --help and the manual page of the command are made from.
const Program& wait_program();

/// Reads what stands behind "wait". Never throws on what a person types.
Expected<std::variant<WaitOptions, Notice>> parse_wait_options(int argc, const char* const argv[]);

}  // namespace pt::client
