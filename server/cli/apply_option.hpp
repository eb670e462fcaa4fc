#pragma once

#include <string>

#include "server/cli/options.hpp"

/// What each option does with its value, wherever it is given; a flag's is "" on the command line.
/// Each says what is allowed where the value is not, else "".
namespace pt::server::apply {

/// A port spec, as a word of the command line or the value of `listen`.
std::string spec(Settings& settings, const std::string& value);

std::string all(Settings& settings, const std::string& value);
std::string except(Settings& settings, const std::string& value);
std::string bind(Settings& settings, const std::string& value);
std::string config(Settings& settings, const std::string& value);
std::string strict(Settings& settings, const std::string& value);
std::string max_connections(Settings& settings, const std::string& value);
std::string threads(Settings& settings, const std::string& value);
std::string user(Settings& settings, const std::string& value);
std::string journal_file(Settings& settings, const std::string& value);
std::string keys(Settings& settings, const std::string& value);
std::string ready_fd(Settings& settings, const std::string& value);
std::string ready_file(Settings& settings, const std::string& value);
std::string log_level(Settings& settings, const std::string& value);
std::string log_format(Settings& settings, const std::string& value);

}  // namespace pt::server::apply
