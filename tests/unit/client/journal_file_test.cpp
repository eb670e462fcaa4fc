#include "client/journal_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/conclude_again.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::uint64_t session = 0xE1;

const std::string header = R"({"pt_journal":1,"pt":"0.1.0","instance":"00000000000000ab",)"
                           R"("written":"2026-11-23T00:00:00Z","held":"tcp/1-8 udp/1-8"})"
                           "\n";
const std::string account =
    R"({"session":"00000000000000e1","sources":["198.51.100.4"],"first_ms_ago":2000,)"
    R"("last_ms_ago":2000,"frames":1,"duplicates":0,"altered_padding":0,"reordered":0,)"
    R"("arrived":"tcp/1 udp/1","handshakes_known":true,"stalled":false,"connected":"tcp/2",)"
    R"("half_open":"tcp/3","uncertain":"tcp/4","earlier":"tcp/6"})"
    "\n";

JournalFile accepted(const std::string& text) {
    std::istringstream file{text};
    auto journal = JournalFile::read(file, "journal");
    if (const auto* error = std::get_if<UsageError>(&journal)) {
        ADD_FAILURE() << error->message;
        return {};
    }
    return std::get<JournalFile>(std::move(journal));
}

std::string refused(const std::string& text) {
    std::istringstream file{text};
    const auto journal = JournalFile::read(file, "journal");
    const auto* error = std::get_if<UsageError>(&journal);
    EXPECT_NE(error, nullptr) << text;
    return error == nullptr ? "" : error->message;
}

Result doubtful(Protocol protocol, std::uint16_t port) {
    auto result = filtered_port(protocol, port);
    result.session = session;
    return result;
}

/// Verdict, evidence and direction of one result after the journal has been consulted.
std::string concluded(Result result, const std::string& text = header + account,
                      bool one_source_port = false) {
    std::vector<Result> results{result};
    conclude_again(results, {{session, {result.endpoint.address}}}, accepted(text),
                   one_source_port);
    const auto& conclusion = results.front().conclusion;
    return std::string{to_string(conclusion.verdict)} + ' ' +
           std::string{to_string(conclusion.evidence)} +
           (conclusion.direction ? ' ' + std::string{to_string(*conclusion.direction)} : "");
}

TEST(ConcludeAgain, SilenceGetsItsDirection) {
    EXPECT_EQ(concluded(doubtful(Protocol::udp, 1)), "filtered silence return");
    EXPECT_EQ(concluded(doubtful(Protocol::udp, 2)), "filtered silence forward");
    EXPECT_EQ(concluded(doubtful(Protocol::tcp, 1)), "filtered silence return");
    EXPECT_EQ(concluded(doubtful(Protocol::tcp, 3)), "filtered silence return");
    EXPECT_EQ(concluded(doubtful(Protocol::tcp, 5)), "filtered silence forward");
    EXPECT_EQ(concluded(doubtful(Protocol::tcp, 9)), "untested not-listening");
}

TEST(ConcludeAgain, HandshakesThatMayBeAnotherRunsTellNothing) {
    EXPECT_EQ(concluded(doubtful(Protocol::tcp, 4)), "filtered silence unknown");
    auto behind_nat = doubtful(Protocol::tcp, 3);
    behind_nat.local = socket_address("10.0.0.1", 40000);
    EXPECT_EQ(concluded(behind_nat), "filtered silence unknown");
    behind_nat.endpoint.protocol = Protocol::udp;
    EXPECT_EQ(concluded(behind_nat), "filtered silence forward") << "frames bear the session";
}

TEST(ConcludeAgain, AnEarlierHandshakeHidesWhatComesFromItsPort) {
    auto result = doubtful(Protocol::tcp, 6);
    result.attempts = 2;
    EXPECT_EQ(concluded(result), "filtered silence forward");
    EXPECT_EQ(concluded(result, header + account, true), "filtered silence unknown");
    result.attempts = 1;
    EXPECT_EQ(concluded(result), "filtered silence unknown");
}

TEST(ConcludeAgain, SilenceOfAServerThatStoodStillIsItsOwn) {
    auto text = account;
    text.replace(text.find("\"stalled\":false"), 15, "\"stalled\":true");
    EXPECT_EQ(concluded(doubtful(Protocol::udp, 2), header + text), "untested server-lost");
    EXPECT_EQ(concluded(doubtful(Protocol::tcp, 3), header + text), "untested server-lost");
    auto result = sample(Protocol::tcp, 5, Verdict::closed, Evidence::reset);
    result.session = session;
    EXPECT_EQ(concluded(result, header + text), "rejected forged-reset");
    std::vector<Result> results{doubtful(Protocol::udp, 2)};
    const SessionAddresses addresses{{session, {results.front().endpoint.address}}};
    conclude_again(results, addresses, accepted(header + text), false);
    EXPECT_THAT(results.front().notes, ElementsAre(HasSubstr("stood still")));
}

