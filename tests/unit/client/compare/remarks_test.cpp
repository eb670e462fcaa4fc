#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/compare/changes.hpp"
#include "samples.hpp"

/// What a comparison says of whole scans and addresses.
namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Results = std::vector<Result>;
constexpr auto tcp = Protocol::tcp;

Result of(Result result, std::string host) {
    result.host = std::move(host);
    return result;
}

TEST(CompareRemarks, SaysThatAHostMayHaveBeenDown) {
    const auto blocked = compare({open_port(tcp, 1)}, {filtered_port(tcp, 1)});
    EXPECT_THAT(blocked.remarks,
                ElementsAre(HasSubstr("example.com (192.0.2.7): no pt-server was found in the "
                                      "second scan")));
    const auto opened = compare({filtered_port(tcp, 1)}, {open_port(tcp, 1)});
    EXPECT_THAT(opened.remarks, ElementsAre(HasSubstr("in the first scan")));
    // A server that answered on another port was not down.
    const auto up =
        compare({open_port(tcp, 1), open_port(tcp, 2)}, {filtered_port(tcp, 1), open_port(tcp, 2)});
    EXPECT_THAT(up.remarks, IsEmpty());
    // Its record of what arrived proves it as well, and a firewall's own error proves a firewall.
    auto recorded = filtered_port(tcp, 1);
    recorded.conclusion.direction = Direction::forward;
    EXPECT_THAT(compare({open_port(tcp, 1)}, {recorded}).remarks, IsEmpty());
    auto rejected = sample(tcp, 1, Verdict::rejected, Evidence::icmp_admin_prohibited);
    rejected.conclusion.by = address("10.77.1.1");
    EXPECT_THAT(compare({open_port(tcp, 1)}, {rejected}).remarks, IsEmpty());
    EXPECT_THAT(compare({open_port(tcp, 1)}, {closed_port(tcp, 1)}).remarks, IsEmpty());
}

TEST(CompareRemarks, SaysThatTheScansWereMadeFromOtherAddresses) {
    auto elsewhere = open_port(tcp, 1);
    elsewhere.local = socket_address("10.0.0.9", 50000);
    elsewhere.seen->source = *elsewhere.local;
    EXPECT_THAT(compare({open_port(tcp, 1)}, {elsewhere}).remarks,
                ElementsAre("the scans were made from different addresses: 198.51.100.4 before, "
                            "10.0.0.9 after"));
    EXPECT_THAT(compare({open_port(tcp, 1)}, {elsewhere, open_port(tcp, 1)}).remarks, IsEmpty());
}

TEST(CompareRemarks, HostileHostsAreNeverInRemarksAsTheyAre) {
    const auto comparison =
        compare({of(open_port(tcp, 1), hostile)}, {of(filtered_port(tcp, 1), hostile)});
    ASSERT_EQ(comparison.remarks.size(), 1U);
    EXPECT_TRUE(is_plain_text(comparison.remarks[0]));
    EXPECT_EQ(comparison.changes.at(0).host, hostile);
}

TEST(CompareRemarks, RemarksOfVeryManyHostsAreBounded) {
    Results before;
    Results after;
    for (int host = 0; host < 500; ++host) {
        before.push_back(of(open_port(tcp, 1), "h" + std::to_string(host)));
        after.push_back(of(filtered_port(tcp, 1), "h" + std::to_string(host)));
    }
    const auto comparison = compare(before, after);
    EXPECT_EQ(comparison.changes.size(), 500U);
    EXPECT_LE(comparison.remarks.size(), 64U);
}

}  // namespace
}  // namespace pt::client
