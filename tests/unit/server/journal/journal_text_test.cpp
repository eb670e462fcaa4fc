#include "server/journal/journal_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "common/version/version.hpp"

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

const IpAddress local = *IpAddress::parse("192.0.2.9");

class JournalText : public testing::Test {
protected:
    JournalText() : syns_(port_count), strays_(syn_marks), buckets_(UnfinishedBucket::buckets) {
        const auto archive = archive_.lock();
        archive->ports().set({{Protocol::tcp, IpAddress{}, Port{25}, PortState::in_use, 0},
                              {Protocol::tcp, local, Port{80}, PortState::listening, 0},
                              {Protocol::tcp, local, Port{81}, PortState::listening, 0},
                              {Protocol::tcp, local, Port{82}, PortState::listening, 0},
                              {Protocol::udp, local, Port{53}, PortState::listening, 0}});
        archive->record().begin(start - 10min);
        archive->record().use_kernel_record({syns_, strays_, buckets_}, nullptr);
    }
    std::vector<std::string> lines(TimePoint now = start) {
        std::istringstream text{journal_text(archive_, 0xAB, written, now)};
        std::vector<std::string> all;
        for (std::string line; std::getline(text, line);) {
            all.push_back(line);
        }
        return all;
    }
    void hear(std::uint64_t session, TimePoint now = start, const IpAddress& from = client,
              Nanoseconds sent = {}) {
        auto frame = request(session, Port{53});
        frame.client_time = static_cast<std::uint64_t>(sent.count());
        PacketInfo arrival;
        arrival.protocol = Protocol::udp;
        arrival.source = {from, Port{40000}};
        arrival.destination = {local, Port{53}};
        archive_.lock()->journal().note(frame, arrival, true, now);
    }
    void syn(std::uint16_t port, TimePoint time, const IpAddress& peer = client) {
        const auto nanoseconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
        syns_[port].sources[0] = {archive_.lock()->record().key(peer, local), nanoseconds};
        syns_[port].last = nanoseconds;
    }
    void established(std::uint16_t port, TimePoint time) {
        const auto archive = archive_.lock();
        archive->record().tcp().note_established(Port{port}, archive->record().key(client, local),
                                                 time);
    }

    std::vector<SynEntry> syns_;
    std::vector<StrayEntry> strays_;
    std::vector<UnfinishedBucket> buckets_;
    SharedArchive archive_{7};
};

TEST_F(JournalText, BeginsWithWhoWroteItAndWhatIsHeld) {
    EXPECT_EQ(lines(), std::vector<std::string>{
                           R"({"pt_journal":3,"pt":")" + std::string{version()} +
                           R"(","instance":"00000000000000ab","written":"2026-11-23T00:00:00Z",)"
                           R"("record":"exact","held":{"::":"","192.0.2.9":"tcp/80-82 udp/53"}})"});
    archive_.lock()->record().use_kernel_record({}, nullptr);
    EXPECT_THAT(lines().front(), HasSubstr(R"("record":"sampled")"));
}

TEST_F(JournalText, HasALineForEachSession) {
    hear(0xE1);
    established(80, start);
    syn(81, start + 1s);
    syn(25, start + 1s);
    syn(82, start, other_client);
    ASSERT_EQ(lines(start + 2s).size(), 2U);
    EXPECT_EQ(
        lines(start + 2s)[1],
        R"({"session":"00000000000000e1","sources":["192.0.2.1"],)"
        R"("destinations":["192.0.2.9"],"first_ms_ago":2000,"last_ms_ago":2000,"frames":1,)"
        R"("duplicates":0,"altered_padding":0,"reordered":0,"stalled":false,"strays":false,)"
        R"("arrived":"udp/53","late":"","established":"tcp/80","attempt":"tcp/25,81","marked":"",)"
        R"("reset":"","other":"tcp/82","incomplete":"tcp/25","deaf":"","beside":""})");
    const auto both = SynEntry::odd_mark | SynEntry::even_mark;
    syns_[81].sources[0].last = (syns_[81].sources[0].last & ~std::uint64_t{7}) | both;
    strays_[syn_mark(Port{82}, SynMarkKind::even_attempt)].last = syns_[81].last;
    EXPECT_THAT(lines(start + 2s)[1], HasSubstr(R"("marked":"tcp/81")"));
    EXPECT_THAT(lines(start + 2s)[1], HasSubstr(R"("strays":true)"));
}

TEST_F(JournalText, WhatCameBeforeTheScanMayBeAnotherOnes) {
    hear(0xE1, start, client, 30s);  // so it began 30 seconds before
    syn(80, start - 29s);
    syn(81, start - 31s);
    syn(82, start - 41s);
    EXPECT_THAT(lines(start + 2s)[1],
                HasSubstr(R"("attempt":"tcp/80","marked":"","reset":"","other":"tcp/81")"));
}

