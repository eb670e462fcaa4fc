#include "client/options/read_file.hpp"

#include <cerrno>
#include <system_error>

namespace pt::client {

bool is_standard_input(const std::string& name) { return name == "-"; }

std::string input_name(const std::string& name) {
    return is_standard_input(name) ? "standard input" : name;
}

std::string open_to_read(std::ifstream& file, const std::string& name) {
    errno = 0;
    file.open(name, std::ios::binary);
    // A directory opens, but does not read.
    if (!file || (file.peek() == std::ifstream::traits_type::eof() && errno != 0)) {
        return std::generic_category().message(errno);
    }
    file.clear();
    return "";
}

}  // namespace pt::client
