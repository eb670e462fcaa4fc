#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pt::client {

const std::string hostile = "a\x1b[31mb\r\n\"c',\\\t\x9b\xe2\x80\xae\xff\xc0\x80=";

IpAddress address(std::string_view text) {
    const auto parsed = IpAddress::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(IpAddress{});
}

SocketAddress socket_address(std::string_view ip, std::uint16_t port) {
    return {address(ip), Port{port}};
}

Result sample(Protocol protocol, std::uint16_t port, Verdict verdict, Evidence evidence) {
    Result result;
    result.host = "example.com";
    result.endpoint = {protocol, address("192.0.2.7"), Port{port}};
    result.conclusion = {verdict, evidence, std::nullopt, std::nullopt};
    result.attempts = 1;
    result.local = socket_address("198.51.100.4", 52123);
    return result;
}

Result open_port(Protocol protocol, std::uint16_t port) {
    using namespace std::chrono_literals;
    auto result = sample(protocol, port, Verdict::open, Evidence::echo);
    result.rtt = rtt_of({312us});
    result.frames_sent = 1;
    result.seen = ServerView{*result.local, result.endpoint.socket_address(), 62, 0xABCDEF};
    return result;
}

Result closed_port(Protocol protocol, std::uint16_t port) {
    if (protocol == Protocol::tcp) {
        return sample(protocol, port, Verdict::closed, Evidence::reset);
    }
    auto result = sample(protocol, port, Verdict::closed, Evidence::icmp_port_unreachable);
    result.conclusion.by = result.endpoint.address;
    return result;
}

Result filtered_port(Protocol protocol, std::uint16_t port) {
    auto result = sample(protocol, port, Verdict::filtered, Evidence::silence);
    result.conclusion.direction = Direction::unknown;
    result.attempts = 16;
    return result;
}

RttStatistics rtt_of(std::initializer_list<std::chrono::microseconds> samples) {
    RttStatistics statistics;
    for (const auto sample : samples) {
        statistics.add(sample);
    }
    return statistics;
}

bool is_plain_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char byte) {
        return byte == '\n' || (byte >= ' ' && byte < 0x7F);
    });
}

}  // namespace pt::client
