#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report/scan/make_reporter.hpp"
#include "client/text/json_text.hpp"
#include "common/version/version.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string lines(const Result& result) {
    std::ostringstream out;
    make_json_lines_report(out)->result(result);
    return out.str();
}

TEST(JsonLines, AFullResult) {
    auto result = open_port(Protocol::tcp, 443);
    result.rtt = rtt_of({200us, 300us, 400us});
    result.frames_sent = 3;
    result.frame_size = 1400;
    result.seen->source = socket_address("203.0.113.9", 40001);
    result.notes = {"source rewritten"};
    result.session = 0xE1;
    result.concluded_at = std::chrono::system_clock::time_point{1'795'392'000'007ms};
    EXPECT_EQ(
        lines(result),
        R"({"host": "example.com", "address": "192.0.2.7", "protocol": "tcp", "port": 443, )"
        R"("service": "https", "verdict": "open", "evidence": "echo", "by": null, )"
        R"("direction": null, "error": null, "attempts": 1, )"
        R"("rtt_ms": {"min": 0.200000, "avg": 0.300000, "max": 0.400000, )"
        R"("stddev": 0.081650, "samples": 3}, "frames_sent": 3, "frames_lost": 0, "frame_size": 1400, )"
        R"("local": "198.51.100.4:52123", "seen_source": "203.0.113.9:40001", )"
        R"("seen_destination": "192.0.2.7:443", "sent_tos": 0, "received_ttl": 62, )"
        R"("received_tos": 0, "hops": null, )"
        R"("server_instance": "0000000000abcdef", "key": null, "session": "00000000000000e1", "notes": ["source rewritten"], )"
        R"("hint": null, "hint_on_server": null, "record": null, "server_holds_port": null, "reached": null, "findings": null, "time": "2026-11-23T00:00:00.007Z", "reason": "echo received"})"
        "\n");
}

TEST(JsonLines, WhatIsNotKnownIsNull) {
    Result result;
    result.host = "nowhere.invalid";
    result.endpoint = {Protocol::udp, IpAddress{}, Port{4}};
    result.conclusion = {Verdict::untested, Evidence::local_error, std::nullopt, std::nullopt};
    result.local_reason = "Name or service not known";
    EXPECT_EQ(
        lines(result),
        R"({"host": "nowhere.invalid", "address": null, "protocol": "udp", "port": 4, )"
        R"("service": null, "verdict": "untested", "evidence": "local-error", "by": null, )"
        R"("direction": null, "error": "Name or service not known", "attempts": 0, )"
        R"("rtt_ms": null, "frames_sent": 0, "frames_lost": 0, "frame_size": null, "local": null, )"
        R"("seen_source": null, "seen_destination": null, "sent_tos": 0, "received_ttl": null, )"
        R"("received_tos": null, "hops": null, "server_instance": null, "key": null, "session": null, )"
        R"("notes": [], "hint": null, "hint_on_server": null, "record": null, )"
        R"("server_holds_port": null, "reached": null, "findings": null, "time": null, "reason": "Name or service not known"})"
        "\n");
}

TEST(JsonLines, FindingsAndTheKindOfRecord) {
    auto result = filtered_port(Protocol::tcp, 443);
    result.exact_record = true;
    result.server_holds_port = true;
    result.reached = Reached::late_frame;
    result.findings = Findings{.connected = true, .local_error = 24, .resets = 2, .lost = 3};
    result.findings->icmp = IcmpError{false, 3, 1, address("10.77.1.1")};
    result.findings->icmp_errors = 4;
    EXPECT_THAT(
        lines(result),
        HasSubstr(
            R"("record": "exact", "server_holds_port": true, "reached": "late-frame", )"
            R"("findings": {"attempts": 16, "echo": false, )"
            R"("altered_echo": false, "foreign_data": false, "established": true, )"
            R"("no_route": false, "interrupted": false, "server_lost": false, )"
            R"("retransmitted": false, "late_echo": false, "data_acknowledged": false, "padding_altered": false, )"
            R"("reflected": false, "unproven_icmp": false, "other_source": false, "unsolicited": false, "resets": 2, )"
            R"("data_resets": 0, "ends_of_stream": 0, "icmp_errors": 4, "lost": 3, )"
            R"("icmp": {"type": 3, "code": 1, "from": "10.77.1.1"}, "local_error": 24}, "time": null, )"
            R"("reason": "no reply to 16 attempts"})"));
    result.findings->icmp->from = IpAddress{};
    EXPECT_THAT(lines(result), HasSubstr(R"("icmp": {"type": 3, "code": 1, "from": null})"));
}

TEST(JsonLines, HintsAreCommands) {
    auto result = filtered_port(Protocol::udp, 53);
    result.hint = Hint{"pt-server udp/53", "pt-client example.com udp/53"};
    EXPECT_THAT(lines(result), HasSubstr(R"("hint": "pt-client example.com udp/53", )"
                                         R"("hint_on_server": "pt-server udp/53")"));
    result.hint = Hint{"", "pt-client example.com udp/53"};
    EXPECT_THAT(lines(result), HasSubstr(R"("hint_on_server": null)"));
    result.hint = Hint{"ss -lnup", ""};
    EXPECT_THAT(lines(result), HasSubstr(R"("hint": "ss -lnup", "hint_on_server": "ss -lnup")"));
}

