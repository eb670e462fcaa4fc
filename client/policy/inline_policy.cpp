#include "client/policy/inline_policy.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "client/policy/policy_ports.hpp"
#include "client/policy/policy_values.hpp"
#include "common/core/port_spec.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// What stands before the colon; nothing where that is no expectation.
std::optional<Wanted> parse_wanted(std::string_view word) {
    if (word == "open") {
        return Wanted{.kind = Wanted::Kind::open};
    }
    if (word == "blocked") {
        return Wanted{.kind = Wanted::Kind::blocked};
    }
    Wanted wanted{.kind = Wanted::Kind::verdict};
    for (std::size_t begin = 0; begin <= word.size();) {
        const auto end = std::min(word.find(',', begin), word.size());
        const auto verdict = parse_expected_verdict(word.substr(begin, end - begin));
        if (!verdict) {
            return std::nullopt;
        }
        wanted.verdicts.insert(*verdict);
        begin = end + 1;
    }
    return normalized(wanted);
}

}  // namespace

Expected<Policy> inline_policy(const std::string& host, const std::vector<std::string>& words) {
    std::vector<PortClaim> claims;
    for (const std::string& word : words) {
        const auto colon = word.find(':');
        const auto wanted = colon == std::string::npos
                                ? std::nullopt
                                : parse_wanted(std::string_view{word}.substr(0, colon));
        if (!wanted) {
            return UsageError{
                "invalid expectation " + quote_word(word) +
                "; example: open:tcp/443; before the colon open, blocked and verdicts "
                "with commas between are allowed"};
        }
        const auto ports = parse_port_spec(std::string_view{word}.substr(colon + 1));
        if (!ports) {
            return UsageError{ports.error().message};
        }
        claims.push_back({ports->ranges(), *wanted});
    }
    auto expectations = settle_claims(claims);
    if (!expectations) {
        return UsageError{expectations.error().message};
    }
    Policy policy;
    policy.tests.push_back({"to " + host, "", {{host, host}}, *std::move(expectations)});
    return policy;
}

}  // namespace pt::client
