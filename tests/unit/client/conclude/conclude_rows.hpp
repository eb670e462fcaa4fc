#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "client/conclude/conclude.hpp"
#include "samples.hpp"

/// Tables of findings, what is known of the server, and what is concluded from both.
namespace pt::client::test {

inline Result found(Protocol protocol, const Findings& findings) {
    auto result = sample(protocol, 443, Verdict::untested, Evidence::interrupted);
    result.findings = findings;
    result.attempts = 16;
    return result;
}

inline std::string words(const Concluded& concluded) {
    const auto& [verdict, evidence, by, direction] = concluded.conclusion;
    return std::string{to_string(verdict)} + ' ' + std::string{to_string(evidence)} +
           (direction ? ' ' + std::string{to_string(*direction)} : "");
}

inline constexpr ServerKnowledge seen{.seen = true};

struct Row {
    const char* about;
    Protocol protocol;
    Findings findings;
    std::optional<PortRecord> record;
    ServerKnowledge known;
    const char* expected;
};

inline void expect_all(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        EXPECT_EQ(words(conclude(found(row.protocol, row.findings), row.record, row.known)),
                  row.expected)
            << row.about;
    }
}

inline constexpr auto tcp = Protocol::tcp;
inline constexpr auto udp = Protocol::udp;

}  // namespace pt::client::test
