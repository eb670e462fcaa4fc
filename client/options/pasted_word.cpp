#include "client/options/pasted_word.hpp"

#include <algorithm>
#include <vector>

#include "client/options/host_word.hpp"
#include "common/core/pasted_target.hpp"

namespace pt::client {
namespace {

/// The word's targets, with what has to be filled in where a part is missing.
std::vector<PastedTarget> completed(std::string_view word) {
    auto targets = read_pasted_targets(word);
    const bool usable = std::all_of(targets.begin(), targets.end(), [](const auto& target) {
        return target.host.empty() || host_complaint(target.host).empty();
    });
    if (!usable) {
        return {};
    }
    for (PastedTarget& target : targets) {
        target.host = target.host.empty() ? "HOST" : target.host;
        target.spec = target.spec.empty() ? "tcp/PORT" : target.spec;
    }
    return targets;
}

}  // namespace

std::string meant_command(std::string_view word) {
    const auto targets = completed(word);
    if (targets.empty()) {
        return "";
    }
    return "pt-client " + (targets.size() == 1 ? targets.front().host + ' ' + targets.front().spec
                                               : meant_targets(word));
}

std::string meant_targets(std::string_view word) {
    std::string text;
    for (const auto& [host, spec] : completed(word)) {
        const auto slash = spec.find('/');
        const bool is_ipv6 = host.find(':') != std::string::npos;
        text += (text.empty() ? "" : " ") + spec.substr(0, slash) + "://" +
                (is_ipv6 ? '[' + host + ']' : host) + ':' + spec.substr(slash + 1);
    }
    return text;
}

}  // namespace pt::client
