#include "client/cli/scan_options.hpp"

#include <algorithm>
#include <utility>

#include "client/cli/apply_options.hpp"
#include "client/cli/help.hpp"
#include "client/cli/option_rules.hpp"
#include "client/cli/option_table.hpp"
#include "client/options/target_words.hpp"

namespace pt::client {

ParsedOptions parse_options(int argc, const char* const argv[]) {
    Draft draft;
    std::vector<std::string> words;
    auto notice = read_options(argc, argv, program(), option_table(), draft, words);
    if (!notice) {
        return notice.error();
    }
    if (*notice) {
        return **std::move(notice);
    }
    auto complaint = settle_output(draft);
    if (complaint.empty()) {
        complaint = settle_journal(draft);
    }
    if (complaint.empty()) {
        complaint = settle_baseline(draft);
    }
    if (complaint.empty()) {
        complaint = take_target_words(words, "pt-client", draft.options);
        const auto* const* const end = argv + argc;
        const auto* const* const dashes = std::find(argv, end, std::string_view{"--"});
        if (!complaint.empty() && dashes != end && dashes != argv + 1) {
            complaint += "; a command behind -- goes with pt-client wait";
        }
    }
    if (complaint.empty()) {
        complaint = settle_family(draft);
    }
    if (!complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    return std::move(draft.options);
}

}  // namespace pt::client
