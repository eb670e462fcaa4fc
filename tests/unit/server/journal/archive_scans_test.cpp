#include <gtest/gtest.h>

#include <vector>

#include "archive_fixture.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using namespace test;

/// The session's first frame says by its own time when the scan began.
TEST_F(Asked, ALongScansFirstAttemptsAreItsOwn) {
    hear(77, client, now, 100s);
    syn(80, client, now - 100s);
    syn(81, client, now - 101s);
    // However late it asks; the other session began after that, and has not ended.
    const auto answer =
        ask({Inquiry::Kind::journal, Protocol::tcp, Port{80}, 2, 100'001}, client, 77, now + 5min);
    ASSERT_TRUE(answer);
    EXPECT_EQ(to_record(Protocol::tcp, answer->values[0]),
              (PortRecord{.listening = true, .attempt = true}));
    EXPECT_EQ(to_record(Protocol::tcp, answer->values[1]), (PortRecord{.listening = true}));
}

TEST_F(Asked, AnotherScanFromTheSameAddressMakesAttemptsUncertain) {
    hear(77, client, now - 3s);
    hear(77, client, now + 1s);
    syn(80, client, now + 2s);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .other = true}));
}

TEST_F(Asked, UnlessItHadEnded) {
    hear(77, client, now - 9s);
    syn(80, client, now + 2s);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .attempt = true}));
}

TEST_F(Asked, OrWasOfAnotherAddress) {
    Frame frame = header(77);
    auto arrival = arrival_from(client);
    arrival.destination.address = also_here;
    EXPECT_TRUE(responder_.answer_datagram(encode_request(frame), arrival, now));
    responder_.archive()->journal().note_proof(77, client, now);
    syn(81, client, now + 2s, also_here);
    EXPECT_EQ(record(Protocol::tcp, 81), (PortRecord{.listening = true}));
    syn(80, client, now + 2s);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .attempt = true}));
}

TEST_F(Asked, ADatagramInItsNameToAnotherAddressTellsNothing) {
    auto arrival = arrival_from(client);
    arrival.destination.address = also_here;
    EXPECT_TRUE(responder_.answer_datagram(encode_request(header(77)), arrival, now));
    syn(81, client, now + 2s, also_here);
    EXPECT_EQ(record(Protocol::tcp, 81), (PortRecord{.listening = true, .other = true}));
}

TEST_F(Asked, ADatagramThatIsNobodysMayBeAnybodys) {
    responder_.archive()->record().note_unattributed(Protocol::udp, Port{53}, now + 1s);
    EXPECT_TRUE(record(Protocol::udp, 53).other);
    hear(78, other_client, now + 2s);
    EXPECT_TRUE(record(Protocol::udp, 53).other) << "its id may have been altered on the way";
}

TEST_F(Asked, ASessionThatIsKnownAgainIsToldThatItsRecordIsIncomplete) {
    hear(79, client, now, 6s);  // but an echo came back after 5 s
    const auto answer = ask(journal(Protocol::udp, 53), client, 79);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(to_record(Protocol::udp, answer->values[0]).incomplete);
    hear(79, client, now + 1s, 5s);
    EXPECT_FALSE(to_record(Protocol::udp, ask(journal(Protocol::udp, 53), client, 79)->values[0])
                     .incomplete);
}

TEST_F(Asked, AShortRoundTripBoundsTheBeginningCloser) {
    hear(80, client, now, 1s);  // so it began before now - 1 s, by less than a round trip
    syn(80, client, now - 1s);
    syn(81, client, now - 1050ms);
    syn(82, client, now - 2s);
    Inquiry inquiry = journal(Protocol::tcp, 80, 3);
    const auto told = [&] {
        std::vector<PortRecord> records;
        const auto answer = ask(inquiry, client, 80);
        for (const std::uint8_t value : answer->values) {
            records.push_back(to_record(Protocol::tcp, value));
        }
        return records;
    };
    const PortRecord nothing{.listening = true};
    const PortRecord other{.listening = true, .other = true};
    const PortRecord attempt{.listening = true, .attempt = true};
    EXPECT_EQ(told(), (std::vector{attempt, other, other}));
    inquiry.rtt_us = 100'000;
    EXPECT_EQ(told(), (std::vector{attempt, other, nothing}));
    inquiry.rtt_us = 1'000;
    EXPECT_EQ(told(), (std::vector{attempt, nothing, nothing}));
}

}  // namespace
}  // namespace pt::server
