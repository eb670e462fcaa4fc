#include "client/compare/difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto tcp = Protocol::tcp;

Result result_of(Verdict verdict, Evidence evidence, std::string_view by = "") {
    auto result = sample(tcp, 443, verdict, evidence);
    if (!by.empty()) {
        result.conclusion.by = address(by);
    }
    return result;
}

Result filtered(Direction direction) {
    auto result = filtered_port(tcp, 443);
    result.conclusion.direction = direction;
    return result;
}

constexpr std::string_view target = "192.0.2.7";
constexpr std::string_view router = "10.77.1.1";

const Result open = open_port(tcp, 443);
const Result answered = result_of(Verdict::answered, Evidence::handshake);
const Result foreign = result_of(Verdict::answered, Evidence::foreign_data);
const Result reset_by_unknown = result_of(Verdict::answered, Evidence::data_reset);
const Result intercepted = result_of(Verdict::intercepted, Evidence::foreign_answer);
const Result altered = result_of(Verdict::intercepted, Evidence::altered_echo);
const Result cut = result_of(Verdict::cut, Evidence::data_lost);
const Result cut_by_reset = result_of(Verdict::cut, Evidence::data_reset);
const Result closed = closed_port(tcp, 443);
const Result closed_by_icmp = result_of(Verdict::closed, Evidence::icmp_port_unreachable, target);
const Result rejected_by_target =
    result_of(Verdict::rejected, Evidence::icmp_port_unreachable, target);
const Result rejected_by_nobody = result_of(Verdict::rejected, Evidence::icmp_port_unreachable);
const Result rejected = result_of(Verdict::rejected, Evidence::icmp_admin_prohibited, router);
const Result rejected_elsewhere =
    result_of(Verdict::rejected, Evidence::icmp_admin_prohibited, "10.77.1.2");
const Result forged = result_of(Verdict::rejected, Evidence::forged_reset);
const Result silent = filtered(Direction::unknown);
const Result silent_forward = filtered(Direction::forward);
const Result silent_return = filtered(Direction::return_);
const Result unreachable = result_of(Verdict::unreachable, Evidence::icmp_host_unreachable, router);
const Result no_route = result_of(Verdict::unreachable, Evidence::no_route);
const Result interrupted = result_of(Verdict::untested, Evidence::interrupted);
const Result server_lost = result_of(Verdict::untested, Evidence::server_lost);
const Result not_listening = result_of(Verdict::untested, Evidence::not_listening);

struct Row {
    const char* name;
    const Result& before;
    const Result& after;
    ChangeKind kind;
    const char* remark = "";  ///< a part of the only one; "": there is none
};

void check(const Row& row) {
    SCOPED_TRACE(row.name);
    const auto found = difference(row.before, row.after);
    ASSERT_TRUE(found);
    EXPECT_EQ(to_string(found->kind), to_string(row.kind));
    if (*row.remark == '\0') {
        EXPECT_THAT(found->remarks, IsEmpty());
    } else {
        EXPECT_THAT(found->remarks, ElementsAre(HasSubstr(row.remark)));
    }
}

