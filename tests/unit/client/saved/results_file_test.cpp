#include "client/saved/results_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report/scan/make_reporter.hpp"
#include "client/saved/past_result.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// One of every kind, with every value that a result may have.
std::vector<Result> many_results() {
    auto open = open_port(Protocol::tcp, 443);
    open.rtt = rtt_of({200us, 300us, 457us});
    open.frames_sent = 3;
    open.frames_lost = 1;
    open.frame_size = 1400;
    open.seen->source = socket_address("2001:db8::9", 40001);
    open.seen->received_tos = 184;
    open.hops = 2;
    open.notes = {"one", hostile};
    open.session = 0xFEDCBA9876543210;
    open.sent_tos = 184;
    open.findings = Findings{.echo = true, .resets = 2, .lost = 7, .retransmitted = true};
    auto rejected = sample(Protocol::udp, 53, Verdict::rejected, Evidence::icmp_admin_prohibited);
    rejected.conclusion.by = address("2001:db8::1");
    rejected.findings = Findings{};
    rejected.findings->icmp = IcmpError{true, 1, 1, address("2001:db8::1")};
    rejected.findings->icmp_errors = 0xFFFF;
    rejected.exact_record = true;
    rejected.server_holds_port = true;
    rejected.reached = Reached::late_frame;
    rejected.endpoint.address = address("2001:db8::7");
    rejected.hint = Hint{"pt-server udp/53", "pt-client example.com udp/53"};
    auto held = sample(Protocol::udp, 54, Verdict::untested, Evidence::not_listening);
    auto failed = sample(Protocol::udp, 55, Verdict::untested, Evidence::local_error);
    failed.endpoint.address = IpAddress{};
    failed.local.reset();
    failed.local_reason = "Name or service not known";
    failed.findings = Findings{.interrupted = true, .server_lost = true, .local_error = 99};
    failed.exact_record = false;
    failed.server_holds_port = false;
    failed.reached = Reached::nothing;
    failed.hint = Hint{"", "getent ahosts nowhere.invalid"};
    held.hint = Hint{"ss -lnup", ""};
    return {open,  closed_port(Protocol::udp, 80), filtered_port(Protocol::tcp, 25), rejected, held,
            failed};
}

std::string in_lines(const std::vector<Result>& results) {
    std::ostringstream out;
    const auto report = make_json_lines_report(out);
    for (const auto& result : results) {
        report->result(result);
    }
    return out.str();
}

std::string as_document(const std::vector<Result>& results) {
    std::ostringstream out;
    const auto report = make_json_report(out);
    for (const auto& result : results) {
        report->result(result);
    }
    report->finish({});
    return out.str();
}

PastResults accepted(const std::string& text) {
    std::istringstream file{text};
    auto past = read_past_results(file, "run.json");
    if (!past) {
        ADD_FAILURE() << past.error().message;
        return {};
    }
    return *std::move(past);
}

std::string refused(const std::string& text) {
    std::istringstream file{text};
    const auto past = read_past_results(file, "run\x1b.json");
    if (past) {
        ADD_FAILURE() << "was accepted";
        return "";
    }
    const auto error = past.error();
    EXPECT_TRUE(is_plain_text(error.message)) << error.message;
    return error.message;
}

TEST(ResultsFile, WhatIsReadPrintsTheSameAgain) {
    const auto text = in_lines(many_results());
    EXPECT_EQ(in_lines(accepted(text).results), text);
}

TEST(ResultsFile, ADocumentHoldsTheSameResultsAsLines) {
    auto results = accepted(as_document(many_results())).results;
    EXPECT_EQ(as_document(results), as_document(many_results()));
}

/// Files are read in blocks: lines end anywhere in them.
TEST(ResultsFile, LinesOfAnyLengthAreReadWhole) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port < 400; ++port) {
        results.push_back(open_port(Protocol::tcp, port));
        results.back().notes.assign(port % 5, std::string(std::size_t{port} * 7 % 4000, 'n'));
    }
    const auto text = in_lines(results);
    EXPECT_EQ(in_lines(accepted(text).results), text);
    EXPECT_EQ(accepted(text.substr(0, text.size() - 1)).results.size(), results.size());
}

/// Values are found whatever their order.
TEST(ResultsFile, OrderOfTheKeysDoesNotCount) {
    const auto past = accepted(
        R"({"evidence":"echo","port":443,"direction":null,"address":"192.0.2.7","verdict":"open",)"
        R"("attempts":3,"protocol":"tcp","findings":{"lost":2,"echo":true},"host":"a"})");
    ASSERT_EQ(past.results.size(), 1U);
    EXPECT_EQ(past.results[0].endpoint.to_string(), "tcp 192.0.2.7:443");
    EXPECT_EQ(past.results[0].attempts, 3U);
    ASSERT_TRUE(past.results[0].findings);
    EXPECT_TRUE(past.results[0].findings->echo);
    EXPECT_EQ(past.results[0].findings->lost, 2);
}

