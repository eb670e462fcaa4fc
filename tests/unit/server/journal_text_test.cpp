#include "server/journal_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr TimePoint start{1h};
const std::chrono::system_clock::time_point written{1'795'392'000s};
const IpAddress client = *IpAddress::parse("192.0.2.1");
const IpAddress other_client = *IpAddress::parse("192.0.2.2");

Frame request(std::uint64_t session, Port port) {
    Frame frame;
    frame.nonce = {session, 1};
    frame.port = port;
    frame.protocol = Protocol::udp;
    frame.attempt = 1;
    return frame;
}

/// All handshakes are noted already.
class AllKnown : public HalfOpenSource {
public:
    void look(Reason, TimePoint, ConnectionLog&) override {}
    bool knows_all(TimePoint, TimePoint) const override { return true; }
};

class JournalText : public testing::Test {
protected:
    JournalText() {
        archive_.set_ports({{Protocol::tcp, IpAddress{}, Port{25}, PortState::in_use, 0},
                            {Protocol::tcp, IpAddress{}, Port{80}, PortState::listening, 0},
                            {Protocol::tcp, IpAddress{}, Port{81}, PortState::listening, 0},
                            {Protocol::udp, IpAddress{}, Port{53}, PortState::listening, 0}});
        archive_.set_handshake_sources({}, std::make_unique<AllKnown>());
    }
    std::vector<std::string> lines(TimePoint now = start) const {
        std::istringstream text{journal_text(archive_, 0xAB, written, now)};
        std::vector<std::string> all;
        for (std::string line; std::getline(text, line);) {
            all.push_back(line);
        }
        return all;
    }
    void trace(std::uint16_t port, ConnectionTrace what, TimePoint time,
               const IpAddress& peer = client) {
        archive_.connections().note(peer, Port{port}, what, time);
    }

    Archive archive_{7};
};

TEST_F(JournalText, BeginsWithWhoWroteItAndWhatIsHeld) {
    EXPECT_EQ(lines(), std::vector<std::string>{
                           R"({"pt_journal":1,"pt":")" PT_VERSION
                           R"(","instance":"00000000000000ab","written":"2026-11-23T00:00:00Z",)"
                           R"("held":"tcp/80-81 udp/53"})"});
}

TEST_F(JournalText, HasALineForEachSession) {
    archive_.journal().note(request(0xE1, Port{53}), client, true, start);
    trace(80, ConnectionTrace::mute, start);
    trace(81, ConnectionTrace::half_open, start + 1s);
    trace(25, ConnectionTrace::half_open, start + 1s);
    trace(82, ConnectionTrace::mute, start, other_client);
    ASSERT_EQ(lines(start + 2s).size(), 2U);
    EXPECT_EQ(lines(start + 2s)[1],
              R"({"session":"00000000000000e1","sources":["192.0.2.1"],"first_ms_ago":2000,)"
              R"("last_ms_ago":2000,"frames":1,"duplicates":0,"altered_padding":0,"reordered":0,)"
              R"("arrived":"udp/53","handshakes_known":true,"stalled":false,"connected":"tcp/80",)"
              R"("half_open":"tcp/81","uncertain":"","earlier":""})");
}

TEST_F(JournalText, WhatCameBeforeTheRunIsAnotherRuns) {
    auto frame = request(0xE1, Port{53});
    frame.client_time = static_cast<std::uint64_t>(std::chrono::nanoseconds{30s}.count());
    archive_.journal().note(frame, client, true, start);  // so it began 30 seconds before
    trace(80, ConnectionTrace::half_open, start - 29s);
    trace(81, ConnectionTrace::half_open, start - 31s);
    EXPECT_THAT(lines(start + 2s)[1], HasSubstr(R"("half_open":"tcp/80","uncertain":"tcp/81")"));
}

TEST_F(JournalText, WellBeforeItsFirstFrameOrAfterItsLastOneNothingIsItsOwn) {
    archive_.journal().note(request(0xE1, Port{53}), client, true, start);
    trace(80, ConnectionTrace::mute, start - 11s);
    trace(81, ConnectionTrace::half_open, start - 11s);
    EXPECT_THAT(lines(start + 2s)[1],
                HasSubstr(R"("connected":"","half_open":"","uncertain":"","earlier":"tcp/81")"));
    trace(80, ConnectionTrace::mute, start + 11s);
    trace(81, ConnectionTrace::mute, start + 1s);
    EXPECT_THAT(lines(start + 20s)[1],
                HasSubstr(R"("connected":"tcp/81","half_open":"","uncertain":"tcp/80")"));
}

TEST_F(JournalText, WhatCameSinceTheNextRunBeganIsNotCertainlyTheOneBefores) {
    archive_.journal().note(request(0xE1, Port{53}), client, true, start);
    trace(80, ConnectionTrace::half_open, start + 1s);
    trace(81, ConnectionTrace::half_open, start + 5s);
    archive_.journal().note(request(0xE2, Port{53}), client, true, start + 4s);
    const auto all = lines(start + 6s);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_THAT(all[1], HasSubstr(R"("session":"00000000000000e2")"));
    EXPECT_THAT(all[1], HasSubstr(R"("half_open":"tcp/81","uncertain":"tcp/80")"));
    EXPECT_THAT(all[2], HasSubstr(R"("half_open":"tcp/80","uncertain":"tcp/81")"));
}

TEST_F(JournalText, TellsThatTheServerStoodStillInTheRunsTime) {
    archive_.journal().note(request(0xE1, Port{53}), client, true, start);
    archive_.journal().note(request(0xE2, Port{53}), other_client, true, start + 60s);
    archive_.stalls().turn(0, start + 1s, 250ms);
    archive_.stalls().turn(0, start + 4s, 250ms);
    archive_.stalls().turn(0, start + 4250ms, 250ms);
    archive_.stalls().end(0);
    const auto all = lines(start + 70s);
    EXPECT_THAT(all[1], HasSubstr(R"("stalled":false)"));
    EXPECT_THAT(all[2], HasSubstr(R"("stalled":true)"));
}

TEST_F(JournalText, SaysWhereHandshakesAreNotKnown) {
    archive_.journal().note(request(0xE1, Port{53}), client, true, start);
    EXPECT_THAT(lines(start)[1], HasSubstr(R"("handshakes_known":true)"));
    for (std::size_t number = 0; number <= ConnectionLog::capacity; ++number) {
        const auto kind = number < port_count ? ConnectionTrace::mute : ConnectionTrace::reset;
        trace(static_cast<std::uint16_t>(number), kind, start,
              number / port_count < 2 ? other_client : client);
    }
    EXPECT_THAT(lines(start)[1], HasSubstr(R"("handshakes_known":false)"));
    archive_.set_handshake_sources({}, nullptr);
    EXPECT_THAT(lines(start)[1], HasSubstr(R"("handshakes_known":false)"));
}

TEST_F(JournalText, IsBoundedAndLeavesTheOldestOut) {
    for (std::uint64_t session = 1; session <= 128; ++session) {
        for (std::uint32_t port = 1; port < port_count; port += 2) {
            archive_.journal().note(request(session, Port{static_cast<std::uint16_t>(port)}),
                                    client, true, start);
        }
    }
    const auto text = journal_text(archive_, 1, written, start);
    EXPECT_LT(text.size(), longest_journal_text + (std::size_t{1} << 20U));
    EXPECT_THAT(text, HasSubstr(R"("session":"0000000000000080")"));
    EXPECT_THAT(text, Not(HasSubstr(R"("session":"0000000000000001")")));
    EXPECT_THAT(text, EndsWith("}\n"));
}

}  // namespace
}  // namespace pt::server
