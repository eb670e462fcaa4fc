#pragma once

#include <string>
#include <variant>

#include "common/core/expected.hpp"
#include "common/options/help.hpp"
#include "common/options/program.hpp"

/// The command line of `pt-client keygen`.
namespace pt::client {

struct KeygenOptions {
    std::string file;
};

/// What --help and the manual page of the command are made from.
const Program& keygen_program();

/// Reads what stands behind "keygen". Never throws on what a person types.
Expected<std::variant<KeygenOptions, Notice>> parse_keygen_options(int argc,
                                                                   const char* const argv[]);

}  // namespace pt::client