TEST(Difference, Kinds) {
    const Row rows[] = {
        {"filtered to open", silent, open, ChangeKind::newly_open},
        {"rejected to open", rejected, open, ChangeKind::newly_open},
        {"cut to open", cut, open, ChangeKind::newly_open},
        {"intercepted to open", intercepted, open, ChangeKind::newly_open},
        {"unreachable to open", unreachable, open, ChangeKind::newly_open},
        {"closed to open", closed, open, ChangeKind::newly_open},
        {"closed to answered", closed, answered, ChangeKind::newly_open},
        {"filtered to answered", silent, answered, ChangeKind::newly_open},
        {"open to filtered", open, silent, ChangeKind::newly_blocked},
        {"open to filtered on the way there", open, silent_forward, ChangeKind::newly_blocked},
        {"open to rejected", open, rejected, ChangeKind::newly_blocked},
        {"open to a forged reset", open, forged, ChangeKind::newly_blocked},
        {"open to cut", open, cut, ChangeKind::newly_blocked},
        {"open to intercepted", open, intercepted, ChangeKind::newly_blocked},
        {"open to altered", open, altered, ChangeKind::newly_blocked},
        {"open to no route", open, no_route, ChangeKind::newly_blocked},
        {"closed to filtered", closed, silent, ChangeKind::newly_blocked},
        {"closed to rejected", closed, rejected, ChangeKind::newly_blocked},
        {"answered to filtered", answered, silent, ChangeKind::newly_blocked},
        {"open to closed", open, closed, ChangeKind::changed},
        {"answered to closed", answered, closed, ChangeKind::changed},
        {"open to answered", open, answered, ChangeKind::changed},
        {"answered to open", answered, open, ChangeKind::changed},
        {"filtered to closed", silent, closed, ChangeKind::changed},
        {"filtered to cut", silent, cut, ChangeKind::changed},
        {"another firewall", rejected, rejected_elsewhere, ChangeKind::changed},
        {"other evidence", answered, foreign, ChangeKind::changed},
        {"the direction itself", silent_forward, silent_return, ChangeKind::changed},
        {"open, then interrupted", open, interrupted, ChangeKind::not_comparable},
        {"lost server, then open", server_lost, open, ChangeKind::not_comparable},
        {"filtered, then not listening", silent, not_listening, ChangeKind::not_comparable},
    };
    for (const auto& row : rows) {
        check(row);
    }
}

/// What the packets were may be the same: that one scan knew more is no change of the network.
TEST(Difference, OtherKnowledgeIsNeitherNewlyOpenNorNewlyBlocked) {
    const char* const answer = "something answered in both scans";
    const char* const refusal = "the same refusal in both scans";
    const char* const limit = "ICMP errors are limited";
    const Row rows[] = {
        {"direction known later", silent, silent_forward, ChangeKind::changed, "known after only"},
        {"direction known first", silent_return, silent, ChangeKind::changed, "known before only"},
        {"handshake, then cut", answered, cut, ChangeKind::changed, answer},
        {"cut, then handshake", cut, answered, ChangeKind::changed, answer},
        {"reset after data", reset_by_unknown, cut_by_reset, ChangeKind::changed, answer},
        {"handshake by a proxy", answered, intercepted, ChangeKind::changed, answer},
        {"proxy unknown later", intercepted, foreign, ChangeKind::changed, answer},
        {"altered, then a handshake", altered, answered, ChangeKind::changed, answer},
        {"a reset that is forged", closed, forged, ChangeKind::changed, refusal},
        {"a reset known to be forged", forged, closed, ChangeKind::changed, refusal},
        {"refused by the target's host", closed_by_icmp, rejected_by_target, ChangeKind::changed,
         "known after only"},
        {"sender unknown first", rejected_by_nobody, closed_by_icmp, ChangeKind::changed,
         "the sender is known after only"},
        {"sender unknown later", closed_by_icmp, rejected_by_nobody, ChangeKind::changed,
         "the sender is known before only"},
        {"limited errors of the host", closed_by_icmp, silent, ChangeKind::changed, limit},
        {"limited errors first", silent, closed_by_icmp, ChangeKind::changed, limit},
        {"limited errors of a router", rejected, silent_forward, ChangeKind::changed, limit},
        {"limited errors of no host", unreachable, silent, ChangeKind::changed, limit},
    };
    for (const auto& row : rows) {
        check(row);
    }
    check({"the host refused, then nothing arrives", closed_by_icmp, silent_forward,
           ChangeKind::newly_blocked});
    check(
        {"replies are lost, where a router refused", rejected, silent_return, ChangeKind::changed});
}

TEST(Difference, NoneBetweenEqualsAndBetweenUntested) {
    for (const auto* result : {&open, &answered, &cut, &closed, &rejected, &forged, &silent,
                               &silent_forward, &unreachable, &interrupted}) {
        EXPECT_FALSE(difference(*result, *result));
    }
    EXPECT_FALSE(difference(interrupted, server_lost));
    EXPECT_FALSE(difference(not_listening, interrupted));
}

