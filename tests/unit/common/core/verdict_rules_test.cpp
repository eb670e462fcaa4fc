#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "verdict_rows.hpp"

/// What holds for every combination of findings and knowledge.
namespace pt {
namespace {

using namespace test;

/// What the design page lists: each verdict with the evidence that it may rest on.
const std::set<std::pair<Verdict, Evidence>> lawful{
    {Verdict::open, Evidence::echo},
    {Verdict::answered, Evidence::handshake},
    {Verdict::answered, Evidence::foreign_data},
    {Verdict::answered, Evidence::data_reset},
    {Verdict::intercepted, Evidence::foreign_answer},
    {Verdict::intercepted, Evidence::altered_echo},
    {Verdict::cut, Evidence::data_reset},
    {Verdict::cut, Evidence::data_lost},
    {Verdict::closed, Evidence::reset},
    {Verdict::closed, Evidence::icmp_port_unreachable},
    {Verdict::closed, Evidence::icmp_protocol_unreachable},
    {Verdict::rejected, Evidence::icmp_admin_prohibited},
    {Verdict::rejected, Evidence::icmp_port_unreachable},
    {Verdict::rejected, Evidence::icmp_protocol_unreachable},
    {Verdict::rejected, Evidence::icmp_parameter_problem},
    {Verdict::rejected, Evidence::forged_reset},
    {Verdict::filtered, Evidence::silence},
    {Verdict::unreachable, Evidence::icmp_host_unreachable},
    {Verdict::unreachable, Evidence::icmp_net_unreachable},
    {Verdict::unreachable, Evidence::icmp_time_exceeded},
    {Verdict::unreachable, Evidence::no_route},
    {Verdict::untested, Evidence::not_listening},
    {Verdict::untested, Evidence::local_error},
    {Verdict::untested, Evidence::interrupted},
    {Verdict::untested, Evidence::server_lost},
};

std::vector<Findings> every_findings() {
    std::vector<std::optional<IcmpError>> errors{std::nullopt};
    for (const IpAddress& from : {target, router, nobody}) {
        for (const auto& [type, code] :
             {std::pair{3, 0}, {3, 1}, {3, 2}, {3, 3}, {3, 4}, {3, 13}, {11, 0}, {12, 0}}) {
            errors.push_back(IcmpError{false, static_cast<std::uint8_t>(type),
                                       static_cast<std::uint8_t>(code), from});
        }
    }
    std::vector<Findings> all;
    constexpr unsigned flags = 11;
    for (unsigned bits = 0; bits < 1U << flags; ++bits) {
        const auto bit = [bits](unsigned n) { return (bits >> n & 1U) != 0; };
        const auto count = [bits](unsigned n) { return static_cast<std::uint16_t>(bits >> n & 1); };
        for (const auto& error : errors) {
            Findings findings{.echo = bit(0),
                              .altered_echo = bit(1),
                              .foreign_data = bit(2),
                              .connected = bit(3),
                              .no_route = bit(4),
                              .interrupted = bit(5),
                              .server_lost = bit(6),
                              .local_error = bit(7) ? EMFILE : 0,
                              .resets = count(8),
                              .data_resets = count(9),
                              .ends_of_stream = count(10)};
            findings.icmp = error;
            findings.icmp_errors = error ? 1 : 0;
            all.push_back(findings);
        }
    }
    return all;
}

std::vector<Knowledge> every_knowledge() {
    std::vector<Knowledge> all;
    for (const bool seen : {false, true}) {
        for (const auto holds :
             {std::optional<bool>{}, std::optional{false}, std::optional{true}}) {
            for (const auto reached : {Reached::unknown, Reached::nothing, Reached::attempt,
                                       Reached::established, Reached::late_frame, Reached::frame}) {
                for (const bool is_deaf : {false, true}) {
                    all.push_back({seen, holds, reached, {}, is_deaf});
                }
            }
        }
    }
    return all;
}

/// The rules of proof, over everything that can be found and known at once.
TEST(Diagnose, KeepsTheRulesOfProofWhateverWasFound) {
    std::set<std::pair<Verdict, Evidence>> met;
    for (const Findings& found : every_findings()) {
        for (const Knowledge& known : every_knowledge()) {
            const Conclusion conclusion = diagnose(target, found, known);
            const auto [verdict, evidence, by, direction] = conclusion;
            const auto told = [&conclusion = conclusion] {
                return testing::PrintToString(conclusion);
            };
            ASSERT_TRUE(lawful.contains({verdict, evidence})) << told();
            met.emplace(verdict, evidence);

            ASSERT_EQ(verdict == Verdict::open, found.echo) << "only an echo makes a port open";
            ASSERT_EQ(direction.has_value(), verdict == Verdict::filtered) << told();
            ASSERT_TRUE(!by || (found.icmp && *by == found.icmp->from)) << told();
            if (evidence == Evidence::foreign_answer || evidence == Evidence::data_lost ||
                evidence == Evidence::forged_reset) {
                ASSERT_EQ(known.server_holds_port, true) << told();
            }
            if (known.server_deaf) {
                ASSERT_NE(verdict, Verdict::filtered) << told();
                ASSERT_NE(verdict, Verdict::cut) << told();
                ASSERT_NE(evidence, Evidence::forged_reset) << told();
            }
            if (known.server_holds_port == false) {
                ASSERT_NE(verdict, Verdict::filtered) << "not held, so never called blocked";
                ASSERT_NE(verdict, Verdict::cut) << "not held, so never called blocked";
            }
            const bool positive = found.echo || found.altered_echo || found.foreign_data;
            if (positive) {
                ASSERT_TRUE(verdict == Verdict::open || verdict == Verdict::intercepted ||
                            verdict == Verdict::answered)
                    << told();
            } else if (found.server_lost) {
                ASSERT_EQ(evidence, Evidence::server_lost) << told();
            }
            const bool handshake =
                found.connected || found.data_resets > 0 || found.ends_of_stream > 0;
            if (handshake) {
                ASSERT_NE(evidence, Evidence::reset) << told();
                ASSERT_NE(evidence, Evidence::forged_reset) << told();
                ASSERT_NE(verdict, Verdict::filtered) << told();
            }
        }
    }
    EXPECT_EQ(met, lawful) << "every row of the table can be reached";
}

}  // namespace
}  // namespace pt
