#include <gtest/gtest.h>

#include "archive_fixture.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using namespace test;

TEST_F(Asked, CountsPortsWhereItsAttemptsWentAndNoFrameCame) {
    const auto count = [&] {
        return ask(journal(Protocol::udp, 53), client)->counters.ports_without_frame;
    };
    syn(80, client, now + 1s);
    syn(9000, client, now + 1s);
    syn(9001, other_client, now + 1s);
    syn(9002, client, now + 1s, also_here);
    syn(9003, client, now - 9s);
    EXPECT_EQ(count(), 3U);
    const auto manifest = ask({Inquiry::Kind::manifest, Protocol::tcp, Port{1}, 1, 0}, client);
    EXPECT_EQ(manifest->counters, SessionCounters{});
}

TEST_F(Asked, CountsAgainWhereAConnectionHasBroughtAFrameSince) {
    hear_on_connection(80);
    const SourceKey ours = key(client);
    const auto asked = [&] { return ask(journal(Protocol::tcp, 80), client); };
    const TimePoint before =
        responder_.archive()->record().tcp().note_established(Port{80}, ours, now + 1s);
    EXPECT_EQ(asked()->counters.ports_without_frame, 1U);
    responder_.archive()->record().tcp().withdraw_established(Port{80}, ours, now + 1s, before);
    hear_on_connection(80);
    const auto answer = asked();
    EXPECT_EQ(to_record(Protocol::tcp, answer->values[0]).unfinished, 0);
    EXPECT_EQ(answer->counters.ports_without_frame, 0U) << "as the port's own byte says";
}

TEST_F(Asked, CountsAttemptsWithoutAFrameOnAPortWhereOthersBroughtOne) {
    hear_on_connection(80);
    syn(80, client, now + 1s);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .frame = true}));
    const auto ports = [&] {
        return ask(journal(Protocol::tcp, 80), client)->counters.ports_without_frame;
    };
    EXPECT_EQ(ports(), 0U);
    unfinished(80, client, 40001, now - 6s);
    unfinished(80, other_client, 40001, now + 1s);
    unfinished(80 + UnfinishedBucket::buckets, client, 40001, now + 1s);
    EXPECT_EQ(record(Protocol::tcp, 80).unfinished, 0) << "before the scan, others', elsewhere";
    unfinished(80, client, 40002, now + 1s);
    unfinished(80, client, 40003, now + 1s);
    const SourceKey ours = key(client);
    responder_.archive()->record().tcp().note_established(Port{80}, ours, now + 1s);
    EXPECT_EQ(record(Protocol::tcp, 80, client, now + 5s),
              (PortRecord{.listening = true, .frame = true, .unfinished = 3}));
    EXPECT_EQ(
        ask(journal(Protocol::tcp, 80), client, session, now + 7s)->counters.ports_without_frame,
        1U);
    buckets_[80].displaced = static_cast<std::uint64_t>((now + 1s).time_since_epoch().count());
    EXPECT_EQ(record(Protocol::tcp, 80, client, now + 8s).unfinished, PortRecord::many_unfinished);
}

TEST_F(Asked, OfAClientWithSeveralAddressesWhatCameFromAnyOtherMayBeItsOwn) {
    syn(9000, client, now + 1s);
    syn(9001, other_client, now + 1s);
    syn(9002, other_client, now + 1s, also_here);
    syn(9003, other_client, now - 9s);
    const auto one = ask(journal(Protocol::udp, 53), client);
    EXPECT_FALSE(one->counts_others);
    EXPECT_EQ(one->counters.ports_without_frame, 1U);
    const auto several =
        ask(journal(Protocol::udp, 53), *IpAddress::parse("198.51.100.77"), session, now + 3s);
    EXPECT_TRUE(several->counts_others);
    EXPECT_EQ(several->counters.ports_without_frame, 2U) << "what went to another address is not";
}

TEST_F(Asked, WhatMayBeFromBeforeTheScanIsCountedApart) {
    hear(80, client, now, 1s);  // so it began before now - 1 s, by less than a round trip
    syn(82, client, now - 1s);
    syn(83, client, now - 1050ms);
    syn(85, client, now - 2s);
    Inquiry inquiry = journal(Protocol::tcp, 84);
    inquiry.rtt_us = 100'000;
    const auto one = ask(inquiry, client, 80);
    EXPECT_EQ(one->counters.ports_without_frame, 1U);
    EXPECT_EQ(one->counters.early_ports, 1U);
    const auto several = ask(inquiry, *IpAddress::parse("198.51.100.77"), 80, now + 3s);
    EXPECT_TRUE(several->counts_others);
    EXPECT_EQ(several->counters.ports_without_frame, 2U);
    EXPECT_EQ(several->counters.early_ports, 0U);
}

/// So that its client can tell them from ports that it did not probe.
TEST_F(Asked, OfPortsThatAreNotHeldItSaysWhichCount) {
    hear(80, client, now - 10s);  // another session, still active: whose a SYN is is not known
    hear(80, client, now + 2s, 12s);
    hear(81, client, now, 1s);
    syn(9000, client, now + 1s);
    syn(9001, client, now - 1050ms);
    syn(9002, other_client, now + 1s);
    syn(9003, client, now - 3s);
    Inquiry inquiry = journal(Protocol::tcp, 9000, 4);
    inquiry.rtt_us = 100'000;
    const auto answer = ask(inquiry, client, 81, now + 3s);
    EXPECT_EQ(answer->counters.ports_without_frame, 2U);
    EXPECT_EQ(answer->counters.early_ports, 0U);
    std::vector<bool> counts;
    for (const std::uint8_t value : answer->values) {
        EXPECT_FALSE(to_record(Protocol::tcp, value).attempt);
        counts.push_back(to_record(Protocol::tcp, value).other);
    }
    EXPECT_EQ(counts, (std::vector<bool>{true, true, false, false}));
}

TEST_F(Asked, FramesOfUnknownSessionsCountWhereAnyonesTracesDo) {
    Frame frame = header(4711);
    frame.protocol = Protocol::tcp;
    frame.port = Port{81};
    auto arrival = arrival_from(other_client, Protocol::tcp);
    arrival.destination.port = Port{81};
    const auto bytes = encode_request(frame);
    EXPECT_TRUE(responder_.answer_frame(*decode(bytes), bytes, arrival, now));
    EXPECT_TRUE(record(Protocol::tcp, 81).other);
    const auto one = ask(journal(Protocol::udp, 53), client);
    EXPECT_EQ(one->counters.ports_without_frame, 0U);
    const auto several =
        ask(journal(Protocol::udp, 53), *IpAddress::parse("198.51.100.77"), session, now + 3s);
    EXPECT_EQ(several->counters.ports_without_frame, 1U) << "its client takes it for a trace";
}

TEST_F(Asked, AFrameExplainsTheAttemptOnThePortThatItCameTo) {
    Frame frame = header();
    frame.protocol = Protocol::tcp;
    frame.port = Port{8001};  // which a device sent elsewhere
    auto arrival = arrival_from(client, Protocol::tcp);
    arrival.destination.port = Port{80};
    const auto bytes = encode_request(frame);
    EXPECT_TRUE(responder_.answer_frame(*decode(bytes), bytes, arrival, now));
    syn(80, client, now);
    const auto answer = ask(journal(Protocol::tcp, 8001), client);
    EXPECT_TRUE(to_record(Protocol::udp, answer->values[0]).frame);
    EXPECT_EQ(answer->counters.ports_without_frame, 0U);
}

}  // namespace
}  // namespace pt::server
