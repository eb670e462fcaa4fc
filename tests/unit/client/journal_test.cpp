#include "client/journal.hpp"

#include <gtest/gtest.h>

#include "client/manifest.hpp"

namespace pt::client {
namespace {

const IpAddress address = *IpAddress::parse("192.0.2.9");

InquiryAnswer answer(const Inquiry& inquiry, std::vector<PortRecord> records,
                     bool half_open = true) {
    InquiryAnswer told{inquiry, {}, half_open, false, {}, {}};
    for (const PortRecord& record : records) {
        told.values.push_back(to_value(record));
    }
    return told;
}

Knowledge learnt(Protocol protocol, const PortRecord& record, bool handshakes_known = true) {
    Knowledge knowledge;
    learn(knowledge, protocol, {record, handshakes_known});
    return knowledge;
}

TEST(Inquiries, CoverNeighboursTogetherAndProtocolsApart) {
    const auto inquiries = inquiries_for(
        Inquiry::Kind::journal,
        {{Protocol::udp, Port{53}}, {Protocol::tcp, Port{443}}, {Protocol::tcp, Port{22}}}, 3);
    ASSERT_EQ(inquiries.size(), 2U);
    EXPECT_EQ(inquiries[0], (Inquiry{Inquiry::Kind::journal, Protocol::tcp, Port{22}, 422, 3}));
    EXPECT_EQ(inquiries[1], (Inquiry{Inquiry::Kind::journal, Protocol::udp, Port{53}, 1, 3}));
}

TEST(Inquiries, ForAThousandPortsInARowIsOne) {
    std::vector<ProtocolPort> ports;
    for (std::uint16_t number = 1; number <= 1000; ++number) {
        ports.push_back({Protocol::tcp, Port{number}});
    }
    EXPECT_EQ(inquiries_for(Inquiry::Kind::journal, ports, 1).size(), 1U);
}

TEST(Inquiries, NeverReachBeyondTheLastPortNorTheBound) {
    std::vector<ProtocolPort> ports;
    for (std::uint32_t number = 1; number < port_count; ++number) {
        ports.push_back({Protocol::udp, Port{static_cast<std::uint16_t>(number)}});
    }
    std::size_t covered = 0;
    for (const Inquiry& inquiry : inquiries_for(Inquiry::Kind::journal, ports, 1)) {
        EXPECT_LE(inquiry.count, max_inquiry_ports);
        EXPECT_LE(to_number(inquiry.first) + inquiry.count, port_count);
        covered += inquiry.count;
    }
    EXPECT_EQ(covered, ports.size());
}

TEST(ArrivalRecords, PutTheWordsOfSeveralServersTogether) {
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::tcp, Port{80}, 2, 1};
    ArrivalRecords records;
    records.add(address, answer(inquiry, {{true, false, false, false}, {}}));
    records.add(address, answer(inquiry, {{false, true, false, false}, {}}, false));
    const auto found = records.find({Protocol::tcp, address, Port{80}});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->record, (PortRecord{true, true, false, false}));
    EXPECT_FALSE(found->handshakes_known);
    records.add(address, answer(inquiry, {{.uncertain = true}, {.earlier = true}}));
    EXPECT_TRUE(records.find({Protocol::tcp, address, Port{80}})->record.uncertain);
    EXPECT_TRUE(records.find({Protocol::tcp, address, Port{81}})->record.earlier);
    EXPECT_FALSE(records.find({Protocol::udp, address, Port{80}}));
    EXPECT_FALSE(records.find({Protocol::tcp, address, Port{82}}));
}

TEST(Learning, WhatArrivedDecidesTheDirection) {
    EXPECT_EQ(learnt(Protocol::udp, {true, true, false, false}).arrival, Arrival::frame);
    EXPECT_EQ(learnt(Protocol::udp, {true, false, false, false}).arrival, Arrival::nothing);
    EXPECT_EQ(learnt(Protocol::tcp, {true, false, true, false}).arrival, Arrival::handshake_only);
    EXPECT_EQ(learnt(Protocol::tcp, {true, false, false, true}).arrival, Arrival::handshake_only);
}

TEST(Learning, WithoutSightOfHalfOpenHandshakesNothingIsNotKnownOfTcp) {
    EXPECT_EQ(learnt(Protocol::tcp, {true, false, false, false}, false).arrival, Arrival::unknown);
    EXPECT_EQ(learnt(Protocol::udp, {true, false, false, false}, false).arrival, Arrival::nothing);
}

TEST(Learning, WhatMayBeAnEarlierRunsIsNotKnown) {
    EXPECT_EQ(learnt(Protocol::tcp, {.listening = true, .uncertain = true}).arrival,
              Arrival::unknown);
    EXPECT_EQ(learnt(Protocol::tcp, {.listening = true, .earlier = true}).arrival,
              Arrival::nothing);
}

TEST(Learning, AnEarlierRunsHandshakeMayHideOursWhereAllCameFromItsPort) {
    const auto uncertain = [](PortRecord record, std::uint32_t attempts, bool one_source_port) {
        mind_earlier(record, attempts, one_source_port);
        return record.uncertain;
    };
    EXPECT_FALSE(uncertain({.earlier = true}, 2, false));
    EXPECT_TRUE(uncertain({.earlier = true}, 2, true));
    EXPECT_TRUE(uncertain({.earlier = true}, 1, false));
    EXPECT_FALSE(uncertain({}, 1, true));
    EXPECT_TRUE(uncertain({.uncertain = true}, 2, false));
}

TEST(Learning, AFrameThatArrivedHadAListenerWhateverPortItWasAimedAt) {
    EXPECT_EQ(learnt(Protocol::tcp, {false, true, false, false}).server_holds_port, true);
    EXPECT_EQ(learnt(Protocol::tcp, {false, false, true, false}).server_holds_port, false);
}

TEST(Manifest, IsPutTogetherInUnbrokenStretchesWithoutWhatWasNotAsked) {
    const auto inquiries = manifest_inquiries();
    InquiryOutcome outcome;
    for (const Inquiry& inquiry : inquiries) {
        InquiryAnswer told{inquiry, {}, true, false, {}, std::vector<std::uint8_t>(inquiry.count)};
        for (std::size_t i = 0; i < inquiry.count; ++i) {
            const auto port = to_number(inquiry.first) + i;
            if (inquiry.protocol == Protocol::tcp && port >= 2000 && port <= 2100) {
                told.values[i] = static_cast<std::uint8_t>(PortState::listening);
            }
            if (inquiry.protocol == Protocol::udp && (port == 0xFFFF || port == 53)) {
                told.values[i] = static_cast<std::uint8_t>(PortState::in_use);
            }
        }
        outcome.answers.emplace_back(std::move(told));
    }
    const auto manifest = read_manifest({address, 7, {}, {}, {}, 0}, outcome);
    EXPECT_TRUE(manifest.complete);
    ASSERT_EQ(manifest.stretches.size(), 3U);
    EXPECT_EQ(manifest.stretches[0].ports, (PortSet::Range{Protocol::tcp, Port{2000}, Port{2100}}));
    EXPECT_EQ(manifest.stretches[0].state, PortState::listening);
    EXPECT_EQ(manifest.stretches[1].ports, (PortSet::Range{Protocol::udp, Port{53}, Port{53}}));
    EXPECT_EQ(manifest.stretches[2].state, PortState::in_use);
}

}  // namespace
}  // namespace pt::client
