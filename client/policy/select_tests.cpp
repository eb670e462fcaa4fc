#include "client/policy/select_tests.hpp"

#include <algorithm>
#include <set>

#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// "app", "web", no more than a few.
template <class Words>
std::string listed(const Words& words) {
    constexpr std::size_t max_listed = 10;
    std::string text;
    std::size_t count = 0;
    for (const auto& word : words) {
        if (++count > max_listed) {
            return text + ", ...";
        }
        text += (text.empty() ? "" : ", ") + quote_word(word);
    }
    return text;
}

std::set<std::string> names_of(const Policy& policy) {
    std::set<std::string> names;
    for (const PolicyTest& test : policy.tests) {
        names.insert(test.name);
    }
    return names;
}

std::set<std::string> places_of(const Policy& policy) {
    std::set<std::string> places;
    for (const PolicyTest& test : policy.tests) {
        if (!test.from.empty()) {
            places.insert(test.from);
        }
    }
    return places;
}

}  // namespace

Expected<std::vector<std::string>> select_tests(Policy& policy,
                                                const std::vector<std::string>& names,
                                                const std::optional<std::string>& from) {
    const auto known = names_of(policy);
    for (const std::string& name : names) {
        if (!known.contains(name)) {
            return UsageError{"--only " + quote_word(name) +
                              ": the policy has no test of that name; it has " + listed(known)};
        }
    }
    auto& tests = policy.tests;
    std::erase_if(tests, [&](const PolicyTest& test) {
        return !names.empty() && std::find(names.begin(), names.end(), test.name) == names.end();
    });
    const auto places = places_of(policy);
    if (from && !places.contains(*from)) {
        return UsageError{"--from " + quote_word(*from) + ": no selected test has this place" +
                          (places.empty() ? std::string{} : "; they have " + listed(places))};
    }
    std::vector<std::string> left_out;
    std::erase_if(tests, [&](const PolicyTest& test) {
        const bool is_elsewhere = test.from != from.value_or("");
        if (is_elsewhere) {
            left_out.push_back(test.name);
        }
        return is_elsewhere;
    });
    // What is named is wanted.
    if (tests.empty() || (!names.empty() && !left_out.empty())) {
        return UsageError{from ? "--from " + quote_word(*from) + ": another place runs " +
                                     listed(left_out)
                               : "only at its own place runs " + listed(left_out) +
                                     "; example: --from " + quote_word(*places.begin())};
    }
    return left_out;
}

}  // namespace pt::client
