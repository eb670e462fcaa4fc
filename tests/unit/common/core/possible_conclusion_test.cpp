// Every conclusion that is drawn is possible, and no other: what may stand in a file of results.
#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <utility>

#include "common/core/verdict.hpp"

namespace pt {
namespace {

const IpAddress target{IpAddress::V4Bytes{192, 0, 2, 7}};
const IpAddress router{IpAddress::V4Bytes{198, 51, 100, 1}};

const Knowledge knowledges[] = {
    {},
    {true, std::nullopt, Reached::unknown},
    {true, false, Reached::unknown},
    {true, true, Reached::unknown},
    {true, true, Reached::nothing},
    {true, true, Reached::attempt},
    {true, true, Reached::established},
    {true, true, Reached::frame},
    {true, true, Reached::frame, true},
    {true, true, Reached::nothing, {}, true},
};

TEST(IsPossible, HoldsForEveryConclusionThatIsDrawn) {
    std::set<std::pair<Verdict, Evidence>> drawn;
    const auto draw = [&](const Findings& findings) {
        for (const auto& knowledge : knowledges) {
            const auto conclusion = diagnose(target, findings, knowledge);
            EXPECT_TRUE(is_possible(conclusion))
                << to_string(conclusion.verdict) << ' ' << to_string(conclusion.evidence);
            drawn.emplace(conclusion.verdict, conclusion.evidence);
        }
    };
    for (unsigned bits = 0; bits < 1U << 10U; ++bits) {
        Findings findings;
        bool* const flags[] = {&findings.echo,       &findings.altered_echo, &findings.foreign_data,
                               &findings.connected,  &findings.no_route,     &findings.interrupted,
                               &findings.server_lost};
        std::uint16_t* const counters[] = {&findings.resets, &findings.data_resets,
                                           &findings.ends_of_stream};
        unsigned bit = 0;
        for (bool* const flag : flags) {
            *flag = (bits >> bit++ & 1U) != 0;
        }
        for (std::uint16_t* const counter : counters) {
            *counter = static_cast<std::uint16_t>(bits >> bit++ & 1U);
        }
        draw(findings);
    }
    draw({.local_error = EMFILE});
    for (unsigned type = 0; type < 256; ++type) {
        for (std::uint8_t code = 0; code < 16; ++code) {
            for (const auto& from : {router, target}) {
                for (const bool v6 : {false, true}) {
                    draw({.icmp = IcmpError{v6, static_cast<std::uint8_t>(type), code, from}});
                }
            }
        }
    }
    // And for nothing else.
    for (const auto verdict : all_verdicts) {
        for (const auto evidence : all_evidence) {
            Conclusion conclusion{verdict, evidence, {}, {}};
            if (verdict == Verdict::filtered) {
                conclusion.direction = Direction::unknown;
            }
            EXPECT_EQ(is_possible(conclusion), drawn.contains({verdict, evidence}))
                << to_string(verdict) << ' ' << to_string(evidence);
        }
    }
    EXPECT_FALSE(is_possible({Verdict::filtered, Evidence::silence, {}, {}}));
    EXPECT_FALSE(is_possible({Verdict::open, Evidence::echo, {}, Direction::forward}));
}

}  // namespace
}  // namespace pt
