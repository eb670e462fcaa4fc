#include "server/journal/archive.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "server/serve/responder.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint now{1h};
constexpr std::uint64_t session = 0x1122334455667788;

const IpAddress client = *IpAddress::parse("192.0.2.1");
const IpAddress other_client = *IpAddress::parse("192.0.2.2");

Arrival arrival_from(const IpAddress& address, Protocol protocol = Protocol::udp) {
    Arrival arrival;
    arrival.protocol = protocol;
    arrival.source = {address, Port{40000}};
    arrival.destination = {*IpAddress::parse("192.0.2.9"), Port{53}};
    return arrival;
}

Frame header(std::uint64_t id = session) {
    Frame frame;
    frame.protocol = Protocol::udp;
    frame.nonce = {id, 1};
    frame.port = Port{53};
    frame.attempt = 1;
    return frame;
}

const IpAddress here = *IpAddress::parse("192.0.2.9");
const IpAddress also_here = *IpAddress::parse("192.0.2.10");
const IpAddress any_v4{IpAddress::V4Bytes{}};

/// A responder that holds tcp/80-85 and udp/53, was refused tcp/25, and has heard the session on
/// udp/53. Its record of first segments is exact.
class Asked : public testing::Test {
protected:
    Asked() : syns_(port_count), strays_(syn_marks), buckets_(UnfinishedBucket::buckets) {
        const auto archive = responder_.archive();
        PortTable table{{Protocol::tcp, any_v4, Port{25}, PortState::in_use, 0},
                        {Protocol::udp, any_v4, Port{53}, PortState::listening, 0}};
        for (std::uint16_t number = 80; number <= 85; ++number) {
            table.push_back({Protocol::tcp, any_v4, Port{number}, PortState::listening, 0});
        }
        archive->ports().set(table);
        archive->record().begin(now - 10min);
        archive->record().use_kernel_record({syns_, strays_, buckets_}, nullptr);
    }
    void SetUp() override { hear(session, client); }

    void hear(std::uint64_t id, const IpAddress& from, TimePoint time = now,
              Nanoseconds sent = {}) {
        Frame frame = header(id);
        frame.client_time = static_cast<std::uint64_t>(sent.count());
        EXPECT_TRUE(responder_.answer_datagram(encode_request(frame), arrival_from(from), time));
    }

    std::optional<InquiryAnswer> ask(const Inquiry& inquiry, const IpAddress& from,
                                     std::uint64_t id = session, TimePoint time = now,
                                     const IpAddress& at = here) {
        const auto query = encode_query(header(id), inquiry);
        auto arrival = arrival_from(from);
        arrival.destination.address = at;
        const auto bytes = responder_.answer_datagram(query, arrival, time);
        if (!bytes) {
            EXPECT_EQ(bytes.error(), Silence::refused_query);
            return std::nullopt;
        }
        EXPECT_EQ(bytes->size(), query.size());
        return decode_answer(*decode(*bytes), *bytes);
    }
    /// The scan began 5 seconds before its first frame, or less.
    static Inquiry journal(Protocol protocol, std::uint16_t port, std::uint16_t count = 1) {
        return {Inquiry::Kind::journal, protocol, Port{port}, count, 5000};
    }
    PortRecord record(Protocol protocol, std::uint16_t port, const IpAddress& from = client,
                      TimePoint time = now) {
        const auto answer = ask(journal(protocol, port), from, session, time);
        return answer ? to_record(protocol, answer->values[0]) : PortRecord{};
    }
    SourceKey key(const IpAddress& from, const IpAddress& at = here) {
        return responder_.archive()->record().key(from, at);
    }
    void syn(std::uint16_t port, const IpAddress& from, TimePoint time,
             const IpAddress& at = here) {
        const auto nanoseconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
        auto& sources = syns_[port].sources;
        const auto place = std::find_if(sources.begin(), sources.end(),
                                        [](const auto& source) { return source.key == 0; });
        ASSERT_NE(place, sources.end());
        *place = {key(from, at), nanoseconds};
        syns_[port].last = std::max(syns_[port].last, nanoseconds);
    }

    /// A handshake that was not completed.
    void unfinished(std::uint16_t port, const IpAddress& from, std::uint64_t peer_port,
                    TimePoint time) {
        auto& places = buckets_[port % UnfinishedBucket::buckets].places;
        const auto place = std::find_if(places.begin(), places.end(),
                                        [](const auto& one) { return one.ends == 0; });
        ASSERT_NE(place, places.end());
        *place = {std::uint64_t{port} << 16U | peer_port, key(from),
                  static_cast<std::uint64_t>(time.time_since_epoch().count())};
    }

    std::vector<SynEntry> syns_;
    std::vector<StrayEntry> strays_;
    std::vector<UnfinishedBucket> buckets_;
    Responder responder_{0x5EED, 42};
};

