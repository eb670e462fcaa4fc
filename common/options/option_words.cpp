#include "common/options/option_words.hpp"

#include <boost/program_options/errors.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/redact.hpp"
#include "common/core/safe_text.hpp"
#include "common/core/similar_word.hpp"

namespace pt {

namespace po = boost::program_options;

namespace {

/// The long name of the option that "--ouptut" was to be; "" where none is similar.
std::string similar_option(std::string_view given, const po::options_description& options) {
    if (!given.starts_with("--")) {
        return "";
    }
    std::vector<std::string_view> names;
    for (const auto& option : options.options()) {
        names.push_back(option->long_name());
    }
    return std::string{similar_word(given.substr(2), names)};
}

}  // namespace

Expected<po::parsed_options> split_words(int argc, const char* const argv[],
                                         const po::options_description& options) {
    constexpr int style =
        po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    constexpr std::size_t max_name = 80;
    try {
        return po::command_line_parser(argc, argv).options(options).style(style).run();
    } catch (const po::unknown_option& error) {
        const std::string name = error.get_option_name();
        const auto given = name.substr(0, name.find('='));
        const auto meant = similar_option(given, options);
        return UsageError{"unknown option \"" + safe_text(redacted(given), max_name) +
                          (meant.empty() ? "\": --help lists all that are allowed"
                                         : "\"; did you mean --" + meant + "?")};
    } catch (const po::invalid_command_line_syntax& error) {
        const auto name = safe_text(redacted(error.get_option_name()));
        return UsageError{name + (error.kind() == po::invalid_syntax::extra_parameter
                                      ? " takes no value"
                                      : " needs a value")};
    } catch (const po::error& error) {
        return UsageError{safe_text(redacted(error.what()))};
    }
}

}  // namespace pt
