#pragma once

#include <string>

#include "common/options/program.hpp"

namespace pt {

/// What --help or --version asks for: goes to stdout, exit 0.
struct Notice {
    std::string text;
};

/// What --help prints: the ways to call the program, examples, every option, further topics.
std::string help_text(const Program& program);

}  // namespace pt
