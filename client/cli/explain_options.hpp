#pragma once

#include <variant>

#include "client/options/options.hpp"
#include "common/core/expected.hpp"
#include "common/options/help.hpp"
#include "common/options/program.hpp"

/// The command line of `pt-client explain`.
namespace pt::client {

/// No host was named: explain an exchange over loopback.
struct Lesson {};

/// What --help and the manual page of the command are made from.
const Program& explain_program();

/// Reads what stands behind "explain": with targets it is a scan with --explain. Never throws on
/// what a person types.
Expected<std::variant<Options, Lesson, Notice>> parse_explain_options(int argc,
                                                                      const char* const argv[]);

}  // namespace pt::client
