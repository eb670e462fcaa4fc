// Every port at once: how it is asked for, how the table tells of it, and what clients learn.
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "common/core/port_spec.hpp"
#include "server/cli/options.hpp"
#include "server/journal/archive.hpp"
#include "server/report/report.hpp"

namespace pt::server {
namespace {

PortSet ports(std::initializer_list<const char*> specs) {
    PortSet set;
    for (const auto* const spec : specs) {
        set.insert(*parse_port_spec(spec, PortZero::allowed));
    }
    return set;
}

Expected<Options> settled(std::vector<const char*> words, std::string_view file = "") {
    words.insert(words.begin(), "pt-server");
    const auto command_line = parse_command_line(static_cast<int>(words.size()), words.data());
    if (!command_line) {
        return command_line.error();
    }
    const auto config = parse_config(file, "pt.conf");
    if (!config) {
        return config.error();
    }
    return settle(std::get<Settings>(*command_line), *config);
}

Options options(const std::vector<const char*>& words, std::string_view file = "") {
    const auto result = settled(words, file);
    if (!result) {
        ADD_FAILURE() << result.error().message;
        return {};
    }
    return *result;
}

std::string complaint(const std::vector<const char*>& words, std::string_view file = "") {
    const auto result = settled(words, file);
    return result ? "" : result.error().message;
}

TEST(AllPortsOptions, EveryWayToSayAll) {
    const auto all = ports({"any/all"});
    for (const auto& words : std::vector<std::vector<const char*>>{{"--all"},
                                                                   {"any/all"},
                                                                   {"tcp/all", "udp/all"},
                                                                   {"any/1-65535"},
                                                                   {"any/1-1000", "any/1001-65535"},
                                                                   {"--all", "tcp/22"}}) {
        EXPECT_EQ(options(words).all_ports, all) << words.front();
        EXPECT_TRUE(options(words).ports.empty()) << words.front();
    }
    EXPECT_EQ(options({}, "all = true\n").all_ports, all);
    EXPECT_EQ(options({}, "listen = any/all\n").all_ports, all);
}

TEST(AllPortsOptions, OneProtocolWholeAndTheOtherInPart) {
    const auto some = options({"tcp/all", "udp/53"});
    EXPECT_EQ(some.all_ports, ports({"tcp/all"}));
    EXPECT_EQ(some.ports, ports({"udp/53"}));
}

TEST(AllPortsOptions, AllButOneIsNamedOneByOne) {
    const auto most = options({"tcp/1-65534"});
    EXPECT_TRUE(most.all_ports.empty());
    EXPECT_EQ(most.ports, ports({"tcp/1-65534"}));
}

TEST(AllPortsOptions, ExceptionsAddUpAndConcernBoth) {
    const auto most =
        options({"--all", "--except", "tcp/22", "--except", "any/53"}, "except = udp/1-9\n");
    EXPECT_EQ(most.all_ports, ports({"tcp/1-21,23-52,54-65535", "udp/10-52,54-65535"}));
    EXPECT_EQ(options({"tcp/20-25", "--except", "tcp/22"}).ports, ports({"tcp/20-21,23-25"}));
}

TEST(AllPortsOptions, WithoutAnyPortItIsAMistake) {
    EXPECT_EQ(complaint({"tcp/22", "--except", "tcp/22"}), "except leaves no port to listen on");
    EXPECT_EQ(complaint({"--all", "--except", "any/all"}), "except leaves no port to listen on");
}

TEST(AllPortsOptions, MistakesNameTheWord) {
    EXPECT_NE(complaint({"--all=maybe"}), "");
    EXPECT_NE(complaint({"--all", "--except", "tcp/99999"}).find("99999"), std::string::npos);
    EXPECT_NE(complaint({}, "all = maybe\n").find("true or false is allowed"), std::string::npos);
    EXPECT_EQ(options({"tcp/1"}, "all = false\n").ports, ports({"tcp/1"}));
}

PortEntry stretch(std::uint16_t first, std::uint16_t last, PortState state,
                  const IpAddress& address = {}) {
    return {.protocol = Protocol::tcp,
            .address = address,
            .port = Port{first},
            .state = state,
            .more = static_cast<std::uint16_t>(last - first)};
}

TEST(AllPortsTable, StretchesCountAsManyPorts) {
    const IpAddress v4{IpAddress::V4Bytes{}};
    const PortTable table{stretch(1, 21, PortState::listening, v4),
                          stretch(1, 21, PortState::listening), stretch(22, 22, PortState::in_use),
                          stretch(23, 1023, PortState::listening)};
    EXPECT_EQ(count_ports(table), (PortCount{.listening = 1022, .not_listening = 1}));
    const auto report = port_report(table);
    EXPECT_NE(report.find("1-21"), std::string::npos) << report;
    EXPECT_NE(report.find("(1001 ports)"), std::string::npos) << report;
}

TEST(AllPortsTable, WhatSteeringWouldNeedIsSaidOnceAndLast) {
    const auto report = port_report({stretch(1, 1023, PortState::listening),
                                     stretch(32768, 49151, PortState::ephemeral_range),
                                     stretch(49152, 60999, PortState::ephemeral_range)});
    const auto at = report.find("cap_bpf,cap_net_admin,cap_net_raw");
    ASSERT_NE(at, std::string::npos) << report;
    EXPECT_LT(report.find("49152-60999"), at);
    EXPECT_EQ(report.find("cap_bpf", at + 1), std::string::npos);
}

TEST(AllPortsArchive, StretchesAreHeldAndWhatIsLentIsNot) {
    constexpr TimePoint now{std::chrono::hours{1}};
    Archive archive{1};
    archive.ports().set({stretch(1, 65535, PortState::listening)});
    archive.ports().set_source(
        [&](Protocol protocol, Port port, TimePoint since) {
            const bool lent = protocol == Protocol::tcp && port == Port{8080} &&
                              since <= now - std::chrono::seconds{5};
            return lent ? std::optional{PortState::in_use} : std::nullopt;
        },
        [] { return PortSet{}; });
    Frame header;
    header.nonce = {42, 1};
    header.attempt = 1;
    archive.note(header, PacketInfo{}, true, now);
    const auto held = [&](std::uint16_t port, std::uint32_t lead_ms) {
        const Inquiry inquiry{.kind = Inquiry::Kind::journal,
                              .protocol = Protocol::tcp,
                              .first = Port{port},
                              .count = 1,
                              .lead_ms = lead_ms};
        const auto query = encode_query(header, inquiry);
        const auto bytes = archive.answer(*decode(query), query, header, PacketInfo{}, now);
        return to_record(Protocol::tcp, decode_answer(*decode(*bytes), *bytes)->values.front())
            .listening;
    };
    EXPECT_TRUE(held(8079, 9000));
    EXPECT_TRUE(held(65535, 9000));
    EXPECT_FALSE(held(8080, 9000));
    EXPECT_TRUE(held(8080, 1000));
}

}  // namespace
}  // namespace pt::server
