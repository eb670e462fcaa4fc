#pragma once

#include <map>
#include <span>
#include <string>

#include "common/options/program.hpp"

namespace pt::manual {

/// Another page, for SEE ALSO.
struct PageName {
    std::string name;
    char section;
};

/// The pages of a program and of each of its commands, in section 1, by the names of their files:
/// "pt-client.1", "pt-client-check.1". They refer to each other and to `see_also`.
std::map<std::string, std::string> man_pages(const Program& program,
                                             std::span<const PageName> see_also);

/// The page of a configuration file, in section 5; its settings are those of `options` that may
/// stand there.
std::string man_page(const ConfigFile& file, std::span<const Option> options,
                     std::span<const PageName> see_also);

}  // namespace pt::manual
