#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "server/journal/archive.hpp"
#include "server/serve/responder.hpp"

/// A responder with an archive, and questions to it as a client would ask them.
namespace pt::server::test {

using namespace std::chrono_literals;

inline constexpr TimePoint now{1h};
inline constexpr std::uint64_t session = 0x1122334455667788;

inline const IpAddress client = *IpAddress::parse("192.0.2.1");
inline const IpAddress other_client = *IpAddress::parse("192.0.2.2");

inline PacketInfo arrival_from(const IpAddress& address, Protocol protocol = Protocol::udp) {
    PacketInfo arrival;
    arrival.protocol = protocol;
    arrival.source = {address, Port{40000}};
    arrival.destination = {*IpAddress::parse("192.0.2.9"), Port{53}};
    return arrival;
}

inline Frame header(std::uint64_t id = session) {
    Frame frame;
    frame.protocol = Protocol::udp;
    frame.nonce = {id, 1};
    frame.port = Port{53};
    frame.attempt = 1;
    return frame;
}

inline const IpAddress here = *IpAddress::parse("192.0.2.9");
inline const IpAddress also_here = *IpAddress::parse("192.0.2.10");
inline const IpAddress any_v4{IpAddress::V4Bytes{}};

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

    /// A frame of the session on a connection.
    void hear_on_connection(std::uint16_t port) {
        Frame frame = header(session);
        frame.protocol = Protocol::tcp;
        frame.port = Port{port};
        frame.nonce.sequence = 2;
        auto arrival = arrival_from(client);
        arrival.protocol = Protocol::tcp;
        arrival.destination = {here, Port{port}};
        const auto request = encode_request(frame);
        EXPECT_TRUE(responder_.answer_frame(*decode(request), request, arrival, now));
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
        EXPECT_LT(bytes->size(), query.size());
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

}  // namespace pt::server::test
