#pragma once

#include <optional>
#include <span>
#include <string>

#include "client/cli/options.hpp"

/// Every option of pt-client by name, and what to do with its value. `parse_options` is the only
/// user.
namespace pt::client {

/// The options while they are being read.
struct Draft {
    Options options;
    bool v4 = false;
    bool v6 = false;
    bool all_addresses = false;
    bool explain = false;
    bool no_journal = false;
    bool list = false;
    std::optional<Requirement> wait_for;
    bool help = false;
    bool version = false;
};

enum class Arity {
    flag,       ///< no value
    once,       ///< a value; a second one is an error: one of the two would go unheard
    repeatable  ///< a value each time
};

struct Definition {
    const char* name;  ///< with its letter as Program_options takes it: "ipv4,4"
    Arity arity;
    /// Takes one value (a flag's is ""). Says what is allowed where the value is not, else "".
    std::string (*apply)(Draft& draft, const std::string& value);
};

std::span<const Definition> option_table();

/// The name without its letter.
std::string_view long_name(const Definition& definition);

}  // namespace pt::client
