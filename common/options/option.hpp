#pragma once

#include <boost/program_options/options_description.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// One option of a program, as all that lists options needs it: the parser, --help, the manual page
/// and the completions of shells.
namespace pt {

/// What a shell proposes for a value.
enum class ValueKind {
    text,       ///< nothing
    word,       ///< one of `Option::words`
    words,      ///< one or more of them, with commas between
    file,       ///< names of files
    host,       ///< names of hosts
    interface,  ///< names of network interfaces
};

/// Where an option may be given.
enum class Place { command_line, config_file, both };

struct Option {
    std::string_view name;        ///< without "--"
    char letter = 0;              ///< 'h' of "-h"; 0: none
    std::string_view value = {};  ///< stands for the value in texts: "FILE"; empty: a flag
    std::string_view section;     ///< the title it is listed under; those of a title are neighbours
    /// One paragraph. Up to the first ';', ':', ". " or " (" it says enough for a completion.
    std::string_view help;
    ValueKind kind = ValueKind::text;
    std::span<const std::string_view> words = {};
    bool repeatable = false;
    Place place = Place::command_line;
};

bool is_flag(const Option& option);

/// Whether it may be given there: on the command line, or in the configuration file.
bool is_allowed(const Option& option, Place place);

/// "-h, --help", "--config FILE".
std::string usage_of(const Option& option);

/// The beginning of its help text that suffices where there is one line for it.
std::string_view summary_of(const Option& option);

/// What Program_options needs to read a place. In a file a flag has a value, too: "strict = true".
boost::program_options::options_description syntax_of(std::span<const Option> options, Place place);

/// An option and what to do with its value.
template <typename Settings>
struct Definition {
    Option option;
    /// Takes one value (a flag's is ""). Says what is allowed where the value is not, else "".
    std::string (*apply)(Settings& settings, const std::string& value);
};

/// The options alone.
template <typename Definitions>
std::vector<Option> options_of(const Definitions& definitions) {
    std::vector<Option> options;
    for (const auto& definition : definitions) {
        options.push_back(definition.option);
    }
    return options;
}

}  // namespace pt
