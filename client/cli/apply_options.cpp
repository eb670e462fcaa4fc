#include "client/cli/apply_options.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "common/core/safe_text.hpp"

namespace pt::client {

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
            // What a host should be already quotes the word.
            return complaint.front() == '\'' ? name + ": " + complaint
                                             : name + ' ' + quote_word(value) + ": " + complaint;
        }
    }
    return "";
}

}  // namespace pt::client