TEST(JsonLines, ByAndDirection) {
    auto result = filtered_port(Protocol::udp, 53);
    EXPECT_THAT(lines(result), HasSubstr(R"("by": null, "direction": "unknown")"));
    result = sample(Protocol::udp, 53, Verdict::rejected, Evidence::icmp_admin_prohibited);
    result.conclusion.by = address("2001:db8::1");
    EXPECT_THAT(lines(result), HasSubstr(R"("by": "2001:db8::1", "direction": null)"));
}

TEST(Json, AWholeRun) {
    std::ostringstream out;
    const auto report = make_json_report(out);
    report->result(closed_port(Protocol::udp, 53));
    report->result(open_port(Protocol::tcp, 443));
    EXPECT_EQ(out.str(), "");
    RunSummary summary;
    summary.started = std::chrono::system_clock::time_point{1'795'392'000s};
    summary.duration = 1234567us;
    summary.host = "example.com";
    summary.server_instance = 0x1234;
    report->finish(summary);
    EXPECT_THAT(out.str(), ::testing::StartsWith("{\n  \"pt\": \"" + std::string{version()} +
                                                 "\",\n"
                                                 "  \"started\": \"2026-11-23T00:00:00Z\",\n"
                                                 "  \"duration_s\": 1.235,\n"
                                                 "  \"host\": \"example.com\",\n"
                                                 "  \"server_instance\": \"0000000000001234\",\n"
                                                 "  \"interrupted\": false,\n"
                                                 "  \"notes\": [],\n"
                                                 "  \"manifests\": [],\n"
                                                 "  \"results\": [\n    {\"host\""));
    EXPECT_THAT(out.str(),
                ::testing::EndsWith(
                    "\"findings\": null, \"time\": null, \"reason\": \"refused by the target: ICMP "
                    "port unreachable\"}\n  ],\n"
                    "  \"summary\": {\"open\": 1, \"answered\": 0, \"intercepted\": 0, \"cut\": 0, "
                    "\"closed\": 1, \"rejected\": 0, \"filtered\": 0, \"unreachable\": 0, "
                    "\"untested\": 0}\n}\n"));
    EXPECT_LT(out.str().find("\"port\": 443"), out.str().find("\"port\": 53"));
}

TEST(Json, AManifestAndNotesOfTheWholeRun) {
    std::ostringstream out;
    RunSummary summary;
    summary.notes = {"a \"note\""};
    Manifest manifest;
    manifest.address = address("192.0.2.7");
    manifest.instance = 0x1234;
    manifest.exact_record = false;
    manifest.stretches = {{{Protocol::udp, Port{53}, Port{60}}, PortState::in_use}};
    summary.manifests = {manifest};
    make_json_report(out)->finish(summary);
    EXPECT_THAT(out.str(), HasSubstr(R"("notes": ["a \"note\""])"));
    EXPECT_THAT(out.str(), HasSubstr(R"("manifests": [{"address": "192.0.2.7", )"
                                     R"("server_instance": "0000000000001234", "complete": true, )"
                                     R"("record": "sampled", )"
                                     R"("ports": [{"protocol": "udp", "first": 53, "last": 60, )"
                                     R"("state": "in use by another program"}]}])"));
}

TEST(Json, ARunWithoutResults) {
    std::ostringstream out;
    make_json_report(out)->finish({});
    EXPECT_THAT(out.str(), HasSubstr("\"server_instance\": null"));
    EXPECT_THAT(out.str(), HasSubstr("\"results\": [],\n"));
}

TEST(JsonString, IsAsciiWhateverTheBytes) {
    struct {
        std::string text;
        const char* json;
    } const cases[] = {
        {"", R"("")"},
        {R"(a"b\c/)", R"("a\"b\\c/")"},
        {std::string("\0\x1b\n\x7f", 4), R"("\u0000\u001b\u000a\u007f")"},
        {"b\xc3\xbc", R"("b\u00fc")"},
        {"\xe2\x80\xae", R"("\u202e")"},
        {"\xf0\x9f\x94\xa5", R"("\ud83d\udd25")"},
        {"\xf4\x8f\xbf\xbf", R"("\udbff\udfff")"},
        {"\xf4\x90\x80\x80", R"("\ufffd\ufffd\ufffd\ufffd")"},  // above 10FFFF
        {"\xc0\x80", R"("\ufffd\ufffd")"},                      // overlong
        {"\xe0\x80\x80", R"("\ufffd\ufffd\ufffd")"},            // overlong
        {"\xed\xa0\x80", R"("\ufffd\ufffd\ufffd")"},            // a surrogate
        {"\x80", R"("\ufffd")"},                                // a tail alone
        {"\xff", R"("\ufffd")"},
        {"\xc3", R"("\ufffd")"},  // cut at the end
        {"\xf0\x9f\x94", R"("\ufffd\ufffd\ufffd")"},
        {"\xc3(", R"("\ufffd(")"},  // the byte behind survives
    };
    for (const auto& [text, json] : cases) {
        EXPECT_EQ(json_string(text), json);
    }
}

TEST(JsonLines, HostileTextIsOneAsciiLine) {
    auto result = open_port(Protocol::tcp, 443);
    result.host = hostile;
    result.notes = {hostile};
    const auto text = lines(result);
    EXPECT_TRUE(is_plain_text(text));
    EXPECT_EQ(text.find('\n'), text.size() - 1);
}

}  // namespace
}  // namespace pt::client
