#include "common/options/option_words.hpp"

#include <boost/program_options/errors.hpp>

#include "common/core/redact.hpp"
#include "common/core/safe_text.hpp"

namespace pt {

namespace po = boost::program_options;

Expected<po::parsed_options> split_words(int argc, const char* const argv[],
                                         const po::options_description& options) {
    constexpr int style =
        po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    constexpr std::size_t max_name = 80;
    try {
        return po::command_line_parser(argc, argv).options(options).style(style).run();
    } catch (const po::unknown_option& error) {
        const std::string name = error.get_option_name();
        return UsageError{"unknown option '" +
                          safe_text(redacted(name.substr(0, name.find('='))), max_name) +
                          "': --help lists all that are allowed"};
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
