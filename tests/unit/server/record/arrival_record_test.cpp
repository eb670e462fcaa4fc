#include "server/record/arrival_record.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr Port port{80};
const IpAddress client = *IpAddress::parse("192.0.2.1");
const IpAddress stranger = *IpAddress::parse("192.0.2.2");
const IpAddress local = *IpAddress::parse("192.0.2.9");
const IpAddress any_v4{IpAddress::V4Bytes{}};

class Record : public testing::Test {
protected:
    Record() { record_.begin(start - 1min); }

    PortRecord told(Protocol protocol, Port where = port) const {
        return record_.record(protocol, local, where, scan_);
    }

    ArrivalRecord record_{7};
    ArrivalRecord::Scan scan_{{record_.key(client, local)}, {}, {{start, start}}, start};
};

TEST_F(Record, NothingIsToldWhereNothingCame) {
    for (const auto protocol : all_protocols) {
        EXPECT_EQ(told(protocol), PortRecord{});
        EXPECT_FALSE(record_.has_any(protocol, port, TimePoint{} + 1min));
    }
}

TEST_F(Record, WhatIsNoOnesInParticularIsOther) {
    record_.note_unattributed(Protocol::udp, port, start + 1s);
    EXPECT_EQ(told(Protocol::udp), (PortRecord{.other = true}));
    EXPECT_EQ(told(Protocol::tcp), PortRecord{});
    EXPECT_EQ(told(Protocol::udp, Port{81}), PortRecord{});
    scan_.time.began = {start + 2s, start + 2s};
    EXPECT_EQ(told(Protocol::udp), PortRecord{}) << "it came before the scan";
    EXPECT_TRUE(record_.has_any(Protocol::udp, port, start));
}

TEST_F(Record, WhatMayHaveComeUnseenIsIncomplete) {
    record_.note_unseen(Protocol::tcp, port, start + 1s);
    record_.note_unseen(Protocol::udp, start + 1s);
    EXPECT_EQ(told(Protocol::tcp), (PortRecord{.incomplete = true}));
    EXPECT_EQ(told(Protocol::tcp, Port{81}), PortRecord{});
    EXPECT_EQ(told(Protocol::udp, Port{81}), (PortRecord{.incomplete = true}));
    scan_.time.began = {start + 2s, start + 2s};
    EXPECT_EQ(told(Protocol::tcp), PortRecord{});
    EXPECT_EQ(told(Protocol::udp), PortRecord{});
}

TEST_F(Record, IsIncompleteForAScanThatMayHaveBegunBeforeIt) {
    scan_.began = start - 61s;
    EXPECT_TRUE(told(Protocol::tcp).incomplete);
    EXPECT_TRUE(told(Protocol::udp).incomplete);
    ArrivalRecord never_begun{7};
    EXPECT_TRUE(never_begun.record(Protocol::udp, local, port, scan_).incomplete);
}

TEST_F(Record, IsIncompleteWhereTheSessionsOwnIs) {
    scan_.incomplete_tcp = true;
    EXPECT_TRUE(told(Protocol::tcp).incomplete);
    EXPECT_FALSE(told(Protocol::udp).incomplete);
    scan_.incomplete_frames = true;
    EXPECT_TRUE(told(Protocol::udp).incomplete);
}

TEST_F(Record, AStandingHandshakeHidesASynFromTheSampledRecordAlone) {
    const auto standing = [](ArrivalRecord& record) {
        record.tcp().note_attempt(port, record.key(client, local), {start - 9s, start - 9s});
    };
    standing(record_);
    EXPECT_EQ(told(Protocol::tcp), (PortRecord{.incomplete = true}));
    const std::vector<SynEntry> entries(port_count);
    record_.use_kernel_record({entries, {}, {}}, nullptr);
    EXPECT_EQ(told(Protocol::tcp), PortRecord{});
}