TEST_F(Asked, CountsAttemptsWithoutAFrameOnAPortWhereOthersBroughtOne) {
    Frame frame = header(session);
    frame.protocol = Protocol::tcp;
    frame.port = Port{80};
    frame.nonce.sequence = 2;
    auto arrival = arrival_from(client);
    arrival.protocol = Protocol::tcp;
    arrival.destination = {here, Port{80}};
    ASSERT_TRUE(responder_.answer_frame(*decode(encode_request(frame)), encode_request(frame),
                                        arrival, now));
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
    EXPECT_EQ(record(Protocol::tcp, 80).unfinished, PortRecord::many_unfinished);
}

TEST_F(Asked, TellsWhichPortsItHoldsAndWhyNotTheOthers) {
    const auto answer = ask({Inquiry::Kind::manifest, Protocol::tcp, Port{20}, 100, 0}, client);
    ASSERT_TRUE(answer);
    EXPECT_EQ(to_port_state(answer->values[5]), PortState::in_use);
    EXPECT_EQ(to_port_state(answer->values[60]), PortState::listening);
    EXPECT_EQ(to_port_state(answer->values[66]), PortState::not_asked);
    EXPECT_TRUE(answer->exact_record);
    EXPECT_EQ(answer->asked_at, here);
}

TEST_F(Asked, AnAnswerIsAboutTheAddressThatWasAsked) {
    responder_.archive()->ports().set({{Protocol::tcp, here, Port{80}, PortState::listening, 0},
                                       {Protocol::tcp, also_here, Port{80}, PortState::in_use, 0}});
    const Inquiry manifest{Inquiry::Kind::manifest, Protocol::tcp, Port{80}, 1, 0};
    const auto state = [&](const IpAddress& at) {
        return to_port_state(ask(manifest, client, session, now, at)->values[0]);
    };
    EXPECT_EQ(state(here), PortState::listening);
    EXPECT_EQ(state(also_here), PortState::in_use);
    EXPECT_EQ(state(*IpAddress::parse("192.0.2.11")), PortState::not_asked);
    syn(80, client, now + 1s, also_here);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .other = true}));
}

TEST_F(Asked, TellsWhatArrivedForEachProtocolApart) {
    EXPECT_TRUE(record(Protocol::udp, 53).frame);
    EXPECT_FALSE(record(Protocol::tcp, 53).frame);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true}));
}

TEST_F(Asked, OfAPortThatIsNotHeldOnlyTheAskersOwnIsTold) {
    EXPECT_EQ(record(Protocol::tcp, 25), (PortRecord{.incomplete = true}));
    syn(25, other_client, now + 1s);
    EXPECT_EQ(record(Protocol::tcp, 25), (PortRecord{.incomplete = true}));
    syn(25, client, now + 1s);
    EXPECT_EQ(record(Protocol::tcp, 25), (PortRecord{.attempt = true, .incomplete = true}));
}

TEST_F(Asked, TellsAttemptsOfTheSessionsSourcesAndThatOthersCame) {
    syn(80, client, now + 1s);
    syn(81, other_client, now + 1s);
    syn(82, client, now - 1s);
    syn(83, client, now - 6s);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .attempt = true}));
    EXPECT_EQ(record(Protocol::tcp, 81), (PortRecord{.listening = true, .other = true}));
    EXPECT_EQ(record(Protocol::tcp, 82), (PortRecord{.listening = true, .other = true}))
        << "before the scan, or in it";
    EXPECT_EQ(record(Protocol::tcp, 83), (PortRecord{.listening = true}));
    EXPECT_EQ(record(Protocol::tcp, 81, other_client).attempt, true)
        << "the session has been seen from there now";
}

TEST_F(Asked, TellsConnectionsWithoutData) {
    const auto note = [&](std::uint16_t port, const IpAddress& from) {
        const SourceKey source = key(from);
        responder_.archive()->record().tcp().note_established(Port{port}, source, now + 2s);
    };
    note(80, client);
    note(81, other_client);
    const SourceKey ours = key(client);
    responder_.archive()->record().tcp().note_reset(Port{80}, ours, now + 2s);
    EXPECT_EQ(record(Protocol::tcp, 80),
              (PortRecord{.listening = true, .established = true, .reset = true}));
    EXPECT_EQ(record(Protocol::tcp, 81), (PortRecord{.listening = true, .other = true}));
    EXPECT_FALSE(record(Protocol::udp, 80).established);
}

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
    syn(81, client, now + 2s, also_here);
    EXPECT_EQ(record(Protocol::tcp, 81), (PortRecord{.listening = true}));
    syn(80, client, now + 2s);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .attempt = true}));
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
    syn(9000, client, now - 1s);
    syn(9001, client, now - 1050ms);
    syn(9002, client, now - 2s);
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

TEST_F(Asked, WhoAsksTooOftenIsToldThatTheRecordIsIncomplete) {
    for (std::uint64_t id = 1000; id < 1100; ++id) {
        hear(id, other_client);
        ask(journal(Protocol::tcp, 80), other_client, id);
    }
    EXPECT_TRUE(record(Protocol::tcp, 80).incomplete);
    EXPECT_FALSE(record(Protocol::udp, 53).incomplete);
    EXPECT_FALSE(record(Protocol::tcp, 80, client, now + 3s).incomplete);
}

