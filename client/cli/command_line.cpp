#include "client/cli/command_line.hpp"

#include <string_view>
#include <utility>

#include "client/cli/help.hpp"
#include "client/cli/list_options.hpp"

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

}  // namespace

ParsedCommandLine parse_command_line(int argc, const char* const argv[]) {
    const std::string_view word = argc > 1 ? argv[1] : "";
    if (word == check_program().name) {
        return widened(parse_check_options(argc - 1, argv + 1));
    }
    if (word == diff_program().name) {
        return widened(parse_diff_options(argc - 1, argv + 1));
    }
    if (word == explain_program().name) {
        return widened(parse_explain_options(argc - 1, argv + 1));
    }
    if (word == wait_program().name) {
        return widened(parse_wait_options(argc - 1, argv + 1));
    }
    if (word == list_program().name) {
        return widened(parse_list_options(argc - 1, argv + 1));
    }
    const bool is_named = word == program().default_command;
    return widened(is_named ? parse_options(argc - 1, argv + 1) : parse_options(argc, argv));
}

}  // namespace pt::client
