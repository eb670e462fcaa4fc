#pragma once

#include <string_view>
#include <vector>

#include "common/options/program.hpp"

namespace pt::client {

/// What --help and the manual page of pt-client are made from.
const Program& program();

/// The word that asks for a command's help: "pt-client help check".
inline constexpr std::string_view help_word = "help";

/// Every first word that names a command, "help" and the default command among them.
std::vector<std::string_view> command_words();

/// Whether the first word of a command line names a command.
bool is_command(std::string_view word);

}  // namespace pt::client
