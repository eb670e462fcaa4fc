#include "client/cli/command_line.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/cli/help.hpp"
#include "client/cli/list_options.hpp"
#include "common/core/safe_text.hpp"
#include "common/core/similar_word.hpp"

namespace pt::client {
namespace {

template <class Parsed>
ParsedCommandLine widened(Expected<Parsed> parsed) {
    if (!parsed) {
        return parsed.error();
    }
    return std::visit(
        [](auto&& choice) -> ParsedCommandLine { return {std::forward<decltype(choice)>(choice)}; },
        *std::move(parsed));
}

/// "pt-client help", "pt-client help check".
ParsedCommandLine parse_help(int argc, const char* const argv[]) {
    const std::string_view command = argc > 2 ? argv[2] : program().default_command;
    if (argc > 3) {
        return UsageError{
            "help explains one command; for a host of that name: pt-client scan help tcp/443"};
    }
    if (const auto words = command_words(); !is_command(command)) {
        std::string allowed;
        for (const auto word : words) {
            allowed += (allowed.empty() ? "" : ", ") + std::string{word};
        }
        return UsageError{"help: unknown command " + quote_word(command) + "; commands are " +
                          allowed + did_you_mean(command, words)};
    }
    const std::string_view asked = command == help_word ? program().default_command : command;
    const std::array<const char*, 3> words{argv[0], asked.data(), "--help"};
    return parse_command_line(static_cast<int>(words.size()), words.data());
}

/// "pt-client chek policy.yaml": what is no scan as it stands, but a command if one slip in its
/// first word is mended. `failed` where it is not.
ParsedCommandLine with_suggestion(ParsedCommandLine failed, int argc, const char* const argv[]) {
    const std::string_view word = argv[1];
    const auto meant = similar_word(word, command_words());
    if (meant.empty() || word.starts_with('-')) {
        return failed;
    }
    std::vector<const char*> words{argv, argv + argc};
    words[1] = meant.data();
    if (argc > 2 && !parse_command_line(argc, words.data())) {
        return failed;
    }
    return UsageError{"unknown command " + quote_word(word) + "; did you mean " +
                      quote_word(meant) + "? For a host of that name: pt-client scan " +
                      safe_word(word) + " tcp/443"};
}

}  // namespace

ParsedCommandLine parse_command_line(int argc, const char* const argv[]) {
    const std::string_view word = argc > 1 ? argv[1] : "";
    if (word == help_word) {
        return parse_help(argc, argv);
    }
    if (word == check_program().name) {
        return widened(parse_check_options(argc - 1, argv + 1));
    }
    if (word == diff_program().name) {
        return widened(parse_diff_options(argc - 1, argv + 1));
    }
    if (word == report_program().name) {
        return widened(parse_report_options(argc - 1, argv + 1));
    }
    if (word == explain_program().name) {
        return widened(parse_explain_options(argc - 1, argv + 1));
    }
    if (word == keygen_program().name) {
        return widened(parse_keygen_options(argc - 1, argv + 1));
    }
    if (word == wait_program().name) {
        return widened(parse_wait_options(argc - 1, argv + 1));
    }
    if (word == watch_program().name) {
        return widened(parse_watch_options(argc - 1, argv + 1));
    }
    if (word == list_program().name) {
        return widened(parse_list_options(argc - 1, argv + 1));
    }
    const bool is_named = word == program().default_command;
    auto parsed = widened(is_named ? parse_options(argc - 1, argv + 1) : parse_options(argc, argv));
    return parsed || is_named || argc < 2 ? std::move(parsed)
                                          : with_suggestion(std::move(parsed), argc, argv);
}

}  // namespace pt::client
