// A policy against text of any kind: it is read, within bounds, or refused in one printable line
// that names the file.

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>

#include "client/policy/policy_file.hpp"
#include "client/policy/policy_values.hpp"
#include "tests/fuzz/check.hpp"

namespace pt::client {
namespace {

bool is_printable(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// Each port of a test is in one expectation.
bool are_apart(const PolicyTest& test) {
    PortSet all;
    std::size_t sum = 0;
    for (const Expectation& expectation : test.expectations) {
        for (const auto& range : expectation.ports) {
            all.insert(range.protocol, range.first, range.last);
            sum += std::size_t{1} + to_number(range.last) - to_number(range.first);
        }
    }
    return sum == all.size() && sum > 0;
}

void check(const std::string& text) {
    std::istringstream file{text};
    const auto policy = read_policy(file, "policy.yaml");
    if (!policy) {
        PT_CHECK(policy.error().message.starts_with("policy.yaml") &&
                 policy.error().message.size() < 1000);
        PT_CHECK(is_printable(policy.error().message));
        return;
    }
    PT_CHECK(!policy->tests.empty());
    for (const PolicyTest& test : policy->tests) {
        PT_CHECK(!test.to.empty() && !test.name.empty() && are_apart(test));
        for (const PolicyHost& host : test.to) {
            PT_CHECK(is_printable(describe(host)));
        }
    }
}

}  // namespace
}  // namespace pt::client

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pt::client::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
