#include "client/journal_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace pt::client {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

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

TEST(JournalFile, TellsOfAPortWhatTheServerRecorded) {
    constexpr std::uint64_t session = 0xE1;
    const auto journal = accepted(header + account);
    ASSERT_TRUE(journal.knows(session));
    EXPECT_FALSE(journal.knows(session + 1));
    EXPECT_FALSE(journal.stalled(session));
    const auto record = [&](std::uint16_t port, const char* local) {
        return journal.find(session, Protocol::tcp, Port{port}, IpAddress::parse(local)).record;
    };
    EXPECT_EQ(record(1, "198.51.100.4"), (PortRecord{.listening = true, .frame = true}));
    EXPECT_EQ(record(2, "198.51.100.4"), (PortRecord{.listening = true, .established = true}));
    EXPECT_EQ(record(3, "198.51.100.4"), (PortRecord{.listening = true, .attempt = true}));
    EXPECT_EQ(record(4, "198.51.100.4"), (PortRecord{.listening = true, .other = true}));
    EXPECT_EQ(record(9, "198.51.100.4"), PortRecord{});
    EXPECT_EQ(record(3, "10.0.0.1"), (PortRecord{.listening = true, .incomplete = true}))
        << "behind a NAT, whose is it?";
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
