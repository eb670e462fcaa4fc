#include "client/compare/changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Results = std::vector<Result>;
constexpr auto tcp = Protocol::tcp;
constexpr auto udp = Protocol::udp;

Result at(Result result, std::string_view ip) {
    result.endpoint.address = address(ip);
    return result;
}

Result of(Result result, std::string host) {
    result.host = std::move(host);
    return result;
}

Result untested(std::uint16_t port) {
    return sample(tcp, port, Verdict::untested, Evidence::interrupted);
}

Result unresolved(std::uint16_t port) {
    auto result = sample(tcp, port, Verdict::untested, Evidence::local_error);
    result.endpoint.address = IpAddress{};
    result.local.reset();
    result.local_reason = "Name or service not known";
    return result;
}

/// "newly-open example.com 192.0.2.7 tcp/443-445", one for each change.
std::vector<std::string> words(const Comparison& comparison) {
    std::vector<std::string> words;
    for (const Change& change : comparison.changes) {
        auto text = std::string{to_string(change.kind)} + ' ' + change.host;
        if (change.is_host()) {
            text += ' ' + std::to_string(change.ports) + ' ' + std::to_string(change.reachable);
        } else {
            text += ' ' + change.address().to_string() + ' ' +
                    std::string{to_string(change.protocol)} + '/' +
                    std::to_string(to_number(change.first)) + '-' +
                    std::to_string(to_number(change.last));
        }
        words.push_back(text);
    }
    return words;
}

TEST(Compare, EqualScansAreIdentical) {
    const Results results{open_port(tcp, 443), filtered_port(tcp, 444), closed_port(udp, 53)};
    const auto comparison = compare(results, results);
    EXPECT_THAT(words(comparison), IsEmpty());
    EXPECT_THAT(comparison.remarks, IsEmpty());
    EXPECT_EQ(comparison.compared, 3U);
    EXPECT_EQ(comparison.same(), 3U);
    EXPECT_EQ(comparison.hosts, 1U);
    EXPECT_EQ(compare_exit(comparison), CompareExit::identical);
}

TEST(Compare, OrderOfTheFileDoesNotCount) {
    const Results before{open_port(tcp, 1), open_port(udp, 1), of(open_port(tcp, 1), "b.example")};
    const Results after{of(open_port(tcp, 1), "b.example"), open_port(udp, 1), open_port(tcp, 1)};
    EXPECT_EQ(compare_exit(compare(before, after)), CompareExit::identical);
}

TEST(Compare, TcpAndUdpAreTwoPorts) {
    const auto comparison = compare({open_port(tcp, 53)}, {open_port(udp, 53)});
    EXPECT_THAT(words(comparison), ElementsAre("only-before example.com 192.0.2.7 tcp/53-53",
                                               "only-after example.com 192.0.2.7 udp/53-53"));
    EXPECT_EQ(compare_exit(comparison), CompareExit::different);
}

TEST(Compare, ConsecutivePortsThatSayTheSameAreOneRange) {
    Results before;
    Results after;
    for (std::uint16_t port = 8000; port <= 8100; ++port) {
        before.push_back(open_port(tcp, port));
        after.push_back(filtered_port(tcp, port));
        after.back().attempts = port % 16;  // chance makes them differ
    }
    after[10].conclusion.direction = Direction::forward;
    after[20] = open_port(tcp, 8020);
    before.push_back(open_port(udp, 8101));
    after.push_back(filtered_port(udp, 8101));
    const auto comparison = compare(before, after);
    EXPECT_THAT(words(comparison),
                ElementsAre("newly-blocked example.com 192.0.2.7 tcp/8000-8009",
                            "newly-blocked example.com 192.0.2.7 tcp/8010-8010",
                            "newly-blocked example.com 192.0.2.7 tcp/8011-8019",
                            "newly-blocked example.com 192.0.2.7 tcp/8021-8100",
                            "newly-blocked example.com 192.0.2.7 udp/8101-8101"));
    EXPECT_EQ(comparison.count(ChangeKind::newly_blocked), 101U);
    EXPECT_EQ(comparison.compared, 102U);
    EXPECT_EQ(comparison.same(), 1U);
}

TEST(Compare, RangesEndAtAddressesAndHosts) {
    const Results before{at(open_port(tcp, 1), "192.0.2.1"), at(open_port(tcp, 2), "192.0.2.2"),
                         of(open_port(tcp, 3), "b.example")};
    const Results after{at(closed_port(tcp, 1), "192.0.2.1"), at(closed_port(tcp, 2), "192.0.2.2"),
                        of(closed_port(tcp, 3), "b.example")};
    EXPECT_EQ(compare(before, after).changes.size(), 3U);
}

