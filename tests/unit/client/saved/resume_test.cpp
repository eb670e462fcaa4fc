#include "client/saved/resume.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using net::AddressFamily;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

PastRun past_run(std::vector<Result> results) {
    PastResults past;
    past.results = std::move(results);
    return PastRun{std::move(past)};
}

Result at(Result result, std::uint32_t place, const char* host, const char* ip) {
    result.host_place = place;
    result.host = host;
    result.endpoint.address = *ip == '\0' ? IpAddress{} : address(ip);
    return result;
}

ProbeBlock block(std::uint32_t host, const IpAddress& address, const PortSet& ports) {
    return {host, address, std::make_shared<const PortSet>(ports)};
}

TEST(PastRun, HostsKeepTheirOrderAndEachItsPorts) {
    const auto run = past_run({at(open_port(Protocol::tcp, 443), 0, "b", "192.0.2.1"),
                               at(open_port(Protocol::udp, 53), 1, "a", "192.0.2.2"),
                               at(filtered_port(Protocol::tcp, 25), 0, "b", "192.0.2.1")});
    const auto targets = run.targets();
    ASSERT_EQ(targets.size(), 2U);
    EXPECT_EQ(targets[0].host, "b");
    EXPECT_EQ(targets[0].ports->to_string(), "tcp/25,443");
    EXPECT_EQ(targets[1].ports->to_string(), "udp/53");
}

TEST(PastRun, KnowsWhereAHostWasTried) {
    const auto run = past_run({at(open_port(Protocol::tcp, 443), 0, "b", "192.0.2.1"),
                               at(open_port(Protocol::tcp, 80), 0, "b", "2001:db8::1"),
                               at(open_port(Protocol::tcp, 81), 0, "b", "192.0.2.1"),
                               at(open_port(Protocol::tcp, 82), 1, "gone", "")});
    EXPECT_EQ(run.addresses("b", AddressFamily::any).size(), 2U);
    EXPECT_THAT(run.addresses("b", AddressFamily::v6), ElementsAre(address("2001:db8::1")));
    EXPECT_THAT(run.addresses("gone", AddressFamily::any), IsEmpty());
    EXPECT_THAT(run.addresses("other", AddressFamily::any), IsEmpty());
}

TEST(PastRun, OnlyWhatIsMissingOrDidNotStandIsAskedAgain) {
    const auto open = at(open_port(Protocol::tcp, 443), 0, "b", "192.0.2.1");
    const auto cut_off = at(sample(Protocol::tcp, 80, Verdict::untested, Evidence::interrupted), 0,
                            "b", "192.0.2.1");
    const auto run = past_run({open, cut_off});
    PortSet ports;
    ports.insert(Protocol::tcp, Port{443});
    ports.insert(Protocol::tcp, Port{80});
    ports.insert(Protocol::udp, Port{443});
    const IpAddress tried = open.endpoint.address;
    std::vector<ProbeBlock> blocks{block(1, tried, ports), block(0, tried, ports)};
    const auto standing = run.take_standing(std::nullopt, blocks, {"a", "b"});
    ASSERT_EQ(standing.size(), 1U);
    EXPECT_EQ(standing[0].endpoint, open.endpoint);
    EXPECT_EQ(standing[0].host_place, 1U);
    EXPECT_EQ(blocks[0].ports->to_string(), "tcp/80 udp/443");
    EXPECT_EQ(blocks[1].ports->to_string(), "tcp/80,443 udp/443")
        << "the same address under another name is another question";
}

}  // namespace
}  // namespace pt::client
