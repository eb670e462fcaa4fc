#include "client/saved/conclude_again.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "samples.hpp"
#include "saved/accepted_journal.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::uint64_t session = 0xE1;

const std::string header =
    R"({"pt_journal":3,"pt":"0.1.0","instance":"00000000000000ab",)"
    R"("written":"2026-11-23T00:00:00Z","record":"exact","held":{"0.0.0.0":"tcp/1-8 udp/1-8"}})"
    "\n";
const std::string account =
    R"({"session":"00000000000000e1","sources":["198.51.100.4"],"destinations":["192.0.2.7"],)"
    R"("first_ms_ago":2000,"last_ms_ago":2000,"frames":1,"duplicates":0,"altered_padding":0,)"
    R"("reordered":0,"stalled":false,"strays":false,"arrived":"tcp/1 udp/1","late":"","established":"tcp/2",)"
    R"("attempt":"tcp/3","marked":"","reset":"","other":"tcp/4","incomplete":"tcp/6","deaf":"tcp/7",)"
    R"("beside":""})"
    "\n";

const std::string without_traces =
    R"({"session":"00000000000000e1","sources":["198.51.100.4"],"destinations":["192.0.2.7"],)"
    R"("first_ms_ago":2000,"last_ms_ago":2000,"frames":1,"duplicates":0,"altered_padding":0,)"
    R"("reordered":0,"stalled":false,"strays":false,"arrived":"tcp/1 udp/1","late":"","established":"",)"
    R"("attempt":"","marked":"","reset":"","other":"tcp/4","incomplete":"tcp/6","deaf":"tcp/7",)"
    R"("beside":""})"
    "\n";

Result found(Protocol protocol, std::uint16_t port, const Findings& findings) {
    auto result = filtered_port(protocol, port);
    result.findings = findings;
    result.session = session;
    return result;
}

Result silent(Protocol protocol, std::uint16_t port) { return found(protocol, port, {}); }

/// One of the scan's results after the journal has been consulted; it has probed more ports.
Result again(Result result, const std::string& text = header + account) {
    std::vector<Result> results{std::move(result), silent(Protocol::tcp, 2),
                                silent(Protocol::tcp, 3)};
    conclude_again(results, {{session, {results.front().endpoint.address}}}, accepted_journal(text),
                   {});
    return results.front();
}

/// Verdict, evidence and direction of one result after the journal has been consulted.
std::string concluded(Result result, const std::string& text = header + account) {
    const auto conclusion = again(std::move(result), text).conclusion;
    return std::string{to_string(conclusion.verdict)} + ' ' +
           std::string{to_string(conclusion.evidence)} +
           (conclusion.direction ? ' ' + std::string{to_string(*conclusion.direction)} : "");
}

TEST(ConcludeAgain, SilenceGetsItsDirection) {
    EXPECT_EQ(concluded(silent(Protocol::udp, 1)), "filtered silence return");
    EXPECT_EQ(concluded(silent(Protocol::udp, 2)), "filtered silence forward");
    EXPECT_EQ(concluded(silent(Protocol::tcp, 1)), "filtered silence return");
    EXPECT_EQ(concluded(silent(Protocol::tcp, 3)), "filtered silence return");
    EXPECT_EQ(concluded(silent(Protocol::tcp, 5)), "filtered silence unknown")
        << "its attempts may have arrived on tcp/3 (DNAT)";
    EXPECT_EQ(concluded(silent(Protocol::tcp, 5), header + without_traces),
              "filtered silence forward");
    EXPECT_EQ(concluded(silent(Protocol::tcp, 9)), "untested not-listening");
    EXPECT_TRUE(again(silent(Protocol::tcp, 9)).exact_record.has_value());
}

TEST(ConcludeAgain, WhatMayBeOfOthersTellsNothing) {
    EXPECT_EQ(concluded(silent(Protocol::tcp, 4)), "filtered silence unknown");
    EXPECT_THAT(again(silent(Protocol::tcp, 4), header + without_traces).notes,
                ElementsAre(HasSubstr("direction unknown: packets that may be others'")));
}

TEST(ConcludeAgain, WhereTheRecordIsIncompleteNothingIsSaidOfAbsence) {
    EXPECT_EQ(concluded(silent(Protocol::tcp, 6)), "filtered silence unknown");
}