TEST(Compare, TheHighestPortEndsARange) {
    const Results before{open_port(tcp, 65534), open_port(tcp, 65535), open_port(udp, 1)};
    const Results after{closed_port(tcp, 65534), closed_port(tcp, 65535), filtered_port(udp, 1)};
    EXPECT_THAT(words(compare(before, after)),
                ElementsAre("changed example.com 192.0.2.7 tcp/65534-65535",
                            "newly-blocked example.com 192.0.2.7 udp/1-1"));
}

TEST(Compare, UntestedPorts) {
    const auto one = compare({open_port(tcp, 1), untested(2)}, {untested(1), untested(2)});
    EXPECT_THAT(words(one), ElementsAre("not-comparable example.com 192.0.2.7 tcp/1-1"));
    EXPECT_EQ(one.compared, 0U);
    EXPECT_EQ(one.untested_in_both, 1U);
    EXPECT_EQ(compare_exit(one), CompareExit::not_comparable);
    const auto some = compare({open_port(tcp, 1), untested(2)}, {open_port(tcp, 1), untested(2)});
    EXPECT_EQ(compare_exit(some), CompareExit::identical);
}

TEST(Compare, WhereNothingIsKnownNothingIsIdentical) {
    EXPECT_EQ(compare_exit(compare({untested(1)}, {untested(1)})), CompareExit::not_comparable);
    EXPECT_EQ(compare_exit(compare({}, {})), CompareExit::not_comparable);
}

TEST(Compare, ADifferenceOutweighsWhatCannotBeCompared) {
    const auto comparison =
        compare({open_port(tcp, 1), untested(2)}, {closed_port(tcp, 1), open_port(tcp, 2)});
    EXPECT_EQ(compare_exit(comparison), CompareExit::different);
}

TEST(Compare, SeveralAddressesAreMatchedOneByOne) {
    const Results before{at(open_port(tcp, 1), "192.0.2.1"), at(open_port(tcp, 1), "192.0.2.2")};
    const Results after{at(open_port(tcp, 1), "192.0.2.2"), at(filtered_port(tcp, 1), "192.0.2.3")};
    const auto comparison = compare(before, after);
    EXPECT_THAT(words(comparison), ElementsAre("only-before example.com 192.0.2.1 tcp/1-1",
                                               "only-after example.com 192.0.2.3 tcp/1-1"));
    EXPECT_THAT(comparison.address_changes, IsEmpty());
    EXPECT_EQ(comparison.compared, 1U);
}

TEST(Compare, OneAddressOfTwoIsNotTakenForTheOther) {
    const Results before{at(open_port(tcp, 1), "192.0.2.1")};
    const Results after{at(filtered_port(tcp, 1), "192.0.2.2"),
                        at(filtered_port(tcp, 1), "192.0.2.3")};
    EXPECT_THAT(words(compare(before, after)),
                ElementsAre("only-before example.com 192.0.2.1 tcp/1-1",
                            "only-after example.com 192.0.2.2 tcp/1-1",
                            "only-after example.com 192.0.2.3 tcp/1-1"));
}

TEST(Compare, AHostWithOneAddressIsMatchedAtAnother) {
    const auto moved = at(open_port(tcp, 1), "192.0.2.99");
    auto result = moved;
    result.seen->destination = result.endpoint.socket_address();
    const auto same = compare({open_port(tcp, 1)}, {result});
    EXPECT_THAT(words(same), IsEmpty());
    ASSERT_EQ(same.address_changes.size(), 1U);
    EXPECT_EQ(same.address_changes[0].host, "example.com");
    EXPECT_EQ(same.address_changes[0].before, address("192.0.2.7"));
    EXPECT_EQ(same.address_changes[0].after, address("192.0.2.99"));
    EXPECT_EQ(compare_exit(same), CompareExit::identical);
    const auto changed = compare({open_port(tcp, 1)}, {at(closed_port(tcp, 1), "192.0.2.99")});
    ASSERT_EQ(changed.changes.size(), 1U);
    EXPECT_EQ(changed.changes[0].before->address, address("192.0.2.7"));
    EXPECT_EQ(changed.changes[0].after->address, address("192.0.2.99"));
}

