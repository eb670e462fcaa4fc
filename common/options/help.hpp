#pragma once

#include <string>

#include "common/options/program.hpp"

namespace pt {

/// What --help or --version asks for: goes to stdout, exit 0.
struct Notice {
    std::string text;
};

/// What --help prints: the ways to call the program, its commands, examples, every option, further
/// topics. A command is a program, too: "pt-client check --help" prints this for it.
std::string help_text(const Program& program);

}  // namespace pt