TEST_F(JournalText, WellAfterItsLastFrameNothingIsItsOwn) {
    hear(0xE1);
    syn(80, start + 13s);
    syn(81, start + 1s);
    EXPECT_THAT(lines(start + 20s)[1],
                HasSubstr(R"("attempt":"tcp/81","marked":"","reset":"","other":"tcp/80")"));
}

TEST_F(JournalText, WhatCameSinceTheNextScanBeganIsNotCertainlyTheOneBefores) {
    hear(0xE1);
    syn(80, start + 1s);
    syn(81, start + 5s);
    hear(0xE2, start + 4s);
    const auto all = lines(start + 6s);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_THAT(all[1], HasSubstr(R"("session":"00000000000000e2")"));
    EXPECT_THAT(all[1], HasSubstr(R"("attempt":"","marked":"","reset":"","other":"tcp/80-81")"))
        << "the one before may not have ended";
    EXPECT_THAT(all[2], HasSubstr(R"("attempt":"tcp/80","marked":"","reset":"","other":"tcp/81")"));
}

TEST_F(JournalText, TellsThatTheServerStalledInTheScansTime) {
    hear(0xE1);
    hear(0xE2, start + 60s, other_client);
    {
        const auto archive = archive_.lock();
        archive->stalls().turn(0, start + 1s, 250ms);
        archive->stalls().turn(0, start + 4s, 250ms);
        archive->stalls().turn(0, start + 4250ms, 250ms);
        archive->stalls().end(0);
    }
    const auto all = lines(start + 70s);
    EXPECT_THAT(all[1], HasSubstr(R"("stalled":false)"));
    EXPECT_THAT(all[2], HasSubstr(R"("stalled":true)"));
}

TEST_F(JournalText, TellsWhereTheRecordIsIncomplete) {
    hear(0xE1);
    EXPECT_THAT(lines()[1], HasSubstr(R"("incomplete":"")"));
    archive_.lock()->record().note_unseen(Protocol::udp, Port{53}, start);
    EXPECT_THAT(lines()[1], HasSubstr(R"("incomplete":"udp/53")"));
    archive_.lock()->record().use_kernel_record({}, nullptr);
    EXPECT_THAT(lines()[1], HasSubstr(R"("incomplete":"tcp/1-65535 udp/53")"));
}

TEST_F(JournalText, OfALongScanTheFirstAttemptsAreThere) {
    const TimePoint now = start + 20min;
    hear(0xE1, now, client, 20min);
    syn(80, start + 5s);
    EXPECT_THAT(lines(now)[1], HasSubstr(R"("attempt":"tcp/80")"));
    EXPECT_THAT(lines(now)[1], HasSubstr(R"("incomplete":"")"));
}

TEST_F(JournalText, OfOneThatBeganHoursAgoTheRecordIsIncomplete) {
    const TimePoint now = start + 2h;
    hear(0xE1, now, client, 2h);
    EXPECT_THAT(lines(now)[1], HasSubstr(R"("incomplete":"tcp/1-65535 udp/1-65535")"));
}

TEST_F(JournalText, TellsWhichPortsAreDeaf) {
    hear(0xE1);
    archive_.lock()->record().deaf().note_failing(Protocol::tcp, {local, Port{81}});
    EXPECT_THAT(lines()[1], HasSubstr(R"("deaf":"tcp/81")"));
}

TEST_F(JournalText, TakesABoundedTimeAndSaysWhatItLeftOut) {
    for (std::uint32_t port = 1; port < port_count; ++port) {
        syn(static_cast<std::uint16_t>(port), start, other_client);
    }
    for (std::uint64_t session = 1; session <= 20; ++session) {
        hear(session);
    }
    const auto all = lines();
    ASSERT_EQ(all.size(), 21U);
    EXPECT_THAT(all[1], HasSubstr(R"("other":"tcp/80-82","incomplete":"tcp/1-79,83-65535")"));
    EXPECT_THAT(all[20], HasSubstr(R"("other":"","incomplete":"tcp/1-65535 udp/1-65535")"));
}

TEST_F(JournalText, IsBoundedAndLeavesTheOldestOut) {
    PacketInfo arrival;
    arrival.protocol = Protocol::udp;
    arrival.source = {client, Port{40000}};
    arrival.destination = {local, Port{53}};
    for (std::uint64_t session = 1; session <= 128; ++session) {
        for (std::uint32_t port = 1; port < port_count; port += 2) {
            archive_.lock()->journal().note(
                request(session, Port{static_cast<std::uint16_t>(port)}), arrival, true, start);
        }
    }
    const auto text = journal_text(archive_, 1, written, start);
    EXPECT_LT(text.size(), max_journal_text + (std::size_t{1} << 20U));
    EXPECT_THAT(text, HasSubstr(R"("session":"0000000000000080")"));
    EXPECT_THAT(text, Not(HasSubstr(R"("session":"0000000000000001")")));
    EXPECT_THAT(text, EndsWith("}\n"));
}

}  // namespace
}  // namespace pt::server
