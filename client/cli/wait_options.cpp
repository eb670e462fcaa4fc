#include "client/cli/wait_options.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "client/cli/apply_options.hpp"
#include "client/cli/option_rules.hpp"
#include "client/cli/option_table.hpp"
#include "client/options/target_words.hpp"

namespace pt::client {
namespace {

/// A round comes again at once, so it need not last as long as a probe that is the only one. What
/// is not reachable now is probed again: no journal is asked why.
Options round_defaults() {
    Options options;
    options.timeout = std::chrono::milliseconds{1000};
    options.tries = 5;
    options.journal = false;
    return options;
}

}  // namespace

Expected<std::variant<WaitOptions, Notice>> parse_wait_options(int argc, const char* const argv[]) {
    const auto* const* const end = argv + argc;
    const auto* const* const dashes = std::find(argv, end, std::string_view{"--"});
    Draft draft;
    draft.options = round_defaults();
    std::vector<std::string> words;
    auto notice = read_options(static_cast<int>(dashes - argv), argv, wait_program(),
                               wait_option_table(), draft, words);
    if (!notice) {
        return notice.error();
    }
    if (*notice) {
        return **std::move(notice);
    }
    if (dashes != end) {
        draft.wait.command.assign(dashes + 1, end);
        if (draft.wait.command.empty() || draft.wait.command.front().empty()) {
            return UsageError{
                "no command behind --: give one, as in: pt-client wait tcp://db:5432 -- "
                "./start-app, or leave -- out"};
        }
    }
    auto complaint = settle_output(draft);
    if (complaint.empty()) {
        complaint = take_target_words(words, "pt-client wait", draft.options);
    }
    if (complaint.empty()) {
        complaint = settle_family(draft);
    }
    if (!complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    draft.wait.scan = std::move(draft.options);
    return std::move(draft.wait);
}

}  // namespace pt::client
