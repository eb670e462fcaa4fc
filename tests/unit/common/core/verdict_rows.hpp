#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <vector>

#include "common/core/verdict.hpp"

/// Tables of findings, knowledge and the conclusion from both.
namespace pt {

inline void PrintTo(const Conclusion& conclusion, std::ostream* out) {
    *out << to_string(conclusion.verdict) << ": " << to_string(conclusion.evidence);
    if (conclusion.by) {
        *out << " by " << conclusion.by->to_string();
    }
    if (conclusion.direction) {
        *out << ", direction " << to_string(*conclusion.direction);
    }
}

namespace test {

inline const IpAddress target{IpAddress::V4Bytes{192, 0, 2, 7}};
inline const IpAddress router{IpAddress::V4Bytes{198, 51, 100, 1}};
inline const IpAddress nobody;

inline constexpr Knowledge ignorant{};
inline constexpr Knowledge server_seen{.server_seen = true};
inline constexpr Knowledge not_held{.server_seen = true, .server_holds_port = false};
inline constexpr Knowledge held{.server_seen = true, .server_holds_port = true};

inline constexpr Knowledge holds(Reached reached) {
    return {.server_seen = true, .server_holds_port = true, .reached = reached};
}

inline constexpr Knowledge held_nothing_came = holds(Reached::nothing);
inline constexpr Knowledge held_attempt_came = holds(Reached::attempt);
inline constexpr Knowledge held_connection_came = holds(Reached::established);
inline constexpr Knowledge held_frame_came = holds(Reached::frame);
inline constexpr Knowledge deaf{.server_seen = true,
                                .server_holds_port = true,
                                .reached = Reached::nothing,
                                .server_deaf = true};

inline Findings icmp(std::uint8_t type, std::uint8_t code, const IpAddress& from) {
    Findings findings;
    findings.icmp = IcmpError{false, type, code, from};
    findings.icmp_errors = 1;
    return findings;
}

inline Findings icmp6(std::uint8_t type, std::uint8_t code, const IpAddress& from) {
    Findings findings;
    findings.icmp = IcmpError{true, type, code, from};
    findings.icmp_errors = 1;
    return findings;
}

struct Row {
    const char* story;
    Findings findings;
    Knowledge knowledge;
    Conclusion expected;
};

inline void expect_all(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        EXPECT_EQ(diagnose(target, row.findings, row.knowledge), row.expected) << row.story;
    }
}

inline Conclusion is(Verdict verdict, Evidence evidence) { return {verdict, evidence, {}, {}}; }
inline Conclusion said_by(const IpAddress& by, Verdict verdict, Evidence evidence) {
    return {verdict, evidence, by, {}};
}
inline Conclusion silent(Direction direction) {
    return {Verdict::filtered, Evidence::silence, {}, direction};
}

}  // namespace test
}  // namespace pt
