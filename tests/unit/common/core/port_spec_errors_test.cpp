#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "read_spec.hpp"

namespace pt {
namespace {

using test::read;

TEST(PortSpec, EveryErrorHasItsPositionAndNamesTheWord) {
    struct {
        std::string_view text;
        std::size_t position;
        std::string_view says;
    } const cases[] = {
        // something is missing
        {"", 0, "empty"},
        {"tcp/", 4, "a port is missing in \"tcp/\": expected ports as tcp/443"},
        {"/tcp", 0, "a port is missing in \"/tcp\""},
        {"/", 0, "a protocol is missing in \"/\""},
        {"80/", 3, "a protocol is missing in \"80/\""},
        {"/80", 0, "a protocol is missing in \"/80\": tcp, udp or any"},
        {",", 0, "a port is missing in \",\""},
        {",80", 0, "a port is missing in \",80\""},
        {"80,", 3, "a port is missing in \"80,\""},
        {"tcp/80,,81", 7, "a port is missing in \"tcp/80,,81\""},
        {"80-", 3, "a port number is missing in \"80-\": a range is written"},
        {"-80", 0, "a port number is missing in \"-80\""},
        {"-", 0, "a port number is missing in \"-\""},
        {"22,80-/udp", 6, "a port number is missing in \"22,80-/udp\""},
        // protocols
        {"sctp/80", 0, "unknown protocol \"sctp\": tcp, udp or any"},
        {"80/sctp", 3, "unknown protocol \"sctp\""},
        {"https/sctp", 6, "unknown protocol \"sctp\""},
        {"syslog/x", 7, "unknown protocol \"x\""},
        {"443/https", 4, "unknown protocol \"https\""},
        {"nonsense/80", 0, "unknown protocol \"nonsense\""},
        {" tcp/80", 0, "unknown protocol \" tcp\""},
        {"tcp/80/udp", 6, "more than one \"/\" in \"tcp/80/udp\""},
        {"22,80/udp,tcp/53", 13, "more than one \"/\""},
        {"tcp/22,udp/53/9", 13, "more than one \"/\" in \"udp/53/9\""},
        {"tcp/22,udp/70000", 11, "port \"70000\" is out of range"},
        {"tcp/22,53,udp/x9", 14, "\"x9\" is not a registered service name"},
        {"tcp//80", 4, "more than one \"/\" in \"tcp//80\""},
        {"tcp", 0, "\"tcp\" is a protocol"},
        {"tcp/UDP", 4, "\"UDP\" is a protocol"},
        {"udp,53", 0, "\"udp\" is a protocol"},
        // numbers
        {"0", 0, "port 0 is reserved"},
        {"tcp/80,0", 7, "port 0 is reserved"},
        {"0-5", 0, "port 0 is reserved"},
        {"5-0", 2, "port 0 is reserved"},
        {"65536", 0, "port \"65536\" is out of range: 1 to 65535"},
        {"99999999999999999999999", 0, "out of range"},
        {"1-70000", 2, "port \"70000\" is out of range"},
        {"tcp/70000-1", 4, "port \"70000\" is out of range"},
        {"80-70", 0, "range \"80-70\" runs backwards: write 70-80"},
        {"tcp/22,80-70", 7, "runs backwards"},
        {"1-2-3", 2, "\"2-3\" is not a port"},
        {"80 ", 0, "\"80 \" is not a port"},
        {"80 ,81", 0, "\"80 \" is not a port"},
        {"+80", 0, "\"+80\" is not a port"},
        {"8_0", 0, "\"8_0\" is not a port"},
        {"80;81", 0, "\"80;81\" is not a port"},
        // names
        {"htps", 0, "\"htps\" is not a registered service name; did you mean \"https\"?"},
        {"tcp/22,telnat", 7, "did you mean \"telnet\"?"},
        {"qqqqqqq", 0, "\"qqqqqqq\" is not a registered service name: expected a port"},
        {"0x50", 0, "\"0x50\" is not"},
        {"80a", 0, "\"80a\" is not"},
        {"http-https", 0, "\"http-https\" is not"},
        {"alll", 0, "\"alll\" is not"},
        {"tcp/who", 4, "\"who\" is registered for udp only: write udp/who"},
        {"udp/22,SHELL", 7, "\"SHELL\" is registered for tcp only: write tcp/SHELL"},
    };
    for (const auto& [text, position, says] : cases) {
        const auto result = parse_port_spec(text);
        ASSERT_FALSE(result) << text << " reads as " << result->to_string();
        EXPECT_EQ(result.error().position, position) << text << ": " << result.error().message;
        EXPECT_NE(result.error().message.find(says), std::string::npos)
            << text << ": " << result.error().message;
    }
}

TEST(PortSpec, OfAColonItSaysWhatWasMeant) {
    struct {
        std::string_view text, meant;
    } const cases[] = {
        {"tcp:443", "tcp/443"},
        {"80:tcp", "80/tcp"},
        {"UDP:22,80", "UDP/22,80"},
        {"any:domain", "any/domain"},
    };
    for (const auto& [text, meant] : cases) {
        const auto result = parse_port_spec(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().meant, meant);
        EXPECT_EQ(result.error().message,
                  '"' + std::string{text} + "\" holds a \":\": write " + std::string{meant});
    }
    for (const auto text : {"localhost:443", "::1:443", "tcp:", ":443", "tcp:443:80"}) {
        const auto result = parse_port_spec(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().meant, "") << text;
    }
    EXPECT_EQ(parse_port_spec("tcp:0", PortZero::allowed).error().meant, "tcp/0");
}

TEST(PortSpec, OfTwoPortsItAsksForOne) {
    struct {
        std::string_view text, says;
    } const cases[] = {
        {"8000:8100",
         "holds two ports: write one port, 8000 or 8100; for all ports between them, 8000-8100"},
        {"tcp/8000:8100", "tcp/8000 or tcp/8100; for all ports between them, tcp/8000-8100"},
        {"80:30080/TCP", "80/TCP or 30080/TCP; for all ports between them, 80-30080/TCP"},
        {"8080:80", "\"8080:80\" holds two ports: write one port, 8080 or 80"},
        {"8080->80/tcp", "holds two ports: write one port, 8080/tcp or 80/tcp"},
    };
    for (const auto& [text, says] : cases) {
        const auto result = parse_port_spec(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().meant, "") << text;
        EXPECT_LT(result.error().position, text.size()) << text;
        EXPECT_TRUE(result.error().message.ends_with(says)) << result.error().message;
    }
    EXPECT_EQ(parse_port_spec("80:99999").error().message.find("two ports"), std::string::npos);
}

TEST(PortSpec, AnAmbiguousNameIsRefusedWithItsPorts) {
    struct {
        std::string_view text, says;
    } const cases[] = {
        {"http-alt", "\"http-alt\" is ambiguous, it names tcp/591,8008,8080: write the number"},
        {"udp/icp", "it names udp/1112,3130"},
        {"any/icp", "it names tcp/1112 udp/1112,3130"},
        {"tcp/22,dicom", "it names tcp/104,11112"},
        {"x11", "it names tcp/6000-6063"},
        {"udp/raid-cd", "it names udp/2006,2013"},
    };
    for (const auto& [text, says] : cases) {
        const auto result = parse_port_spec(text);
        ASSERT_FALSE(result) << text;
        EXPECT_NE(result.error().message.find(says), std::string::npos) << result.error().message;
    }
    EXPECT_EQ(read("tcp/icp"), "tcp/1112") << "one port with this protocol";
    EXPECT_EQ(read("webcache"), "tcp/8080");
    EXPECT_EQ(read("any/krb5"), "tcp/88 udp/88");
}

TEST(PortSpec, NoSecretIsShown) {
    for (const auto text :
         {"postgres://app:s3cret@db:5432/app", "app:s3,cret@db", "tcp/1,app:s3cret@db",
          "https://db/?token=s3cret", "password=s3cret", "redis://app:s3cret", "tcp/@s3cret@"}) {
        const auto result = parse_port_spec(text);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().message.find("cret"), std::string::npos) << result.error().message;
    }
}

TEST(PortSpec, ErrorsAreOneShortPrintableLineWhateverTheText) {
    const std::string hostile[] = {
        std::string("\0", 1),
        std::string("80\0", 3),
        std::string("tcp/\0", 5),
        "\x1b[31mhttps",
        "https\r\nHTTP/1.1",
        "tcp/\xe2\x80\xae"
        "443",           // right-to-left override
        "\xff\xfe\x80",  // no UTF-8
        "\xd9\xa3",      // an Arabic-Indic digit is no digit here
        "\"quoted\\",
        "\x7f",
        std::string(65'536, 'a'),
        std::string(65'536, '9'),
        std::string(65'536, '/'),
        std::string(65'536, '\x1b'),
        "tcp/" + std::string(65'536, '-'),
        std::string(65'536, 'x') + "/tcp",
    };
    for (const std::string& text : hostile) {
        const auto result = parse_port_spec(text);
        ASSERT_FALSE(result);
        const PortSpecError error = result.error();
        EXPECT_LE(error.position, text.size());
        EXPECT_LE(error.message.size(), 500U);
        EXPECT_TRUE(std::all_of(error.message.begin(), error.message.end(), [](char c) {
            return c >= ' ' && c <= '~';
        })) << error.message;
    }
    EXPECT_EQ(read("\x1b[m"),
              R"(@0 "\x1B[m" is not a registered service name: expected a port from )"
              "1 to 65535, a range as 8000-8100, a name as https, or all");
    EXPECT_NE(read("a\"b\\").find(R"("a\"b\\")"), std::string::npos);
}

}  // namespace
}  // namespace pt
