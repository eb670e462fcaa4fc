#pragma once

#include <fstream>
#include <string>

/// Files that the user names to be read; "-" is standard input where a command says so.
namespace pt::client {

bool is_standard_input(const std::string& name);

/// For messages: "standard input" for "-".
std::string input_name(const std::string& name);

/// Opens a file to be read as it is, from its beginning. Why it cannot be read, or "".
std::string open_to_read(std::ifstream& file, const std::string& name);

}  // namespace pt::client
