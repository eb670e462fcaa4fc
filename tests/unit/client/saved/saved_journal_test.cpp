#include "client/saved/saved_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "saved/accepted_journal.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string header =
    R"({"pt_journal":3,"pt":"0.1.0","instance":"00000000000000ab",)"
    R"("written":"2026-11-23T00:00:00Z","record":"exact","held":{"0.0.0.0":"tcp/1-8 udp/1-8"}})"
    "\n";
const std::string account =
    R"({"session":"00000000000000e1","sources":["198.51.100.4"],"destinations":["192.0.2.9"],)"
    R"("first_ms_ago":2000,"last_ms_ago":2000,"frames":1,"duplicates":0,"altered_padding":0,)"
    R"("reordered":0,"stalled":false,"strays":false,"arrived":"tcp/1 udp/1","late":"udp/1","established":"tcp/2",)"
    R"("attempt":"tcp/3","marked":"","reset":"","other":"tcp/4","incomplete":"tcp/6","deaf":"tcp/7",)"
    R"("beside":""})"
    "\n";

std::string refused(const std::string& text) {
    std::istringstream file{text};
    const auto journal = SavedJournal::read(file, "journal");
    EXPECT_FALSE(journal) << text;
    return journal ? "" : journal.error().message;
}

TEST(SavedJournal, TellsOfAPortWhatTheServerRecorded) {
    constexpr std::uint64_t session = 0xE1;
    const auto journal = accepted_journal(header + account);
    ASSERT_TRUE(journal.knows(session));
    EXPECT_FALSE(journal.knows(session + 1));
    EXPECT_FALSE(journal.stalled(session));
    EXPECT_TRUE(journal.is_exact());
    const auto record = [&](std::uint16_t port) {
        return journal.find(session, Protocol::tcp, Port{port});
    };
    EXPECT_EQ(record(1), (PortRecord{.listening = true, .frame = true}));
    EXPECT_EQ(journal.find(session, Protocol::udp, Port{1}),
              (PortRecord{.listening = true, .frame = true, .late = true}));
    EXPECT_EQ(record(2), (PortRecord{.listening = true, .established = true}));
    EXPECT_EQ(record(3), (PortRecord{.listening = true, .attempt = true}));
    EXPECT_EQ(record(4), (PortRecord{.listening = true, .other = true}));
    EXPECT_EQ(record(5), (PortRecord{.listening = true}));
    EXPECT_EQ(record(6), (PortRecord{.listening = true, .incomplete = true}));
    EXPECT_EQ(record(7), (PortRecord{.listening = true, .deaf = true}));
    EXPECT_EQ(record(9), (PortRecord{.incomplete = true})) << "it is not held";
    EXPECT_EQ(journal.find(session + 1, Protocol::tcp, Port{1}), (PortRecord{.incomplete = true}));
    EXPECT_EQ(journal.without_frame(session).to_string(), "tcp/2-3");
    EXPECT_FALSE(journal.may_have_strays(session));
    const auto with = [&](const std::string& before, const std::string& after) {
        auto changed = account;
        changed.replace(changed.find(before), before.size(), after);
        return accepted_journal(header + changed);
    };
    EXPECT_TRUE(with(R"("beside":"")", R"("beside":"tcp/1")").may_have_strays(session));
    EXPECT_TRUE(with(R"("strays":false)", R"("strays":true)").may_have_strays(session));
    const auto marked = with(R"("marked":"")", R"("marked":"tcp/3")");
    EXPECT_EQ(marked.without_frame(session).to_string(), "tcp/2");
    EXPECT_EQ(marked.find(session, Protocol::tcp, Port{3}),
              (PortRecord{.listening = true, .attempt = true, .marked = true}));
}

TEST(SavedJournal, KnowsWhichAddressesAreHeld) {
    constexpr std::uint64_t session = 0xE1;
    const auto with_held = [&](const std::string& held) {
        auto text = header;
        const std::string all = R"("0.0.0.0")";
        return accepted_journal(text.replace(text.find(all), all.size(), held) + account);
    };
    const auto holds = [&](const std::string& held) {
        return with_held(held).find(session, Protocol::tcp, Port{5}).listening;
    };
    EXPECT_TRUE(holds(R"("0.0.0.0")"));
    EXPECT_TRUE(holds(R"("192.0.2.9")"));
    EXPECT_FALSE(holds(R"("192.0.2.8")"));
    EXPECT_FALSE(holds(R"("::")"));
    const auto journal = accepted_journal(header + account);
    EXPECT_TRUE(journal.came_to(session, *IpAddress::parse("192.0.2.9")));
    EXPECT_FALSE(journal.came_to(session, *IpAddress::parse("192.0.2.8")));
    EXPECT_FALSE(journal.came_to(session + 1, *IpAddress::parse("192.0.2.9")));
}

TEST(SavedJournal, WhatNoServerWritesIsRefusedWithItsLine) {
    EXPECT_EQ(refused(""), "journal: is empty");
    EXPECT_THAT(refused("{}\n"), HasSubstr("line 1: not a journal of pt-server"));
    EXPECT_THAT(refused(account), HasSubstr("line 1: not a journal of pt-server"));
    EXPECT_THAT(refused("\x1b"), StartsWith("journal line 1: invalid JSON"));
    EXPECT_THAT(refused(header + "[]\n"), StartsWith("journal line 2: not a JSON object"));
    EXPECT_THAT(refused(header + account.substr(0, 100)), StartsWith("journal line 2: invalid"));
    EXPECT_THAT(refused(header + std::string(100, '[')), StartsWith("journal line 2: invalid"));
    const auto replaced = [](std::string text, const std::string& what, const std::string& by) {
        return text.replace(text.find(what), what.size(), by);
    };
    const auto session = [&](const std::string& what, const std::string& by) {
        return refused(header + replaced(account, what, by));
    };
    EXPECT_THAT(session("tcp/1 udp/1", "sctp/1"), HasSubstr("\"arrived\""));
    EXPECT_THAT(session("\"tcp/2\"", "2"), HasSubstr("\"established\""));
    EXPECT_THAT(session("false", "\"no\""), HasSubstr("\"stalled\""));
    EXPECT_THAT(session("198.51.100.4", "here"), HasSubstr("\"sources\""));
    EXPECT_THAT(session("[\"192.0.2.9\"]", "7"), HasSubstr("\"destinations\""));
    EXPECT_THAT(session("00000000000000e1", "e1"), HasSubstr("\"session\""));
    const auto first = [&](const std::string& what, const std::string& by) {
        return refused(replaced(header, what, by));
    };
    EXPECT_THAT(first("\"exact\"", "\"maybe\""), HasSubstr("\"record\""));
    EXPECT_THAT(first("tcp/1-8", "tcp/8-1"), HasSubstr("\"held\""));
    EXPECT_THAT(first("0.0.0.0", "here"), HasSubstr("\"held\""));
}

}  // namespace
}  // namespace pt::client
