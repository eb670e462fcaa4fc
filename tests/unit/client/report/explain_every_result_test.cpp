// Every verdict with every evidence, direction, record and sender: also those that no scan gives,
// as a file of results may hold them.
#include <gtest/gtest.h>

#include <functional>

#include "client/report/explain/diagram.hpp"
#include "report/explain_texts.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

constexpr std::size_t max_width = 80;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

void expect_fit_for_a_terminal(const std::string& text) {
    EXPECT_TRUE(is_plain_text(text)) << text;
    for (const auto& line : lines_of(text)) {
        EXPECT_LE(line.size(), max_width) << line;
        EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
    }
}

void for_each_result(const std::function<void(const Result&)>& use) {
    const std::array senders{std::optional<IpAddress>{}, std::optional{address("192.0.2.7")},
                             std::optional{address("198.51.100.4")},
                             std::optional{address("10.77.1.1")}};
    std::vector<std::optional<Direction>> directions{std::nullopt};
    directions.insert(directions.end(), all_directions.begin(), all_directions.end());
    for (const auto protocol : all_protocols) {
        for (const auto verdict : all_verdicts) {
            for (const auto evidence : all_evidence) {
                for (const auto& direction : directions) {
                    for (const auto& by : senders) {
                        auto result = sample(protocol, 443, verdict, evidence);
                        result.conclusion.direction = direction;
                        result.conclusion.by = by;
                        use(result);
                    }
                }
            }
        }
    }
}

TEST(ExplainEveryResult, FitsATerminalAndNamesNoDeviceWithoutProof) {
    for_each_result([](const Result& result) {
        const auto text = explained({result}, known_facts());
        expect_fit_for_a_terminal(text);
        const auto drawn = diagram(result);
        const bool proven = result.conclusion.by == address("10.77.1.1");
        EXPECT_EQ(drawn.find("device") != std::string::npos, proven && !drawn.empty()) << drawn;
        EXPECT_EQ(drawn.find("NAT"), std::string::npos) << drawn;
        EXPECT_EQ(text.find("10.77.1.1") != std::string::npos,
                  proven && (!drawn.empty() ||
                             text.find("10.77.1.1 sent the error") != std::string::npos ||
                             text.find("from 10.77.1.1") != std::string::npos ||
                             text.find("by 10.77.1.1") != std::string::npos))
            << text;
    });
}

TEST(ExplainEveryResult, MarksALossOnOneWayOnlyWhereThatIsProven) {
    for_each_result([](const Result& result) {
        const auto drawn = diagram(result);
        const bool there = drawn.find("lost on the way there:") != std::string::npos;
        const bool back = drawn.find("lost on the way back:") != std::string::npos;
        const auto& conclusion = result.conclusion;
        const bool silent = conclusion.evidence == Evidence::silence;
        EXPECT_EQ(there, silent && conclusion.direction == Direction::forward) << drawn;
        EXPECT_EQ(back, silent && conclusion.direction == Direction::return_) << drawn;
    });
}

TEST(ExplainEveryResult, HostileTextStaysHarmless) {
    const std::string long_word(400, 'a');
    for (const auto& text : {hostile, long_word, std::string{}}) {
        for (const auto evidence : all_evidence) {
            auto result = sample(Protocol::udp, 0, Verdict::untested, evidence);
            result.host = text;
            result.local_reason = text;
            result.notes = {text};
            expect_fit_for_a_terminal(explained({result, result}, {}));
            result.local.reset();
            result.hint = Hint{text, "pt-client " + text};
            EXPECT_TRUE(is_plain_text(explained({result}, {})));
        }
    }
}

TEST(ExplainEveryResult, LongAddressesFit) {
    auto result = open_port(Protocol::tcp, 65535);
    const auto one = "2001:db8:1111:2222:3333:4444:5555:6666";
    const auto other = "2001:db8:1111:2222:3333:4444:5555:7777";
    result.endpoint.address = address(one);
    result.local = socket_address(other, 65535);
    result.seen->source = socket_address(other, 65534);
    result.seen->destination = socket_address(one, 65533);
    result.hops = 3;
    for (const auto evidence : all_evidence) {
        result.conclusion.evidence = evidence;
        expect_fit_for_a_terminal(explained({result}, known_facts()));
    }
}

TEST(ExplainEveryResult, EveryPortOfAScanOfAllPortsIsListed) {
    std::vector<Result> results;
    for (std::uint32_t port = 0; port < port_count; ++port) {
        results.push_back(filtered_port(Protocol::udp, static_cast<std::uint16_t>(port)));
    }
    const auto text = explained(results, known_facts());
    expect_fit_for_a_terminal(text);
    EXPECT_NE(text.find("udp/0,1-65535"), std::string::npos);
    EXPECT_LT(text.size(), 20'000U);
}

}  // namespace
}  // namespace pt::client