TEST(Difference, TimesCountsPortsAndHopsAreNone) {
    auto other = open;
    other.rtt = rtt_of({std::chrono::microseconds{99'000}});
    other.attempts = 7;
    other.frames_lost = 3;
    other.local->port = Port{40000};
    other.seen->source.port = Port{40001};
    other.seen->received_ttl = 50;
    other.seen->instance = 5;
    other.hops = 9;
    other.notes = {"anything"};
    other.session = 77;
    EXPECT_FALSE(difference(open, other));
    auto more = silent;
    more.attempts = 3;
    EXPECT_FALSE(difference(silent, more));
}

TEST(Difference, TheTargetIsTheSameSenderAtAnotherAddress) {
    auto moved = closed_by_icmp;
    moved.endpoint.address = address("192.0.2.8");
    moved.conclusion.by = moved.endpoint.address;
    EXPECT_FALSE(difference(closed_by_icmp, moved));
}

TEST(Difference, RewrittenAddresses) {
    auto nat = open;
    nat.seen->source = socket_address("203.0.113.9", 40001);
    auto dnat = open;
    dnat.seen->destination = socket_address("10.0.0.5", 443);
    auto other_port = open;
    other_port.seen->destination = socket_address("10.0.0.5", 8443);
    auto both = nat;
    both.seen->destination = dnat.seen->destination;
    auto other_nat = nat;
    other_nat.seen->source = socket_address("203.0.113.10", 40001);

    const auto remarks = [](const Result& before, const Result& after) {
        const auto found = difference(before, after);
        EXPECT_TRUE(found && found->kind == ChangeKind::changed);
        return found ? found->remarks : std::vector<std::string>{};
    };
    EXPECT_THAT(remarks(open, nat), ElementsAre("source address not rewritten before, rewritten "
                                                "to 203.0.113.9 after"));
    EXPECT_THAT(remarks(nat, other_nat), ElementsAre("source address rewritten to 203.0.113.9 "
                                                     "before, rewritten to 203.0.113.10 after"));
    EXPECT_THAT(remarks(dnat, open),
                ElementsAre("destination rewritten to 10.0.0.5 before, not rewritten after"));
    EXPECT_THAT(remarks(dnat, other_port), ElementsAre("destination rewritten to 10.0.0.5 before, "
                                                       "rewritten to 10.0.0.5:8443 after"));
    EXPECT_EQ(remarks(open, both).size(), 2U);
}

TEST(Difference, RewritingThatIsNotKnownIsNone) {
    auto nat = open;
    nat.seen->source = socket_address("203.0.113.9", 40001);
    auto unseen = open;
    unseen.seen.reset();
    EXPECT_FALSE(difference(nat, unseen));
    EXPECT_FALSE(difference(unseen, nat));
    auto no_local = open;
    no_local.local.reset();
    EXPECT_FALSE(difference(no_local, nat));
    auto port_alone = open;
    port_alone.seen->destination = {IpAddress{}, Port{443}};
    EXPECT_FALSE(difference(open, port_alone));
}

/// Another address of this host is not what a NAT does.
TEST(Difference, AnotherAddressOfThisHostIsNoRewriting) {
    auto moved = open;
    moved.local = socket_address("198.51.100.77", 50000);
    moved.seen->source = *moved.local;
    EXPECT_FALSE(difference(open, moved));
}

TEST(Difference, ZonesDoNotCount) {
    auto link_local = open;
    link_local.local = SocketAddress{*IpAddress::parse("fe80::1%2"), Port{50000}};
    link_local.seen->source = SocketAddress{*IpAddress::parse("fe80::1"), Port{50000}};
    EXPECT_FALSE(difference(open, link_local));
}

TEST(Difference, WordsHaveNoCounts) {
    EXPECT_EQ(side_of(silent).words, "no reply");
    EXPECT_EQ(side_of(silent_forward).words, "no attempt reached pt-server");
    EXPECT_EQ(side_of(silent_return).words, "pt-server was reached, but no reply was received");
    auto lossy = open;
    lossy.frames_sent = 9;
    lossy.frames_lost = 3;
    EXPECT_EQ(side_of(lossy).words, "echo received");
    EXPECT_EQ(side_of(rejected).words, "rejected by 10.77.1.1: ICMP administratively prohibited");
    auto failed = result_of(Verdict::untested, Evidence::local_error);
    failed.local_reason = hostile;
    EXPECT_TRUE(is_plain_text(side_of(failed).words));
}

}  // namespace
}  // namespace pt::client
