#include "client/cli/check_options.hpp"

#include <utility>

#include "client/cli/apply_options.hpp"
#include "client/cli/option_rules.hpp"
#include "client/cli/option_table.hpp"
#include "client/options/host_word.hpp"

namespace pt::client {
namespace {

/// A policy, or a host and what is expected of it; a complaint, or "".
std::string take_words(std::vector<std::string> words, CheckOptions& options) {
    if (words.empty()) {
        return "no policy given; usage: pt-client check POLICY, or pt-client check HOST "
               "open:tcp/443 blocked:udp/53";
    }
    if (words.size() == 1) {
        options.policy = std::move(words.front());
        return options.policy.empty() ? "the name of the policy is empty" : "";
    }
    if (auto complaint = host_complaint(words.front()); !complaint.empty()) {
        return complaint;
    }
    if (!options.only.empty() || options.from) {
        return std::string{options.from ? "--from" : "--only"} +
               " goes with a policy alone: it chooses among its tests";
    }
    options.host = std::move(words.front());
    options.expectations.assign(std::make_move_iterator(words.begin() + 1),
                                std::make_move_iterator(words.end()));
    return "";
}

}  // namespace

Expected<std::variant<CheckOptions, Notice>> parse_check_options(int argc,
                                                                 const char* const argv[]) {
    Draft draft;
    std::vector<std::string> words;
    auto notice = read_options(argc, argv, check_program(), check_option_table(), draft, words);
    if (!notice) {
        return notice.error();
    }
    if (*notice) {
        return **std::move(notice);
    }
    auto complaint = take_words(std::move(words), draft.check);
    if (complaint.empty()) {
        if (!draft.check.host.empty()) {
            draft.options.hosts = {draft.check.host};
        }
        complaint = settle_family(draft);
    }
    if (!complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    draft.check.scan = std::move(draft.options);
    return std::move(draft.check);
}

}  // namespace pt::client
