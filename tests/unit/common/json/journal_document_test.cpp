#include "common/json/journal_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pt {
namespace {

using ::testing::HasSubstr;

const IpAddress client = *IpAddress::parse("192.0.2.1");
const IpAddress server = *IpAddress::parse("2001:db8::9");

PortSet tcp(std::uint16_t first, std::uint16_t last) {
    PortSet ports;
    ports.insert(Protocol::tcp, Port{first}, Port{last});
    return ports;
}

TEST(JournalDocument, AHeaderReadsBack) {
    const JournalHeader header{"1.2.3", 0xAB, "2026-11-23T00:00:00Z", true, {{server, tcp(1, 9)}}};
    const std::string line = to_json_line(header);
    EXPECT_EQ(line.back(), '\n');
    const auto read = parse_journal_header(line);
    ASSERT_TRUE(read) << read.error().reason;
    EXPECT_EQ(read->pt_version, "1.2.3");
    EXPECT_EQ(read->instance, 0xABU);
    EXPECT_EQ(read->written, header.written);
    EXPECT_TRUE(read->exact);
    EXPECT_EQ(read->held, header.held);
}

TEST(JournalDocument, ASessionReadsBack) {
    JournalSession session;
    session.session = 0xFEDCBA9876543210;
    session.sources = {client, server};
    session.destinations = {server};
    session.first_ms_ago = 20'000;
    session.last_ms_ago = 10;
    session.counters = {.frames = 5, .duplicates = 4, .altered_padding = 3, .reordered = 2};
    session.strays = true;
    session.arrived = tcp(1, 2);
    session.late = tcp(2, 2);
    session.established = tcp(3, 3);
    session.attempt = tcp(3, 4);
    session.marked = tcp(4, 4);
    session.reset = tcp(5, 5);
    session.other = tcp(6, 6);
    session.incomplete = tcp(7, 7);
    session.deaf = tcp(8, 8);
    session.beside = tcp(1, 1);
    const std::string line = to_json_line(session);
    const auto read = parse_journal_session(line);
    ASSERT_TRUE(read) << read.error().reason;
    EXPECT_EQ(to_json_line(*read), line) << "each key is read into what it was written from";
    EXPECT_EQ(read->counters, session.counters);
    EXPECT_EQ(read->sources, session.sources);
    EXPECT_EQ(read->marked, session.marked);
}

TEST(JournalDocument, NamesWhatIsWrong) {
    const auto reason = [](std::string line, std::string_view text, std::string_view by) {
        line.replace(line.find(text), text.size(), by);
        const auto read = parse_journal_session(line);
        return read ? std::string{"accepted"} : read.error().reason;
    };
    const std::string line = to_json_line(JournalSession{});
    EXPECT_EQ(reason(line, "frames", "frames"), "accepted");
    EXPECT_THAT(reason(line, R"("marked":"")", R"("marked":"tcp/0-")"), HasSubstr("\"marked\""));
    EXPECT_THAT(reason(line, R"("beside":"")", R"("besides":"")"), HasSubstr("\"beside\""));
    EXPECT_THAT(reason(line, R"("stalled":false)", R"("stalled":0)"), HasSubstr("\"stalled\""));
    EXPECT_THAT(reason(line, R"("sources":[])", R"("sources":["x"])"), HasSubstr("\"sources\""));
    EXPECT_THAT(reason(line, "{", "["), HasSubstr("invalid JSON"));
    EXPECT_EQ(parse_journal_session("7").error().reason, "not a JSON object");
    EXPECT_THAT(parse_journal_header(R"({"pt_journal":2})").error().reason,
                HasSubstr("another version"));
}

}  // namespace
}  // namespace pt
