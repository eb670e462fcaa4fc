#include "client/cli/apply_options.hpp"

#include <algorithm>
#include <boost/program_options/parsers.hpp>
#include <set>
#include <string_view>

#include "client/cli/former_options.hpp"
#include "common/core/safe_text.hpp"
#include "common/core/similar_word.hpp"
#include "common/options/help.hpp"
#include "common/options/option_words.hpp"
#include "common/version/version_text.hpp"

namespace pt::client {
namespace {

/// Of one word, or of several with commas between, the first that is none of those; "" if all are.
std::string_view first_unknown(std::string_view value, std::span<const std::string_view> known) {
    for (std::size_t begin = 0; begin <= value.size();) {
        const auto end = std::min(value.find(',', begin), value.size());
        const auto word = value.substr(begin, end - begin);
        if (std::find(known.begin(), known.end(), word) == known.end()) {
            return word;
        }
        begin = end + 1;
    }
    return {};
}

/// A complaint, or "".
std::string apply_options(const boost::program_options::parsed_options& parsed,
                          std::span<const Definition<Draft>> table, Draft& draft,
                          std::vector<std::string>& words) {
    std::set<std::string_view> seen;
    for (const auto& option : parsed.options) {
        const std::string value = option.value.empty() ? "" : option.value.front();
        if (option.string_key.empty()) {
            words.push_back(value);
            continue;
        }
        const auto found = std::find_if(table.begin(), table.end(), [&](const auto& definition) {
            return definition.option.name == option.string_key;
        });
        const auto name = "--" + std::string{found->option.name};
        const bool is_again = !seen.insert(found->option.name).second;
        if (is_again && !found->option.repeatable && !is_flag(found->option)) {
            return name + " may be given only once";
        }
        const auto complaint = found->apply(draft, value);
        if (!complaint.empty()) {
            // What a host or a port spec should be already quotes the word.
            return complaint.front() == '"'
                       ? name + ": " + complaint
                       : name + ' ' + quote_word(value) + ": " + complaint +
                             did_you_mean(first_unknown(value, found->option.words),
                                          found->option.words);
        }
    }
    return "";
}

}  // namespace

Expected<std::optional<Notice>> read_options(int argc, const char* const argv[],
                                             const Program& program,
                                             std::span<const Definition<Draft>> table, Draft& draft,
                                             std::vector<std::string>& words) {
    if (auto complaint = former_option_complaint({argv + 1, argv + std::max(argc, 1)});
        !complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    const auto parsed = split_words(argc, argv, syntax_of(program.options, Place::command_line));
    if (!parsed) {
        return parsed.error();
    }
    if (auto complaint = apply_options(*parsed, table, draft, words); !complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    if (draft.help) {
        return Notice{help_text(program)};
    }
    if (draft.version) {
        return Notice{version_text("pt-client", "none")};
    }
    return std::nullopt;
}

}  // namespace pt::client
