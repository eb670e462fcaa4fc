#include "client/report/scan/table_hints.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/conclude/hint.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Result hinted(Result result, const std::optional<PortRecord>& record = {},
              const ServerKnowledge& known = {}) {
    result.hint = hint_for(result, record, known, {});
    return result;
}

std::vector<PlaceHint> hints_of(const std::vector<Result>& results) {
    return merged_hints(refs_to(results));
}

TEST(MergedHints, PortsThatNeedTheSameCommandsShareThem) {
    std::vector<Result> results;
    for (const std::uint16_t port : std::initializer_list<std::uint16_t>{22, 53, 80, 5060}) {
        results.push_back(hinted(filtered_port(Protocol::tcp, port)));
        results.push_back(hinted(filtered_port(Protocol::udp, port)));
    }
    const auto hints = hints_of(results);
    ASSERT_EQ(hints.size(), 1U);
    EXPECT_EQ(hints[0].hint.on_server,
              "pt-server tcp/22,53,80,5060 udp/22,53,80,5060 "
              "tcp/22,25,53,80,110,143,443,3389 udp/53,123");
    EXPECT_EQ(hints[0].hint.command, "pt-client example.com tcp/22,53,80,5060 udp/22,53,80,5060");
    EXPECT_EQ(hints[0].more_ports, 0U);
}

TEST(MergedHints, OtherHostsAndQuestionsAreApart) {
    auto elsewhere = hinted(filtered_port(Protocol::tcp, 2));
    elsewhere.host = "other.example";
    elsewhere.hint = hint_for(elsewhere, {}, {}, {});
    const auto hints = hints_of({hinted(filtered_port(Protocol::tcp, 1)),
                                 hinted(closed_port(Protocol::tcp, 3)), elsewhere});
    ASSERT_EQ(hints.size(), 3U);
    EXPECT_THAT(hints[0].hint.command, HasSubstr("example.com tcp/1"));
    EXPECT_THAT(hints[1].hint.command, HasSubstr("other.example tcp/2")) << "the same question";
    EXPECT_THAT(hints[2].reason, HasSubstr("closed"));
}

TEST(MergedHints, ANumberInTheHostIsNoPort) {
    std::vector<Result> results{filtered_port(Protocol::udp, 53), filtered_port(Protocol::udp, 7)};
    for (Result& result : results) {
        result.host = "10.0.0.53";
        result = hinted(result);
    }
    const auto hints = hints_of(results);
    ASSERT_EQ(hints.size(), 1U);
    EXPECT_EQ(hints[0].hint.command, "pt-client 10.0.0.53 udp/7,53");
}

TEST(MergedHints, WhereOneCommandCannotNameThemAllTheFirstStandsForThem) {
    std::vector<Result> captures;
    std::vector<Result> many;
    for (std::uint16_t port = 1; port <= 199; port += 2) {
        captures.push_back(
            hinted(filtered_port(Protocol::tcp, port), PortRecord{.other = true}, {.seen = true}));
        many.push_back(hinted(closed_port(Protocol::tcp, port)));
    }
    auto hints = hints_of(captures);
    ASSERT_EQ(hints.size(), 1U);
    EXPECT_EQ(hints[0].hint.on_server, "tcpdump -n -i any tcp port 1");
    EXPECT_EQ(hints[0].hint.command, "pt-client example.com tcp/1");
    EXPECT_EQ(hints[0].more_ports, 99U);
    hints = hints_of(many);
    ASSERT_EQ(hints.size(), 1U);
    EXPECT_THAT(hints[0].hint.on_server, testing::StartsWith("pt-server tcp/1 tcp/22,"));
    EXPECT_EQ(hints[0].more_ports, 99U);
}

TEST(MergedHints, ListenersOfSeveralPorts) {
    const auto answered = [](std::uint16_t port) {
        return hinted(sample(Protocol::tcp, port, Verdict::answered, Evidence::handshake));
    };
    const auto hints = hints_of({answered(22), answered(80)});
    ASSERT_EQ(hints.size(), 1U);
    EXPECT_EQ(hints[0].hint.on_server, "ss -lntp 'sport = :22'");
    EXPECT_EQ(hints[0].hint.command, "");
    EXPECT_EQ(hints[0].more_ports, 1U);
}

TEST(MergedHints, ReasonsWithoutACommandAreKept) {
    const auto hints = hints_of({sample(Protocol::tcp, 22, Verdict::cut, Evidence::data_reset),
                                 sample(Protocol::tcp, 23, Verdict::cut, Evidence::data_reset)});
    ASSERT_EQ(hints.size(), 1U);
    EXPECT_THAT(hints[0].reason, HasSubstr("handshakes pass, data does not"));
    EXPECT_EQ(hints[0].hint, Hint{});
    EXPECT_THAT(hints_of({open_port(Protocol::tcp, 1)}), IsEmpty());
}

}  // namespace
}  // namespace pt::client
