#include "client/report/explain/lesson.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/explain_texts.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

LoopbackExchange exchange() {
    LoopbackExchange exchange;
    exchange.listener = socket_address("127.0.0.1", 80);
    exchange.client = socket_address("127.0.0.1", 45678);
    exchange.client_seen = exchange.client;
    exchange.request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    exchange.reply = "HTTP/1.1 200 OK\r\n\r\nhello\r\n";
    exchange.connected = 100us;
    exchange.established = true;
    exchange.time_wait = true;
    exchange.udp = LoopbackExchange::Udp{"none", socket_address("127.0.0.1", 51000),
                                         socket_address("127.0.0.1", 51000), 20us};
    return exchange;
}

std::string told(const LoopbackExchange& exchange) {
    return unwrapped(lesson(exchange, known_facts()));
}

TEST(Lesson, TellsAddressesPortsAndTimesOfBothEnds) {
    const auto text = told(exchange());
    EXPECT_THAT(text, HasSubstr("it listens on 127.0.0.1:80"));
    EXPECT_THAT(text, HasSubstr("the kernel assigned the ephemeral port 45678"));
    EXPECT_THAT(text, HasSubstr("established after 0.100 ms"));
    EXPECT_THAT(text, HasSubstr("The connection was in state ESTAB"));
    EXPECT_THAT(text, HasSubstr("| GET / HTTP/1.1 | Host: localhost"));
    EXPECT_THAT(text, HasSubstr("keeps its port 45678 in TIME-WAIT for 60 s"));
    EXPECT_THAT(text, HasSubstr("ss -tan 'sport = :45678 or dport = :45678'"));
    EXPECT_THAT(text, HasSubstr("the reply to a datagram to udp/80 was: none."));
}

TEST(Lesson, SaysNoMoreThanWasSeen) {
    auto partly = exchange();
    partly.listener.port = Port{8080};
    partly.why_not_wanted = "Permission denied";
    partly.time_wait = false;
    partly.established = false;
    partly.udp.reset();
    partly.why_no_udp = "Address already in use";
    const auto text = told(partly);
    EXPECT_THAT(text, HasSubstr("use port 80, but here that failed (Permission denied), so it is "
                                "port 8080"));
    EXPECT_THAT(text, HasSubstr("did not keep its port 45678 in TIME-WAIT"));
    EXPECT_THAT(text, Not(HasSubstr("ss -tan")));
    EXPECT_THAT(text, Not(HasSubstr("ESTAB")));
    EXPECT_THAT(text,
                HasSubstr("udp/8080 failed (Address already in use), though tcp/8080 did not."));
    EXPECT_THAT(text, Not(HasSubstr("it sees")));
}

TEST(Lesson, FitsATerminal) {
    auto odd = exchange();
    odd.why_not_wanted = hostile;
    odd.request = hostile + std::string(300, 'a');
    odd.listener.port = Port{65535};
    odd.udp->without_listener = hostile;
    const auto text = lesson(odd, {});
    EXPECT_TRUE(is_plain_text(text));
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 80U) << line;
        EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
    }
}

}  // namespace
}  // namespace pt::client
