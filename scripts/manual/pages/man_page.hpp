#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/options/program.hpp"

namespace pt::manual {

/// Another page, for SEE ALSO.
struct PageName {
    std::string_view name;
    char section;
};

/// The page of a program, in section 1.
std::string man_page(const Program& program, std::span<const PageName> see_also);

/// The page of a configuration file, in section 5; its settings are those of `options` that may
/// stand there.
std::string man_page(const ConfigFile& file, std::span<const Option> options,
                     std::span<const PageName> see_also);

}  // namespace pt::manual
