#include "client/conclude/journal.hpp"

#include <gtest/gtest.h>

#include "client/scan/manifest.hpp"

namespace pt::client {
namespace {

const IpAddress address = *IpAddress::parse("192.0.2.9");

InquiryAnswer answer(const Inquiry& inquiry, const std::vector<PortRecord>& records) {
    InquiryAnswer told;
    told.inquiry = inquiry;
    told.asked_at = address;
    for (const PortRecord& record : records) {
        told.values.push_back(to_value(inquiry.protocol, record));
    }
    return told;
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

constexpr Inquiry two_ports{Inquiry::Kind::journal, Protocol::tcp, Port{80}, 2, 1};

TEST(ServerRecords, PutTheRecordsOfSeveralServersTogether) {
    ServerRecords records;
    records.add(address, 1, answer(two_ports, {{.listening = true}, {}}));
    records.add(address, 2,
                answer(two_ports, {{.frame = true}, {.listening = true, .other = true}}));
    records.add(address, 2, answer(two_ports, {{.deaf = true}, {.incomplete = true}}));
    EXPECT_EQ(records.find({Protocol::tcp, address, Port{80}})->record,
              (PortRecord{.listening = true, .frame = true, .deaf = true}));
    EXPECT_EQ(records.find({Protocol::tcp, address, Port{81}})->record,
              (PortRecord{.listening = true, .other = true, .incomplete = true}));
    EXPECT_FALSE(records.find({Protocol::udp, address, Port{80}}));
    EXPECT_FALSE(records.find({Protocol::tcp, address, Port{82}}));
}

TEST(ServerRecords, TellWhatAllServersAtAnAddressTell) {
    const IpAddress inside = *IpAddress::parse("10.0.0.7");
    ServerRecords records;
    EXPECT_FALSE(records.summary(address, {}, {}).stalled);
    auto told = answer(two_ports, {{}, {}});
    told.exact_record = true;
    records.add(address, 1, told);
    EXPECT_TRUE(records.summary(address, {}, {}).exact);
    EXPECT_FALSE(records.summary(address, {}, {}).rewritten);
    told.exact_record = false;
    told.server_stalled = true;
    told.asked_at = inside;
    records.add(address, 2, told);
    const auto summary = records.summary(address, {}, {});
    EXPECT_FALSE(summary.exact) << "one of the two is sampled";
    EXPECT_TRUE(summary.stalled);
    EXPECT_TRUE(summary.rewritten);
    EXPECT_FALSE(records.summary(inside, {}, {}).rewritten) << "nobody was asked there";
}

struct Told {
    IpAddress at;
    PortRecord record;
};

/// What is found of the first port after each of these servers has told of it.
ServerRecords::Found found(const std::vector<Told>& told) {
    ServerRecords records;
    std::uint64_t instance = 0;
    for (const auto& [at, record] : told) {
        auto one = answer(two_ports, {record, {}});
        one.asked_at = at;
        records.add(address, ++instance, one);
    }
    return *records.find({Protocol::tcp, address, Port{80}});
}

TEST(ServerRecords, WhoDoesNotHoldAPortThatAnotherHoldsMissesNothingOfIt) {
    const PortRecord held{.listening = true};
    const PortRecord gap{.incomplete = true};
    EXPECT_EQ(found({{address, held}, {address, gap}}).record, held);
    EXPECT_EQ(found({{address, gap}, {address, held}}).record, held);
    EXPECT_EQ(found({{address, held}, {address, {.attempt = true, .other = true}}}).record,
              (PortRecord{.listening = true, .attempt = true}));
    EXPECT_TRUE(found({{address, held}, {address, {.listening = true, .incomplete = true}}})
                    .record.incomplete)
        << "both hold it";
    EXPECT_TRUE(found({{address, gap}, {address, {}}}).record.incomplete) << "neither holds it";
}

TEST(ServerRecords, AreOfTheProbedAddressWhereWhoHoldsThePortWasAskedThere) {
    const IpAddress inside = *IpAddress::parse("10.0.0.7");
    const PortRecord held{.listening = true};
    EXPECT_FALSE(found({{address, held}}).rewritten);
    EXPECT_TRUE(found({{inside, held}}).rewritten);
    EXPECT_FALSE(found({{address, held}, {inside, held}}).rewritten)
        << "a balancer has another server behind it too";
    EXPECT_FALSE(found({{inside, {}}, {address, held}}).rewritten);
    EXPECT_TRUE(found({{address, {}}, {inside, held}}).rewritten)
        << "the port may lead to the other one";
    EXPECT_FALSE(found({{address, {}}, {inside, {}}}).rewritten) << "none holds it";
    EXPECT_TRUE(found({{inside, {}}}).rewritten);
}

TEST(ServerRecords, AZoneIsNoRewriting) {
    ServerRecords records;
    auto told = answer(two_ports, {{}, {}});
    told.asked_at = *IpAddress::parse("fe80::1");
    records.add(*IpAddress::parse("fe80::1%2"), 1, told);
    EXPECT_FALSE(records.summary(*IpAddress::parse("fe80::1%2"), {}, {}).rewritten);
}

TEST(ServerRecords, AttemptsThatNoProbeExplainsHaveGoneAstray) {
    struct {
        const char* about;
        std::vector<PortRecord> records;
        std::uint32_t without_frame;
        bool astray;
    } const rows[] = {
        {"nothing arrived", {{}, {}}, 0, false},
        {"the probed port's own attempts", {{.attempt = true}, {}}, 1, false},
        {"and its connections", {{.established = true, .attempt = true}, {}}, 1, false},
        {"a trace on a port that was not asked", {{}, {}}, 1, true},
        {"a trace on a port that was asked, but not probed", {{}, {.attempt = true}}, 1, true},
        {"one more than explained", {{.attempt = true}, {}}, 2, true},
        {"a frame is no trace without one", {{.frame = true, .attempt = true}, {}}, 1, true},
    };
    PortSet probed;
    probed.insert(Protocol::tcp, Port{80});
    for (const auto& [about, values, without_frame, astray] : rows) {
        ServerRecords records;
        auto told = answer(two_ports, values);
        told.counters.ports_without_frame = without_frame;
        records.add(address, 1, told);
        EXPECT_EQ(records.summary(address, probed, {}).gone_astray, astray) << about;
        told.counters.ports_without_frame = 0;  // an earlier answer that comes later
        records.add(address, 1, told);
        EXPECT_EQ(records.summary(address, probed, {}).gone_astray, astray) << about;
    }
}

TEST(ServerRecords, WhereTheServerCountsWhatAnyoneLeftThatExplainsToo) {
    for (const bool counts_others : {false, true}) {
        ServerRecords records;
        auto told = answer(two_ports, {{.listening = true, .other = true}, {}});
        told.counts_others = counts_others;
        told.counters.ports_without_frame = 1;
        records.add(address, 1, told);
        PortSet probed;
        probed.insert(Protocol::tcp, Port{80});
        EXPECT_EQ(records.summary(address, probed, {}).gone_astray, !counts_others);
    }
}

/// As beside another session of this host: whose a trace is is not known, but that it counts is.
TEST(ServerRecords, OfAPortThatIsNotHeldOtherSaysThatItCounts) {
    PortSet probed;
    probed.insert(Protocol::tcp, Port{80});
    ServerRecords records;
    auto told = answer(two_ports, {{.other = true, .incomplete = true}, {}});
    told.counters.ports_without_frame = 1;
    records.add(address, 1, told);
    EXPECT_FALSE(records.summary(address, probed, {}).gone_astray);
    EXPECT_EQ(records.find({Protocol::tcp, address, Port{80}})->record,
              (PortRecord{.incomplete = true}));
    told.counters.ports_without_frame = 2;
    records.add(address, 1, told);
    EXPECT_TRUE(records.summary(address, probed, {}).gone_astray);
}

TEST(ServerRecords, EarlyTracesAreExplainedByPortsWhereTheyMayBe) {
    PortSet probed;
    probed.insert(Protocol::tcp, Port{80});
    for (const bool other : {false, true}) {
        ServerRecords records;
        auto told = answer(two_ports, {{.listening = true, .other = other}, {}});
        told.counters.early_ports = 1;
        records.add(address, 1, told);
        EXPECT_EQ(records.summary(address, probed, {}).gone_astray, !other);
        told.counters.ports_without_frame = 1;
        records.add(address, 1, told);
        EXPECT_TRUE(records.summary(address, probed, {}).gone_astray) << "that is another port";
    }
}

TEST(ServerRecords, OneServersPortsExplainNothingOfAnothers) {
    ServerRecords records;
    auto told = answer(two_ports, {{.attempt = true}, {}});
    records.add(address, 1, told);
    told = answer(two_ports, {{}, {}});
    told.counters.ports_without_frame = 1;
    records.add(address, 2, told);
    PortSet probed;
    probed.insert(Protocol::tcp, Port{80});
    EXPECT_TRUE(records.summary(address, probed, {}).gone_astray);
}

TEST(ServerRecords, CountersAreSummedOverServers) {
    ServerRecords records;
    auto told = answer(two_ports, {{}, {}});
    told.counters = {3, 1, 0, 2, 0};
    records.add(address, 1, told);
    records.add(address, 1, told);
    records.add(address, 2, told);
    EXPECT_EQ(records.counters(), (SessionCounters{6, 2, 0, 4, 0}));
}

TEST(Manifest, IsPutTogetherInUnbrokenStretchesWithoutWhatWasNotAsked) {
    const auto inquiries = manifest_inquiries();
    InquiryOutcome outcome;
    for (const Inquiry& inquiry : inquiries) {
        InquiryAnswer told;
        told.inquiry = inquiry;
        told.exact_record = true;
        told.values.resize(inquiry.count);
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
    const auto manifest = read_manifest({address, 7, {}, {}, {}}, outcome);
    EXPECT_TRUE(manifest.complete);
    EXPECT_EQ(manifest.exact_record, true);
    ASSERT_EQ(manifest.stretches.size(), 3U);
    EXPECT_EQ(manifest.stretches[0].ports, (PortSet::Range{Protocol::tcp, Port{2000}, Port{2100}}));
    EXPECT_EQ(manifest.stretches[0].state, PortState::listening);
    EXPECT_EQ(manifest.stretches[1].ports, (PortSet::Range{Protocol::udp, Port{53}, Port{53}}));
    EXPECT_EQ(manifest.stretches[2].state, PortState::in_use);
}

/// Whether attempts may have gone astray where so many brought no frame on port 80, which brought
/// some, and the client has given up so many on it.
bool astray(std::uint8_t unfinished, const GivenUp& given_up) {
    PortSet probed;
    probed.insert(Protocol::tcp, Port{80}, Port{81});
    ServerRecords records;
    auto told = answer(two_ports, {{.frame = true, .unfinished = unfinished}, {}});
    told.counters.ports_without_frame = 1;
    records.add(address, 1, told);
    return records.summary(address, probed, given_up).gone_astray;
}

TEST(ServerRecords, AttemptsThatWereGivenUpExplainAsManyWithoutAFrame) {
    EXPECT_TRUE(astray(1, {}));
    EXPECT_TRUE(astray(1, {{Port{81}, 9}})) << "on another port";
    EXPECT_FALSE(astray(1, {{Port{80}, 1}}));
    EXPECT_TRUE(astray(3, {{Port{80}, 2}}));
    EXPECT_FALSE(astray(10, {{Port{80}, 11}})) << "both are rounded up";
    EXPECT_TRUE(astray(13, {{Port{80}, 500}})) << "so many that it may be any number";
}

TEST(ServerRecords, KnowWhetherSomethingArrivedWithoutAFrame) {
    ServerRecords records;
    records.add(address, 1, answer(two_ports, {{.frame = true}, {}}));
    EXPECT_FALSE(records.has_traces_without_frame(address));
    records.add(address, 1, answer(two_ports, {{}, {.attempt = true}}));
    EXPECT_TRUE(records.has_traces_without_frame(address));
    EXPECT_FALSE(records.has_traces_without_frame(*IpAddress::parse("192.0.2.10")));
}

}  // namespace
}  // namespace pt::client