TEST(Compare, RemovedAndNewHosts) {
    const Results before{of(open_port(tcp, 1), "old"), of(closed_port(tcp, 2), "old"),
                         open_port(tcp, 1)};
    const Results after{open_port(tcp, 1), of(filtered_port(tcp, 1), "new"),
                        of(open_port(udp, 1), "new"), of(untested(4), "new")};
    const auto comparison = compare(before, after);
    EXPECT_THAT(words(comparison), ElementsAre("removed-host old 2 1", "new-host new 3 1"));
    EXPECT_EQ(comparison.hosts, 3U);
    EXPECT_EQ(comparison.count(ChangeKind::new_host), 1U);
    EXPECT_EQ(compare_exit(comparison), CompareExit::different);
}

TEST(Compare, HostsAreMatchedAsTyped) {
    EXPECT_THAT(words(compare({of(open_port(tcp, 1), "A")}, {of(open_port(tcp, 1), "a")})),
                ElementsAre("removed-host A 1 1", "new-host a 1 1"));
}

TEST(Compare, WhatACutFileLacksIsNotSaidToBeGone) {
    const Results before{open_port(tcp, 1), open_port(tcp, 2), of(open_port(tcp, 1), "b")};
    const Results after{open_port(tcp, 1)};
    const auto cut = compare(before, after, {.before = false, .after = true});
    EXPECT_THAT(words(cut), ElementsAre("not-comparable example.com 192.0.2.7 tcp/2-2",
                                        "not-comparable b 192.0.2.7 tcp/1-1"));
    EXPECT_THAT(cut.changes[0].remarks, ElementsAre("missing after: the file has been cut"));
    EXPECT_FALSE(cut.changes[0].after);
    EXPECT_EQ(compare_exit(cut), CompareExit::not_comparable);
    const auto other = compare(after, before, {.before = true, .after = false});
    EXPECT_EQ(other.count(ChangeKind::not_comparable), 2U);
    EXPECT_THAT(other.changes[0].remarks, ElementsAre("missing before: the file has been cut"));
    // The file that is cut may lack ports that neither has.
    const auto both = compare(after, after, {.before = true, .after = true});
    EXPECT_EQ(compare_exit(both), CompareExit::not_comparable);
    // What a whole file lacks is not there, also where the other one is cut.
    const auto whole = compare(before, after, {.before = true, .after = false});
    EXPECT_THAT(words(whole),
                ElementsAre("only-before example.com 192.0.2.7 tcp/2-2", "removed-host b 1 1"));
}

TEST(Compare, ANameThatCouldNotBeResolvedIsNotComparable) {
    const auto lost = compare({open_port(tcp, 1), open_port(tcp, 2)}, {unresolved(1)});
    EXPECT_THAT(words(lost), ElementsAre("not-comparable example.com 192.0.2.7 tcp/1-1",
                                         "only-before example.com 192.0.2.7 tcp/2-2"));
    const auto found = compare({unresolved(1), unresolved(2)},
                               {at(open_port(tcp, 1), "192.0.2.1"),
                                at(open_port(tcp, 1), "192.0.2.2"), open_port(tcp, 3)});
    EXPECT_THAT(words(found), ElementsAre("not-comparable example.com 192.0.2.1 tcp/1-1",
                                          "not-comparable example.com 192.0.2.2 tcp/1-1",
                                          "only-after example.com 192.0.2.7 tcp/3-3",
                                          "only-before example.com :: tcp/2-2"));
    const auto never = compare({unresolved(1)}, {unresolved(1)});
    EXPECT_THAT(words(never), IsEmpty());
    EXPECT_EQ(never.untested_in_both, 1U);
    EXPECT_THAT(never.address_changes, IsEmpty());
}

/// A file may hold several runs: the first could not resolve the name.
TEST(Compare, AResultWithAnAddressOutweighsOneWithout) {
    const Results before{unresolved(1), open_port(tcp, 1)};
    EXPECT_EQ(compare_exit(compare(before, {open_port(tcp, 1)})), CompareExit::identical);
    EXPECT_EQ(compare_exit(compare({open_port(tcp, 1)}, before)), CompareExit::identical);
}

TEST(Compare, TheLastOfSeveralResultsCounts) {
    const Results before{closed_port(tcp, 1), open_port(tcp, 1)};
    EXPECT_EQ(compare_exit(compare(before, {open_port(tcp, 1)})), CompareExit::identical);
    EXPECT_EQ(compare(before, {open_port(tcp, 1)}).compared, 1U);
}

}  // namespace
}  // namespace pt::client
