#include "client/report/html/packet_path.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report/html/path_figure.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> names(const PacketPath& path) {
    std::vector<std::string> names;
    for (const auto& node : path.nodes) {
        names.push_back(node.name);
    }
    return names;
}

Result silent(Direction direction) {
    auto result = filtered_port(Protocol::udp, 53);
    result.conclusion.direction = direction;
    return result;
}

Result by_icmp(std::string_view sender) {
    auto result = sample(Protocol::tcp, 80, Verdict::rejected, Evidence::icmp_admin_prohibited);
    result.conclusion.by = address(sender);
    return result;
}

TEST(PacketPath, EveryEvidenceHasNodesOrAReason) {
    for (const Evidence evidence : all_evidence) {
        for (const Verdict verdict : all_verdicts) {
            for (const Reached reached : all_reached) {
                auto result = sample(Protocol::tcp, 443, verdict, evidence);
                result.reached = reached;
                const auto path = path_of(result);
                EXPECT_FALSE(path.steps.empty());
                EXPECT_EQ(path.legs.size() + 1, std::max<std::size_t>(path.nodes.size(), 1));
            }
        }
    }
}

TEST(PacketPath, WithoutNat) {
    const auto path = path_of(open_port(Protocol::tcp, 443));
    EXPECT_THAT(names(path), ElementsAre("pt-client", "pt-server"));
    EXPECT_EQ(path.legs[0].forward, Passage::passed);
    EXPECT_EQ(path.legs[0].back, Passage::passed);
    EXPECT_THAT(path.steps, Contains(HasSubstr("no NAT is visible")));
}

TEST(PacketPath, NatShowsWhatEachEndSaw) {
    auto result = open_port(Protocol::tcp, 443);
    result.seen->source = socket_address("203.0.113.9", 40001);
    result.seen->destination = socket_address("10.0.0.5", 8443);
    const auto path = path_of(result);
    EXPECT_THAT(names(path), ElementsAre("pt-client", "NAT, one device or several", "pt-server"));
    EXPECT_THAT(path.nodes[1].lines,
                ElementsAre("source 198.51.100.4:52123", "became 203.0.113.9:40001",
                            "destination 192.0.2.7:443", "became 10.0.0.5:8443"));
    EXPECT_THAT(path.steps, Not(Contains(HasSubstr("no NAT is visible"))));
}

/// Of an address that is not known, none was rewritten.
TEST(PacketPath, NoNatWhereOnlyOneEndIsKnown) {
    auto result = open_port(Protocol::tcp, 443);
    result.local.reset();
    const auto path = path_of(result);
    EXPECT_THAT(names(path), ElementsAre("pt-client", "pt-server"));
    EXPECT_THAT(path.steps, Not(Contains(HasSubstr("no NAT is visible"))));
}

TEST(PacketPath, SilenceIsLostOnTheWayThatIsProven) {
    const auto forward = path_of(silent(Direction::forward));
    EXPECT_EQ(forward.legs[0].forward, Passage::lost);
    EXPECT_EQ(forward.legs[0].back, Passage::none);
    EXPECT_EQ(forward.nodes[1].arrival, Arrival::not_reached);
    const auto back = path_of(silent(Direction::return_));
    EXPECT_EQ(back.legs[0].forward, Passage::passed);
    EXPECT_EQ(back.legs[0].back, Passage::lost);
    EXPECT_EQ(back.nodes[1].arrival, Arrival::reached);
    const auto unknown = path_of(silent(Direction::unknown));
    EXPECT_EQ(unknown.legs[0].forward, Passage::unknown);
    EXPECT_EQ(unknown.legs[0].back, Passage::unknown);
    EXPECT_THAT(names(unknown), ElementsAre("pt-client", "Target"));
    EXPECT_EQ(unknown.nodes[1].arrival, Arrival::not_known);
    EXPECT_EQ(unknown.steps.back(),
              "Whether the request or a reply was lost, or nothing replied, is not known.");
}

