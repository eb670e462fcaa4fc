#include "common/options/option.hpp"

#include <algorithm>
#include <array>
#include <boost/program_options/value_semantic.hpp>

namespace pt {

namespace po = boost::program_options;

bool is_flag(const Option& option) { return option.value.empty(); }

bool is_allowed(const Option& option, Place place) {
    return option.place == Place::both || option.place == place;
}

std::string usage_of(const Option& option) {
    std::string text;
    if (option.letter != 0) {
        text.append("-").append(1, option.letter).append(", ");
    }
    text.append("--").append(option.name);
    return is_flag(option) ? text : text.append(" ").append(option.value);
}

std::string_view summary_of(const Option& option) {
    constexpr std::array<std::string_view, 4> ends{";", ":", ". ", " ("};
    auto end = option.help.size();
    for (const auto mark : ends) {
        end = std::min(end, option.help.find(mark));
    }
    return option.help.substr(0, end);
}

po::options_description syntax_of(std::span<const Option> options, Place place) {
    po::options_description syntax;
    for (const auto& option : options) {
        if (!is_allowed(option, place)) {
            continue;
        }
        std::string name{option.name};
        if (option.letter != 0) {
            name.append(",").append(1, option.letter);
        }
        if (is_flag(option) && place == Place::command_line) {
            syntax.add_options()(name.c_str(), "");
        } else {
            syntax.add_options()(name.c_str(), po::value<std::string>(), "");
        }
    }
    return syntax;
}

}  // namespace pt
