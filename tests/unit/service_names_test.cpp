#include "common/core/service_names.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>

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
    EXPECT_EQ(service_port(tcp, "syslog"), std::nullopt);
    EXPECT_EQ(service_port(tcp, "shell"), Port{514});
    EXPECT_EQ(service_port(udp, "shell"), std::nullopt);
}

TEST(ServicePort, IsTheLowestOfSeveral) {
    EXPECT_EQ(service_port(tcp, "x11"), Port{6000});
    EXPECT_EQ(service_port(tcp, "http-alt"), Port{591});
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
            const auto found = service_port(protocol, name);
            ASSERT_TRUE(found) << name;
            EXPECT_LE(*found, port) << name;
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