TEST_F(Asked, ADeafPortIsToldSo) {
    responder_.archive()->record().deaf().note_failing(Protocol::tcp, {any_v4, Port{80}});
    const auto manifest = ask({Inquiry::Kind::manifest, Protocol::tcp, Port{80}, 2, 0}, client);
    EXPECT_EQ(to_port_state(manifest->values[0]), PortState::deaf);
    EXPECT_EQ(to_port_state(manifest->values[1]), PortState::listening);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .deaf = true}));
}

/// Finds a half-open handshake on tcp/80 whenever it polls; knows what it is told to know.
class OneHalfOpen : public HalfOpenSource {
public:
    void poll(Reason reason, TimePoint time, ArrivalRecord& record) override {
        if (reason == Reason::query) {
            record.tcp().note_attempt(Port{80}, record.key(client, here), {time, time});
        }
        reasons_.push_back(reason);
    }
    bool knows_all(TimePoint since, TimePoint until) const override {
        return since >= known_since_ && until <= known_until_;
    }

    std::vector<Reason> reasons_;
    TimePoint known_since_{};
    TimePoint known_until_ = TimePoint::max();
};

/// Without the kernel's count.
class Sampled : public Asked {
protected:
    Sampled() { responder_.archive()->record().use_kernel_record({}, nullptr); }
};

TEST_F(Sampled, PollsHalfOpenHandshakesAndTellsWhetherAllAreKnown) {
    EXPECT_TRUE(record(Protocol::tcp, 80).incomplete);
    auto source = std::make_unique<OneHalfOpen>();
    auto& eye = *source;
    responder_.archive()->set_half_open_source(std::move(source));
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .attempt = true}));
    EXPECT_EQ(record(Protocol::tcp, 81), (PortRecord{.listening = true}));
    EXPECT_FALSE(ask(journal(Protocol::tcp, 80), client)->exact_record);
    eye.known_since_ = now - 5s;
    EXPECT_TRUE(record(Protocol::tcp, 81).incomplete) << "its scan may have begun before";
    EXPECT_FALSE(record(Protocol::udp, 53).incomplete);
    eye.known_since_ = now - 6s;
    EXPECT_FALSE(record(Protocol::tcp, 81, client, now + 3s).incomplete);
    eye.known_until_ = now + 2s;
    EXPECT_TRUE(record(Protocol::tcp, 81, client, now + 3s).incomplete) << "the poll is stale";
}

TEST_F(Sampled, PollsAreIdleWhileNobodyIsThereToAsk) {
    using Reason = HalfOpenSource::Reason;
    auto source = std::make_unique<OneHalfOpen>();
    const auto& eye = *source;
    responder_.archive()->set_half_open_source(std::move(source));
    responder_.archive()->poll(Reason::routine, now);
    responder_.archive()->poll(Reason::new_session, now);
    responder_.archive()->poll(Reason::routine, now + 1h);
    EXPECT_EQ(eye.reasons_, (std::vector{Reason::routine, Reason::new_session, Reason::idle}));
}

TEST_F(Asked, SaysThatTheServerStalledSinceTheScanBegan) {
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::udp, Port{53}, 1, 5000};
    const auto stall = [&](TimePoint from, TimePoint to) {
        responder_.archive()->stalls().turn(0, from, 250ms);
        responder_.archive()->stalls().turn(0, to, 250ms);
    };
    stall(now - 9s, now - 6s);
    responder_.archive()->stalls().end(0);
    EXPECT_FALSE(ask(inquiry, client)->server_stalled);
    stall(now - 6s, now - 3s);
    EXPECT_TRUE(ask(inquiry, client)->server_stalled);
}

TEST_F(Asked, AnUnknownSessionIsToldNothingNotEvenTheManifest) {
    EXPECT_FALSE(ask({Inquiry::Kind::journal, Protocol::udp, Port{53}, 1, 5}, client, session + 1));
    EXPECT_FALSE(
        ask({Inquiry::Kind::manifest, Protocol::udp, Port{53}, 1, 0}, client, session + 1));
}

/// The only refusal there is: no byte at all. A million guesses, cut and flipped queries.
TEST_F(Asked, EveryWrongQueryMeetsTheSameSilence) {
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::udp, Port{53}, 16, 5};
    const auto honest = encode_query(header(), inquiry);
    std::minstd_rand random{7};
    for (int guess = 0; guess < 1'000'000; ++guess) {
        auto query = honest;
        switch (guess % 3) {
            case 0:
                query[12 + random() % 8] ^= static_cast<std::uint8_t>(1 + random() % 255);
                break;
            case 1: query.resize(random() % query.size()); break;
            case 2:
                query[frame_header_size + random() % (query.size() - frame_header_size)] ^=
                    static_cast<std::uint8_t>(1U << (random() % 8));
                break;
        }
        ASSERT_FALSE(responder_.answer_datagram(query, arrival_from(client), now)) << guess;
    }
    EXPECT_TRUE(responder_.answer_datagram(honest, arrival_from(client), now));
}

}  // namespace
}  // namespace pt::server
