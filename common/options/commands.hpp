#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/options/program.hpp"

namespace pt {

/// A command as lists of commands show it.
struct CommandRow {
    std::string_view name;
    std::string text;
};

/// The default command first: its purpose is the program's. None where a program has no commands.
std::vector<CommandRow> command_rows(const Program& program);

/// "pt-client-check": what is a command's own is named so, as its manual page is.
std::string full_name(const Program& program, std::string_view command);

}  // namespace pt