TEST(ResultsFile, CutAnywhereItHoldsTheResultsBefore) {
    const auto results = many_results();
    for (const auto& whole : {in_lines(results), as_document(results)}) {
        std::size_t most = 0;
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto past = accepted(whole.substr(0, size));
            EXPECT_GE(past.results.size(), most) << size;
            most = past.results.size();
            EXPECT_LE(past.cut_lines, 1U);
            EXPECT_EQ(past.ends_within_line, size > 0 && whole[size - 1] != '\n') << size;
        }
        EXPECT_EQ(most, results.size());
    }
}

TEST(ResultsFile, ACutLineMayBeFollowedByAnotherRun) {
    const auto text = in_lines(many_results());
    const auto past = accepted(text.substr(0, 200) + '\n' + text);
    EXPECT_EQ(past.cut_lines, 1U);
    EXPECT_EQ(in_lines(past.results), text);
}

TEST(ResultsFile, ADocumentWithoutItsEndIsKnown) {
    const auto whole = as_document(many_results());
    EXPECT_FALSE(accepted(whole).lacks_end);
    EXPECT_FALSE(accepted(in_lines(many_results())).lacks_end);
    EXPECT_TRUE(accepted("{").lacks_end) << "and what is left of a line";
    for (auto end = whole.find('\n'); end + 3 < whole.size(); end = whole.find('\n', end + 1)) {
        EXPECT_TRUE(accepted(whole.substr(0, end + 1)).lacks_end) << end;
    }
    EXPECT_FALSE(accepted(whole.substr(0, 100) + '\n' + whole).lacks_end);
}

/// As jq and Python's json.tool do it.
std::string laid_out(std::string text) {
    for (const std::string_view mark : {"{", ", "}) {
        const auto broken = std::string{mark.substr(0, 1)} + "\n  ";
        for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + broken.size())) {
            text.replace(at, mark.size(), broken);
        }
    }
    return text;
}

TEST(ResultsFile, ResultsInSeveralLinesAreRefusedWithTheRemedy) {
    for (const auto& text : {in_lines(many_results()), as_document(many_results())}) {
        EXPECT_THAT(refused(laid_out(text)), HasSubstr("jq -c '.results[]? // .' FILE"));
    }
}

TEST(ResultsFile, TheLastThatStandsCounts) {
    auto interrupted = sample(Protocol::tcp, 443, Verdict::untested, Evidence::interrupted);
    const auto open = open_port(Protocol::tcp, 443);
    const auto closed = closed_port(Protocol::tcp, 443);
    const auto only = [](const std::vector<Result>& results) {
        const auto past = accepted(in_lines(results)).results;
        EXPECT_EQ(past.size(), 1U);
        return past.front().conclusion.verdict;
    };
    EXPECT_EQ(only({interrupted, open}), Verdict::open);
    EXPECT_EQ(only({open, interrupted}), Verdict::open);
    EXPECT_EQ(only({open, closed}), Verdict::closed);
    EXPECT_EQ(only({interrupted, interrupted}), Verdict::untested);
}

TEST(ResultsFile, HostsAreCountedByTheirFirstAppearance) {
    auto second = open_port(Protocol::tcp, 443);
    second.host = "another.example";
    const auto past =
        accepted(in_lines({open_port(Protocol::tcp, 80), second, open_port(Protocol::udp, 80)}));
    EXPECT_EQ(past.results[0].host_place, 0U);
    EXPECT_EQ(past.results[1].host_place, 1U);
    EXPECT_EQ(past.results[2].host_place, 0U);
}

std::string replaced(const std::string& what, const std::string& by) {
    auto result = open_port(Protocol::tcp, 443);
    result.findings = Findings{.echo = true};
    result.findings->icmp = IcmpError{false, 3, 1, {}};
    auto text = in_lines({result});
    return text.replace(text.find(what), what.size(), by);
}

