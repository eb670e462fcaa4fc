#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <sstream>

#include "client/report/html/port_map.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;

/// The ports that such a path strokes.
std::vector<std::uint32_t> stroked(const std::string& data) {
    static const std::regex run{"[Mm](-?\\d+) (\\d+)h(\\d+)"};
    std::vector<std::uint32_t> ports;
    int x = 0;
    int y = 0;
    for (std::sregex_iterator at{data.begin(), data.end(), run}, end; at != end; ++at) {
        x += std::stoi((*at)[1]);
        y += std::stoi((*at)[2]);
        for (int left = std::stoi((*at)[3]); left > 0; --left, ++x) {
            EXPECT_LT(x, 256);
            ports.push_back(static_cast<std::uint32_t>(y * 256 + x));
        }
    }
    return ports;
}

TEST(PortMap, RunsEndWithTheirRow) {
    PortVerdicts ports{};
    for (const std::uint32_t port : {12U, 13U, 14U, 20U, 255U, 256U, 65535U}) {
        ports[port] = Verdict::open;
    }
    EXPECT_EQ(runs_of(ports, Verdict::open), "M12 0h3m5 0h1m234 0h1m-256 1h1m254 254h1");
    EXPECT_EQ(runs_of(ports, Verdict::closed), "");
}

TEST(PortMap, EachPortIsStrokedOnceInItsVerdict) {
    std::mt19937 random{3};
    PortVerdicts ports{};
    for (auto& port : ports) {
        if (const auto chosen = random() % (all_verdicts.size() + 1); chosen > 0) {
            port = all_verdicts[chosen - 1];
        }
    }
    for (const Verdict verdict : all_verdicts) {
        std::vector<std::uint32_t> expected;
        for (std::uint32_t port = 0; port < port_count; ++port) {
            if (ports[port] == verdict) {
                expected.push_back(port);
            }
        }
        EXPECT_EQ(stroked(runs_of(ports, verdict)), expected) << to_string(verdict);
    }
}

TEST(PortMap, TakesOneProtocol) {
    const std::vector<Result> results{open_port(Protocol::tcp, 53), closed_port(Protocol::udp, 53)};
    EXPECT_EQ(port_verdicts(refs_to(results), Protocol::tcp)[53], Verdict::open);
    EXPECT_EQ(port_verdicts(refs_to(results), Protocol::udp)[53], Verdict::closed);
    EXPECT_EQ(port_verdicts(refs_to(results), Protocol::udp)[54], std::nullopt);
}

TEST(PortMap, SaysInWordsWhatItDraws) {
    PortVerdicts ports{};
    ports.fill(Verdict::filtered);
    ports[22] = Verdict::open;
    std::ostringstream out;
    print_port_map(out, ports, Protocol::tcp, "a <b>", "map-1");
    EXPECT_THAT(out.str(), HasSubstr("TCP ports of a &lt;b&gt;"));
    EXPECT_THAT(out.str(), HasSubstr("65,535"));
    EXPECT_THAT(out.str(), HasSubstr("tcp/0-21,<wbr>23-65535"));
    EXPECT_THAT(out.str(), HasSubstr("<title>open</title>"));
}

}  // namespace
}  // namespace pt::client