TEST(ConcludeAgain, WhereTheServerCannotUseThePortNothingIsSaidOfTheNetwork) {
    EXPECT_EQ(concluded(silent(Protocol::tcp, 7)), "untested server-lost");
}

TEST(ConcludeAgain, AttemptsOnPortsThatWereNotProbedTellOfADevice) {
    std::vector<Result> results{silent(Protocol::tcp, 5)};
    conclude_again(results, {{session, {results.front().endpoint.address}}},
                   accepted_journal(header + account), {});
    EXPECT_EQ(results[0].conclusion.direction, Direction::unknown);
}

TEST(ConcludeAgain, SilenceOfAServerThatStalledIsItsOwn) {
    auto text = account;
    text.replace(text.find("\"stalled\":false"), 15, "\"stalled\":true");
    EXPECT_EQ(concluded(silent(Protocol::udp, 2), header + text), "untested server-lost");
    EXPECT_THAT(again(silent(Protocol::udp, 2), header + text).notes,
                ElementsAre(HasSubstr("stalled for more than one second")));
    auto prohibited = found(Protocol::udp, 2, {});
    prohibited.findings->icmp = IcmpError{false, 3, 13, address("198.51.100.1")};
    prohibited.findings->icmp_errors = 1;
    EXPECT_EQ(concluded(prohibited, header + text), "rejected icmp-admin-prohibited");
}

TEST(ConcludeAgain, RefusalsAndHandshakesAreHeldAgainstTheRecord) {
    struct {
        std::uint16_t port;
        Findings findings;
        const char* expected;
    } const rows[] = {
        {5, {.resets = 3}, "rejected forged-reset"},
        {9, {.resets = 3}, "closed reset"},
        {2, {.connected = true}, "cut data-lost"},
        {5, {.connected = true}, "intercepted foreign-answer"},
        {4, {.connected = true}, "answered handshake"},
        {2, {.connected = true, .data_resets = 2}, "cut data-reset"},
        {9, {.connected = true, .data_resets = 2}, "answered data-reset"},
    };
    for (const auto& [port, findings, expected] : rows) {
        EXPECT_EQ(concluded(found(Protocol::tcp, port, findings)), expected) << port;
    }
}

TEST(ConcludeAgain, NotesAreOfTheNewConclusion) {
    auto result = found(Protocol::tcp, 5, {.connected = true});
    result.notes = {"the request was not acknowledged after the handshake"};
    EXPECT_THAT(again(result).notes, testing::IsEmpty());
}

TEST(ConcludeAgain, OnlyFindingsWithoutAServerRecordAreConcludedAnew) {
    EXPECT_TRUE(may_be_concluded_again(silent(Protocol::tcp, 5)));
    auto result = silent(Protocol::tcp, 5);
    result.session = 0;
    EXPECT_FALSE(may_be_concluded_again(result)) << "of no session";
    result = silent(Protocol::tcp, 5);
    result.findings.reset();
    EXPECT_FALSE(may_be_concluded_again(result)) << "an older client's file";
    result = silent(Protocol::tcp, 5);
    result.exact_record = false;
    EXPECT_FALSE(may_be_concluded_again(result)) << "the server itself has told";
    result = found(Protocol::tcp, 5, {.echo = true});
    EXPECT_FALSE(may_be_concluded_again(result)) << "proved";
}

TEST(ConcludeAgain, AnUnknownSessionStaysAsItIsAndIsRemarkedOnce) {
    std::vector<Result> results{silent(Protocol::udp, 1), silent(Protocol::udp, 2)};
    const SessionAddresses addresses{{session, {results.front().endpoint.address}}};
    EXPECT_THAT(conclude_again(results, addresses, accepted_journal(header), {}),
                ElementsAre(HasSubstr("00000000000000e1")));
    EXPECT_EQ(results[0].conclusion.direction, Direction::unknown);
}

TEST(ConcludeAgain, AScanOfSeveralAddressesIsNotJudged) {
    std::vector<Result> results{silent(Protocol::udp, 2)};
    const SessionAddresses addresses{
        {session, {results.front().endpoint.address, address("192.0.2.200")}}};
    EXPECT_THAT(conclude_again(results, addresses, accepted_journal(header + account), {}),
                ElementsAre(HasSubstr("several addresses")));
    EXPECT_EQ(results[0].conclusion.direction, Direction::unknown);
}

}  // namespace
}  // namespace pt::client