/// A handshake proves that the SYN arrived, and no more.
TEST(PacketPath, OfARequestBehindAHandshakeOnlyWhatIsProven) {
    for (const Evidence evidence :
         {Evidence::handshake, Evidence::data_reset, Evidence::foreign_data}) {
        auto result = sample(Protocol::tcp, 22, Verdict::answered, evidence);
        EXPECT_EQ(path_of(result).legs[0].forward_text, "SYN");
        EXPECT_THAT(path_of(result).steps, Contains("Whether the request arrived is not known."));
        result.findings = Findings{.data_acknowledged = true};
        EXPECT_THAT(path_of(result).steps, Contains("The request was acknowledged."));
        EXPECT_THAT(path_of(result).steps, Not(Contains(HasSubstr("is not known"))));
        result.findings = Findings{.reflected = true};
        EXPECT_THAT(path_of(result).steps, Contains("The request came back."));
    }
}

TEST(PacketPath, OnWhichWayAnEchoWasAltered) {
    auto result = sample(Protocol::udp, 53, Verdict::intercepted, Evidence::altered_echo);
    EXPECT_EQ(path_of(result).steps.back(), "The echo was altered.") << "of an old file";
    result.findings = Findings{.altered_echo = true};
    EXPECT_EQ(path_of(result).steps.back(), "The echo was altered on the way back, or by a relay.");
    result.findings->padding_altered = true;
    EXPECT_EQ(path_of(result).steps.back(), "The request was altered on the way there.");
}

TEST(PacketPath, SenderOfAnIcmpError) {
    EXPECT_THAT(names(path_of(by_icmp("10.77.1.1"))),
                ElementsAre("pt-client", "Sender 10.77.1.1", "Target"));
    EXPECT_THAT(names(path_of(by_icmp("192.0.2.7"))),
                ElementsAre("pt-client", "Answer from the target's address"));
    auto unknown = by_icmp("10.77.1.1");
    unknown.conclusion.by.reset();
    EXPECT_EQ(names(path_of(unknown))[1], "Sender, address not known");
    auto own = by_icmp("198.51.100.4");
    EXPECT_TRUE(path_of(own).nodes.empty());
    own.endpoint.address = address("198.51.100.4");  // a scan of this host itself
    EXPECT_THAT(names(path_of(own)), ElementsAre("pt-client", "Answer from the target's address"));
}

TEST(PacketPath, BehindADeviceNothingIsGuessed) {
    auto result = sample(Protocol::tcp, 143, Verdict::rejected, Evidence::forged_reset);
    EXPECT_EQ(path_of(result).nodes[1].name, "Sender of the reset");
    EXPECT_EQ(path_of(result).legs[1].forward, Passage::unknown);
    EXPECT_EQ(path_of(result).nodes[2].arrival, Arrival::not_known);
    result.reached = Reached::nothing;
    EXPECT_EQ(path_of(result).legs[1].forward, Passage::none);
    EXPECT_EQ(path_of(result).nodes[2].arrival, Arrival::not_reached);
    result.reached = Reached::attempt;
    EXPECT_EQ(path_of(result).nodes[2].arrival, Arrival::reached);
}

TEST(PacketPath, UntestedSaysWhy) {
    const auto path = path_of(sample(Protocol::tcp, 9, Verdict::untested, Evidence::not_listening));
    EXPECT_TRUE(path.nodes.empty());
    EXPECT_THAT(path.steps,
                ElementsAre("No packet's path is known: pt-server does not listen on this port."));
}

TEST(PacketPath, FigureEscapesAndIsDescribed) {
    std::ostringstream out;
    print_path_figure(out, silent(Direction::forward), "<host>", 3);
    EXPECT_THAT(out.str(), HasSubstr("at &lt;host&gt;"));
    EXPECT_THAT(out.str(), HasSubstr("aria-describedby=\"path-3-steps\""));
    EXPECT_THAT(out.str(), HasSubstr("<ol id=\"path-3-steps\">"));
    EXPECT_THAT(out.str(), HasSubstr("class=\"arrow lost\""));
    EXPECT_THAT(out.str(), HasSubstr("pt-server (not reached)"));
}

}  // namespace
}  // namespace pt::client