TEST(ConcludeAgain, RefusalsAndHandshakesAreHeldAgainstTheServersWord) {
    auto result = sample(Protocol::tcp, 5, Verdict::closed, Evidence::reset);
    result.session = session;
    EXPECT_EQ(concluded(result), "rejected forged-reset");
    result.endpoint.port = Port{9};
    EXPECT_EQ(concluded(result), "closed reset");
    result = sample(Protocol::tcp, 2, Verdict::answered, Evidence::handshake);
    result.session = session;
    EXPECT_EQ(concluded(result), "cut data-lost");
    result.endpoint.port = Port{5};
    EXPECT_EQ(concluded(result), "intercepted foreign-answer");
    result = sample(Protocol::tcp, 2, Verdict::answered, Evidence::data_reset);
    result.session = session;
    EXPECT_EQ(concluded(result), "cut data-reset");
    result = closed_port(Protocol::udp, 2);
    result.session = session;
    EXPECT_EQ(concluded(result), "rejected icmp-port-unreachable");
}

TEST(ConcludeAgain, WhatIsProvedOrCameFromElsewhereStays) {
    auto open = open_port(Protocol::tcp, 5);
    open.session = session;
    EXPECT_FALSE(may_be_concluded_again(open));
    EXPECT_FALSE(may_be_concluded_again(filtered_port(Protocol::tcp, 5))) << "of no session";
    EXPECT_TRUE(may_be_concluded_again(doubtful(Protocol::tcp, 5)));
}

TEST(ConcludeAgain, AnUnknownSessionStaysAsItIsAndIsRemarkedOnce) {
    std::vector<Result> results{doubtful(Protocol::udp, 1), doubtful(Protocol::udp, 2)};
    const SessionAddresses addresses{{session, {results.front().endpoint.address}}};
    EXPECT_THAT(conclude_again(results, addresses, accepted(header), false),
                ElementsAre(HasSubstr("00000000000000e1")));
    EXPECT_EQ(results[0].conclusion.direction, Direction::unknown);
}

TEST(ConcludeAgain, ARunOverSeveralAddressesIsNotJudged) {
    std::vector<Result> results{doubtful(Protocol::udp, 2)};
    const SessionAddresses addresses{
        {session, {results.front().endpoint.address, address("192.0.2.200")}}};
    EXPECT_THAT(conclude_again(results, addresses, accepted(header + account), false),
                ElementsAre(HasSubstr("several addresses")));
    EXPECT_EQ(results[0].conclusion.direction, Direction::unknown);
}

TEST(JournalFile, WhatNoServerWritesIsRefusedWithItsLine) {
    EXPECT_EQ(refused(""), "journal: is empty");
    EXPECT_THAT(refused("{}\n"), HasSubstr("line 1: no journal of pt-server"));
    EXPECT_THAT(refused(account), HasSubstr("line 1: no journal of pt-server"));
    EXPECT_THAT(refused("\x1b"), StartsWith("journal line 1: no valid JSON"));
    EXPECT_THAT(refused(header + "[]\n"), StartsWith("journal line 2: no JSON object"));
    EXPECT_THAT(refused(header + account.substr(0, 100)), StartsWith("journal line 2: no valid"));
    EXPECT_THAT(refused(header + std::string(100, '[')), StartsWith("journal line 2: no valid"));
    const auto replaced = [](const std::string& what, const std::string& by) {
        auto text = account;
        return header + text.replace(text.find(what), what.size(), by);
    };
    EXPECT_THAT(refused(replaced("tcp/1 udp/1", "sctp/1")), HasSubstr("\"arrived\""));
    EXPECT_THAT(refused(replaced("\"tcp/2\"", "2")), HasSubstr("\"connected\""));
    EXPECT_THAT(refused(replaced("true", "\"yes\"")), HasSubstr("\"handshakes_known\""));
    EXPECT_THAT(refused(replaced("198.51.100.4", "here")), HasSubstr("\"sources\""));
    EXPECT_THAT(refused(replaced("00000000000000e1", "e1")), HasSubstr("\"session\""));
}

}  // namespace
}  // namespace pt::client
