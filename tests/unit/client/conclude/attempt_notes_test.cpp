#include "client/conclude/attempt_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

const IcmpError host_unreachable{false, 3, 1, *IpAddress::parse("10.77.1.1")};

Findings icmp(Findings findings, std::uint16_t errors) {
    findings.icmp = host_unreachable;
    findings.icmp_errors = errors;
    return findings;
}

struct Row {
    const char* about;
    Verdict verdict;
    Evidence evidence;
    Findings findings;
    std::uint32_t attempts;
    std::vector<std::string> notes;
};

TEST(AttemptNotes, TellWhatBecameOfTheOtherAttempts) {
    const Row rows[] = {
        {"the first echo at once", Verdict::open, Evidence::echo, {.echo = true}, 1, {}},
        {"an echo after losses",
         Verdict::open,
         Evidence::echo,
         {.echo = true, .lost = 9},
         10,
         {"9 of 10 attempts were lost"}},
        {"an echo after refusals",
         Verdict::open,
         Evidence::echo,
         {.echo = true, .resets = 2},
         5,
         {"2 of 5 attempts were refused: several backends?"}},
        {"an echo after ICMP errors",
         Verdict::open,
         Evidence::echo,
         icmp({.echo = true}, 1),
         3,
         {"1 of 3 attempts were ended by ICMP host unreachable from 10.77.1.1"}},
        {"an echo after broken connections",
         Verdict::open,
         Evidence::echo,
         {.echo = true, .connected = true, .data_resets = 1, .ends_of_stream = 1},
         3,
         {"1 of 3 attempts were reset after the handshake",
          "1 of 3 attempts were closed by the peer without data"}},
        {"an echo beside other answers",
         Verdict::open,
         Evidence::echo,
         {.echo = true, .altered_echo = true, .foreign_data = true},
         3,
         {"another attempt was answered by something else: several backends?",
          "the echo of another attempt was altered"}},
        {"an echo after a retransmission",
         Verdict::open,
         Evidence::echo,
         {.echo = true, .retransmitted = true},
         1,
         {"the kernel sent data again: a packet was lost or late"}},
        {"the only attempt, whose SYN was sent again",
         Verdict::open,
         Evidence::echo,
         {.echo = true, .lost = 1},
         1,
         {"1 of 1 attempt was lost"}},
        {"an echo that is late for a reason that nobody knows",
         Verdict::open,
         Evidence::echo,
         {.echo = true, .late_echo = true},
         1,
         {"the echo took far longer than a round trip: a reply was lost and sent again, or "
          "something on the path is slow"}},
        {"connections and refusals",
         Verdict::answered,
         Evidence::handshake,
         {.connected = true, .resets = 2},
         16,
         {"2 of 16 attempts were refused: several backends?"}},
        {"refused throughout", Verdict::closed, Evidence::reset, {.resets = 3}, 4, {}},
        {"the others may still be in flight",
         Verdict::closed,
         Evidence::reset,
         {.resets = 3},
         16,
         {}},
        {"refused, and an ICMP error",
         Verdict::rejected,
         Evidence::forged_reset,
         icmp({.resets = 3}, 2),
         5,
         {"2 of 5 attempts were ended by ICMP host unreachable from 10.77.1.1"}},
        {"an ICMP error throughout",
         Verdict::unreachable,
         Evidence::icmp_host_unreachable,
         icmp({}, 3),
         16,
         {}},
        {"silence", Verdict::filtered, Evidence::silence, {}, 16, {}},
        {"nothing is said of an untested port",
         Verdict::untested,
         Evidence::interrupted,
         {.interrupted = true, .resets = 1},
         2,
         {}},
    };
    for (const Row& row : rows) {
        auto result = sample(Protocol::tcp, 443, row.verdict, row.evidence);
        result.findings = row.findings;
        result.attempts = row.attempts;
        EXPECT_THAT(attempt_notes(result, result.conclusion), ElementsAreArray(row.notes))
            << row.about;
    }
}

TEST(AttemptNotes, CountsNeverExceedTheirWhole) {
    auto result = sample(Protocol::tcp, 443, Verdict::open, Evidence::echo);
    result.findings = Findings{.echo = true, .lost = 5};
    result.attempts = 1;
    EXPECT_THAT(attempt_notes(result, result.conclusion), ElementsAre("5 of 5 attempts were lost"));
}

}  // namespace
}  // namespace pt::client