TEST(ResultsFile, WhatNoReportWritesIsRefusedWithItsLine) {
    struct {
        std::string what, by, complaint;
    } const cases[] = {
        {R"("host": "example.com")", R"("host": "a b")", "\"host\""},
        {R"("host": "example.com", )", "", "\"host\""},
        {R"("192.0.2.7")", R"("192.0.2.700")", "\"address\""},
        {R"("tcp")", R"("sctp")", "\"protocol\""},
        {R"("port": 443)", R"("port": 0)", "\"port\""},
        {R"("port": 443)", R"("port": 65536)", "\"port\""},
        {R"("port": 443)", R"("port": -1)", "\"port\""},
        {R"("port": 443)", R"("port": "443")", "\"port\""},
        {R"("open")", R"("ajar")", "\"verdict\""},
        {R"("echo")", R"("hearsay")", "\"evidence\""},
        {R"("direction": null)", R"("direction": "up")", "\"direction\""},
        {R"("echo")", R"("silence")", "\"evidence\" silence does not go with \"verdict\" open"},
        {R"("direction": null)", R"("direction": "forward")", "open and a \"direction\""},
        {R"("attempts": 1)", R"("attempts": 1e99)", "\"attempts\""},
        {R"("samples": 1)", R"("samples": 0)", "\"rtt_ms\""},
        {R"("min": 0.312000)", R"("min": 7)", "\"rtt_ms\""},
        {R"("max": 0.312000)", R"("max": 1e300)", "\"rtt_ms\""},
        {R"("local": "198.51.100.4:52123")", R"("local": "198.51.100.4")", "\"local\""},
        {R"("notes": [])", R"("notes": [1])", "\"notes\""},
        {R"("notes": [])", R"("notes": [[[[[]]]]])", "no valid JSON"},
        {R"("notes": [])", R"("notes": []])", "no valid JSON"},
        {R"("reason": "echo received"})", R"("reason": "echo received"}})", "no valid JSON"},
        {R"("record": null)", R"("record": "rough")", "\"record\""},
        {R"("sent_tos": 0)", R"("sent_tos": 256)", "\"sent_tos\""},
        {R"("findings": {)", R"("findings": [1], "more": {)", "\"findings\""},
        {R"("altered_echo": false)", R"("altered_echo": 0)", "\"findings\""},
        {R"("resets": 0)", R"("resets": 65536)", "\"findings\""},
        {R"("lost": 0)", R"("lost": -1)", "\"findings\""},
        {R"("type": 3)", R"("type": 256)", "\"findings\""},
        {R"("type": 3, )", "", "\"findings\""},
        {R"("from": null)", R"("from": "nobody")", "\"findings\""},
        {R"("local_error": null)", R"("local_error": 1000000)", "\"findings\""},
    };
    for (const auto& [what, by, complaint] : cases) {
        const auto message = refused("\n" + replaced(what, by));
        EXPECT_THAT(message, StartsWith("run\\x1B.json line 2: ")) << by;
        EXPECT_THAT(message, HasSubstr(complaint)) << by;
    }
    EXPECT_THAT(refused("hello\n"), HasSubstr("line 1: no line that"));
    EXPECT_THAT(refused("[1, 2]\n"), HasSubstr("line 1: no line that"));
    EXPECT_THAT(refused('{' + std::string(70'000, 'x')), HasSubstr("longer than 65536 bytes"));
    EXPECT_THAT(refused(std::string(70'000, '\0')), HasSubstr("line 1: no line that"));
}

TEST(ResultsFile, FindingsAreReadBackWhole) {
    const auto results = many_results();
    const auto read = accepted(in_lines(results)).results;
    ASSERT_EQ(read.size(), results.size());
    for (std::size_t place = 0; place < read.size(); ++place) {
        EXPECT_EQ(read[place].findings, results[place].findings) << place;
        EXPECT_EQ(read[place].exact_record, results[place].exact_record) << place;
        EXPECT_EQ(read[place].server_holds_port, results[place].server_holds_port) << place;
        EXPECT_EQ(read[place].reached, results[place].reached) << place;
        EXPECT_EQ(read[place].sent_tos, results[place].sent_tos) << place;
        EXPECT_EQ(read[place].hint, results[place].hint) << place;
    }
}

TEST(ResultsFile, ResultsOfAnOlderClientHaveNoFindings) {
    auto text = in_lines({filtered_port(Protocol::tcp, 443)});
    const std::string added =
        R"(, "hint": null, "hint_on_server": null, "record": null, "server_holds_port": null, )"
        R"("reached": null, "findings": null, "time": null, "reason": "no reply to 16 attempts")";
    text.erase(text.find(added), added.size());
    text.erase(text.find(R"("sent_tos": 0, )"), 15);
    const auto read = accepted(text).results;
    ASSERT_EQ(read.size(), 1U);
    EXPECT_FALSE(read[0].findings);
    EXPECT_EQ(read[0].conclusion.direction, Direction::unknown);
}

TEST(ResultsFile, KeysOfANewerClientAreLetBe) {
    const auto text = replaced("\"notes\": []", "\"colour\": {\"of\": [\"money\"]}, \"notes\": []");
    EXPECT_EQ(accepted(text).results.size(), 1U);
}

}  // namespace
}  // namespace pt::client