TEST_F(Record, TheKernelsCountIsAddedToWhatIsNotedHere) {
    const auto at = [](TimePoint time) {
        return static_cast<std::uint64_t>(time.time_since_epoch().count());
    };
    std::vector<SynEntry> entries(port_count);
    entries[80].last = at(start + 2s);
    entries[80].sources[0] = {record_.key(client, local), at(start + 2s)};
    entries[81].last = at(start + 3s);
    entries[81].sources[0] = {record_.key(stranger, local), at(start + 3s)};
    record_.use_kernel_record({entries, {}, {}}, nullptr);
    record_.tcp().note_established(Port{82}, record_.key(client, local), start + 2s);
    EXPECT_TRUE(record_.is_exact());
    EXPECT_EQ(record_.last_syn(), start + 3s);
    EXPECT_EQ(told(Protocol::tcp), (PortRecord{.attempt = true}));
    EXPECT_EQ(told(Protocol::tcp, Port{81}), (PortRecord{.other = true}));
    EXPECT_EQ(told(Protocol::tcp, Port{82}), (PortRecord{.established = true}));
    using Trace = ArrivalRecord::Trace;
    EXPECT_EQ(record_.trace(port, scan_, KeyMatch::source), Trace::left);
    EXPECT_EQ(record_.trace(Port{81}, scan_, KeyMatch::source), Trace::none);
    EXPECT_EQ(record_.trace(Port{82}, scan_, KeyMatch::source), Trace::left);
    entries[81].displaced = at(start + 1s);
    EXPECT_EQ(record_.trace(Port{81}, scan_, KeyMatch::source), Trace::may_be);
    EXPECT_TRUE(record_.has_any(Protocol::tcp, Port{81}, start + 3s));
    EXPECT_FALSE(record_.has_any(Protocol::tcp, Port{81}, start + 4s));
}

TEST_F(Record, MarksTellASynOfThePortFromOneThatWentAstray) {
    const std::uint64_t time =
        static_cast<std::uint64_t>((start + 2s).time_since_epoch().count()) & ~std::uint64_t{7};
    constexpr std::uint64_t both = SynEntry::odd_mark | SynEntry::even_mark;
    std::vector<SynEntry> entries(port_count);
    std::vector<StrayEntry> strays(syn_marks);
    record_.use_kernel_record({entries, strays, {}}, nullptr);
    using Trace = ArrivalRecord::Trace;
    const auto trace = [&] { return record_.trace(port, scan_, KeyMatch::peer); };
    const auto unfinished = [&] { return record_.unfinished(port, scan_, KeyMatch::peer); };

    entries[80].last = time;
    entries[80].sources[0] = {record_.key(client, local), time | both};
    EXPECT_EQ(told(Protocol::tcp), (PortRecord{.attempt = true, .marked = true}));
    EXPECT_EQ(trace(), Trace::none) << "it is known where it was sent to";
    record_.tcp().note_established(port, record_.key(client, local), start + 2s);
    EXPECT_EQ(unfinished(), 0U);
    EXPECT_TRUE(told(Protocol::tcp).marked);

    entries[80].sources[0].last = time | SynEntry::odd_mark;
    EXPECT_FALSE(told(Protocol::tcp).marked);
    EXPECT_EQ(trace(), Trace::left);
    EXPECT_EQ(unfinished(), 0U);
    entries[80].sources[0].last = time | both | SynEntry::unmarked;
    EXPECT_EQ(trace(), Trace::left);
    EXPECT_EQ(unfinished(), 1U);

    EXPECT_FALSE(record_.has_strays(start));
    strays[syn_mark(Port{81}, SynMarkKind::odd_attempt)].last = time;
    entries[82].last = time;  // where it came to
    EXPECT_TRUE(record_.has_strays(start));
    EXPECT_EQ(told(Protocol::tcp, Port{81}), (PortRecord{.astray = true}));
    EXPECT_EQ(told(Protocol::tcp, Port{82}), (PortRecord{.other = true}));
}

TEST_F(Record, ASocketThatCannotBeUsedIsDeaf) {
    record_.deaf().note_failing(Protocol::udp, {any_v4, port});
    EXPECT_EQ(told(Protocol::udp), (PortRecord{.deaf = true}));
    EXPECT_EQ(told(Protocol::tcp), PortRecord{});
}

TEST_F(Record, ASampledOneDoesNotCountUnfinishedHandshakes) {
    const auto unfinished = [&] { return record_.unfinished(port, scan_, KeyMatch::source); };
    EXPECT_EQ(unfinished(), 0U);
    record_.tcp().note_attempt(port, record_.key(client, local), {start + 2s, start + 2s});
    EXPECT_EQ(unfinished(), 0U) << "it may have been completed";
    record_.tcp().note_established(port, record_.key(client, local), start + 2s);
    EXPECT_EQ(unfinished(), 1U);
    record_.note_unseen(Protocol::tcp, port, start + 2s);
    EXPECT_GE(unfinished(), UnfinishedTable::many);
}

}  // namespace
}  // namespace pt::server
