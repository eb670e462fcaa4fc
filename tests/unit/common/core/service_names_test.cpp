#include "common/core/service_names.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cannot_test.hpp"

namespace pt {
namespace {

using enum Protocol;

TEST(ServiceName, IsTheRegistrysMainOne) {
    struct {
        Protocol protocol;
        std::uint16_t port;
        std::string_view name;
    } const cases[] = {
        {tcp, 1, "tcpmux"},        {tcp, 7, "echo"},
        {udp, 7, "echo"},          {tcp, 22, "ssh"},
        {tcp, 25, "smtp"},         {tcp, 53, "domain"},
        {udp, 53, "domain"},       {tcp, 80, "http"},
        {udp, 123, "ntp"},         {tcp, 143, "imap"},
        {tcp, 443, "https"},       {udp, 443, "https"},
        {tcp, 465, "submissions"}, {tcp, 514, "shell"},
        {udp, 514, "syslog"},      {tcp, 3389, "ms-wbt-server"},
        {tcp, 5432, "postgresql"}, {tcp, 6001, "x11"},
    };
    for (const auto& [protocol, port, name] : cases) {
        EXPECT_EQ(service_name(protocol, Port{port}), name) << to_string(protocol) << '/' << port;
    }
}

TEST(ServiceName, IsEmptyWhereNothingIsRegistered) {
    for (const auto protocol : all_protocols) {
        EXPECT_EQ(service_name(protocol, Port{0}), "");
        EXPECT_EQ(service_name(protocol, Port{4}), "");
        EXPECT_EQ(service_name(protocol, Port{49152}), "");
        EXPECT_EQ(service_name(protocol, Port{65535}), "");
    }
    EXPECT_EQ(service_name(udp, Port{143}), "") << "imap is registered for tcp only";
}

TEST(ServicePort, FindsNamesInEitherCase) {
    EXPECT_EQ(service_port(tcp, "https"), Port{443});
    EXPECT_EQ(service_port(tcp, "HTTPS"), Port{443});
    EXPECT_EQ(service_port(udp, "Domain"), Port{53});
    EXPECT_EQ(service_port(tcp, "www"), Port{80}) << "a second name of a port";
    EXPECT_EQ(service_port(tcp, "auth"), Port{113});
    EXPECT_EQ(service_port(tcp, "ident"), Port{113});
    EXPECT_EQ(service_port(tcp, "urd"), Port{465});
    EXPECT_EQ(service_port(udp, "xmlipcregsvc"), Port{9092}) << "registered as XmlIpcRegSvc";
}

TEST(ServicePort, LooksTcpAndUdpUpApart) {
    EXPECT_EQ(service_port(udp, "syslog"), Port{514});
    EXPECT_TRUE(is_registered(udp, "syslog"));
    EXPECT_FALSE(is_registered(tcp, "syslog"));
    EXPECT_EQ(service_port(tcp, "syslog"), Port{514}) << "an alias of shell in /etc/services";
    EXPECT_EQ(service_port(tcp, "who"), std::nullopt);
    EXPECT_EQ(service_port(tcp, "shell"), Port{514});
    EXPECT_EQ(service_port(udp, "shell"), std::nullopt);
}

TEST(ServicePort, IsNothingForANameOfSeveralPorts) {
    EXPECT_EQ(service_port(tcp, "http-alt"), std::nullopt);
    EXPECT_EQ(service_port(tcp, "x11"), std::nullopt);
}

TEST(ServicePorts, AreAllThatANameStandsFor) {
    using Ports = std::vector<Port>;
    EXPECT_EQ(service_ports(tcp, "HTTP-alt"), (Ports{Port{591}, Port{8008}, Port{8080}}));
    EXPECT_EQ(service_ports(tcp, "dicom"), (Ports{Port{104}, Port{11112}}))
        << "the registry and /etc/services differ";
    EXPECT_EQ(service_ports(udp, "icp"), (Ports{Port{1112}, Port{3130}}));
    EXPECT_EQ(service_ports(tcp, "icp"), Ports{Port{1112}});
    EXPECT_EQ(service_ports(tcp, "x11").size(), 64U);
    EXPECT_EQ(service_ports(tcp, "https"), Ports{Port{443}});
    EXPECT_EQ(service_ports(tcp, "nonesuch"), Ports{});
}

TEST(ServicePort, KnowsTheAliasesOfEtcServices) {
    EXPECT_EQ(service_port(tcp, "webcache"), Port{8080});
    EXPECT_EQ(service_port(udp, "webcache"), std::nullopt);
    EXPECT_EQ(service_port(tcp, "imap2"), Port{143});
    EXPECT_EQ(service_port(udp, "krb5"), Port{88});
    EXPECT_EQ(service_port(tcp, "sip-tls"), Port{5061});
    EXPECT_EQ(service_port(tcp, "clc-build-daemon"), Port{8990}) << "longer than RFC 6335 allows";
    EXPECT_EQ(service_port(tcp, "fido"), Port{60179}) << "a dynamic port";
}

/// Every name of this system's /etc/services stands for its port, or is ambiguous with its port
/// among the candidates. Other systems may have names of their own.
TEST(ServicePorts, AgreeWithDebiansEtcServices) {
    std::ifstream version{"/etc/debian_version"};
    std::ifstream services{"/etc/services"};
    if (!version || !services) {
        PT_CANNOT_TEST("needs Debian's /etc/services: install netbase");
    }
    std::size_t names = 0;
    for (std::string line; std::getline(services, line);) {
        std::istringstream words{line.substr(0, line.find('#'))};
        std::string main_name;
        std::uint16_t port = 0;
        char slash = 0;
        std::string protocol_name;
        words >> main_name >> port >> slash >> protocol_name;
        const auto protocol = protocol_name == "tcp" ? tcp : udp;
        if (!words || protocol_name != to_string(protocol)) {
            continue;
        }
        for (std::string name = main_name; !name.empty();) {
            const auto ports = service_ports(protocol, name);
            EXPECT_NE(std::find(ports.begin(), ports.end(), Port{port}), ports.end())
                << name << ' ' << protocol_name << '/' << port;
            ++names;
            name.clear();
            words >> name;
        }
    }
    EXPECT_GT(names, 300U);
}

TEST(ServicePort, KnowsWhatPeopleSayInstead) {
    EXPECT_EQ(service_port(udp, "dns"), Port{53});
    EXPECT_EQ(service_port(tcp, "RDP"), Port{3389});
    EXPECT_EQ(service_port(tcp, "postgres"), Port{5432});
    EXPECT_EQ(service_port(tcp, "smtps"), Port{465});
    EXPECT_EQ(service_port(udp, "smtps"), std::nullopt);
}

TEST(ServicePort, IsNothingForWhatIsNoName) {
    using std::string_view_literals::operator""sv;
    for (const auto name : {""sv, "nonesuch"sv, "http "sv, "htt"sv, "httpss"sv, "http\0"sv, "\0"sv,
                            "443"sv, "sctp"sv}) {
        EXPECT_EQ(service_port(tcp, name), std::nullopt) << name;
        EXPECT_EQ(service_port(udp, name), std::nullopt) << name;
    }
    EXPECT_EQ(service_port(tcp, std::string(100'000, 'h')), std::nullopt);
}

/// The table's own rules: each name leads back to a port of that name, and can be typed in a spec.
TEST(ServiceTable, HoldsTogether) {
    std::size_t named = 0;
    for (const auto protocol : all_protocols) {
        for (std::uint32_t number = 0; number < port_count; ++number) {
            const Port port{static_cast<std::uint16_t>(number)};
            const auto name = service_name(protocol, port);
            if (name.empty()) {
                continue;
            }
            ++named;
            EXPECT_TRUE(std::all_of(name.begin(), name.end(), [](unsigned char c) {
                return std::isalnum(c) != 0 || c == '-' || c == '_';
            })) << name;
            EXPECT_TRUE(std::any_of(name.begin(), name.end(),
                                    [](unsigned char c) { return std::isalpha(c) != 0; }))
                << name << " would read as a number or a range";
            const auto ports = service_ports(protocol, name);
            EXPECT_NE(std::find(ports.begin(), ports.end(), port), ports.end()) << name;
        }
    }
    EXPECT_GT(named, 11'000U) << "the registry has shrunk";
}

TEST(SimilarServiceName, MendsOneSlip) {
    EXPECT_EQ(similar_service_name("htps"), "https") << "a letter left out";
    EXPECT_EQ(similar_service_name("httpps"), "https") << "a letter added";
    EXPECT_EQ(similar_service_name("telnat"), "telnet") << "a letter changed";
    EXPECT_EQ(similar_service_name("doamin"), "domain") << "two letters swapped";
    EXPECT_EQ(similar_service_name("DOMIAN"), "domain") << "letters of either case";
    EXPECT_EQ(similar_service_name("postgress"), "postgres") << "a name people say instead";
    EXPECT_EQ(similar_service_name("smpt"), "smtp") << "swapped at the end";
}

TEST(SimilarServiceName, IsEmptyForWhatIsFarFromAll) {
    for (const std::string_view name :
         {"", "h", "ht", "qqqqqq", "domixn", "domxan", "zzzzzzzzzzzzzzzzzzzzzzzzz"}) {
        EXPECT_EQ(similar_service_name(name), "") << name;
    }
}

}  // namespace
}  // namespace pt
