#include "common/core/inquiry.hpp"

#include <gtest/gtest.h>

namespace pt {
namespace {

Frame header() {
    Frame frame;
    frame.nonce = {0x1122334455667788, 42};
    frame.port = Port{443};
    return frame;
}

std::optional<Inquiry> read_query(const std::vector<std::uint8_t>& bytes) {
    const auto frame = decode(bytes);
    return frame ? decode_query(*frame, bytes) : std::nullopt;
}

std::optional<InquiryAnswer> read_answer(const std::vector<std::uint8_t>& bytes) {
    const auto frame = decode(bytes);
    return frame ? decode_answer(*frame, bytes) : std::nullopt;
}

constexpr Inquiry whole_window{Inquiry::Kind::journal, Protocol::udp, Port{1024}, max_inquiry_ports,
                               170'000};

TEST(Inquiry, AQueryReadsBackAsItWasWritten) {
    for (const Inquiry inquiry :
         {whole_window, Inquiry{Inquiry::Kind::manifest, Protocol::tcp, Port{65535}, 1, 0},
          Inquiry{Inquiry::Kind::journal, Protocol::tcp, Port{0}, 3, 0xFFFFFFFF, 0xFFFFFFFE}}) {
        EXPECT_EQ(read_query(encode_query(header(), inquiry)), inquiry);
    }
}

TEST(Inquiry, AnAnswerReadsBackAndIsExactlyAsLongAsItsQuery) {
    for (std::uint16_t count = 1; count <= max_inquiry_ports; ++count) {
        Inquiry inquiry = whole_window;
        inquiry.count = count;
        std::vector<std::uint8_t> values(count);
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = static_cast<std::uint8_t>(i * 7);
        }
        const SessionCounters counters{1, 0xFFFFFFFF, 3, 4, 5};
        const auto bytes = encode_answer(header(), inquiry, counters, values);
        ASSERT_EQ(bytes.size() + 1, encode_query(header(), inquiry).size());
        const auto answer = read_answer(bytes);
        ASSERT_TRUE(answer) << count;
        EXPECT_EQ(answer->inquiry, inquiry);
        EXPECT_EQ(answer->counters, counters);
        EXPECT_EQ(answer->values, values);
    }
}

TEST(Inquiry, EveryFlippedBitOfTheBodyIsNoticed) {
    const auto query =
        encode_query(header(), {Inquiry::Kind::journal, Protocol::tcp, Port{80}, 8, 1});
    for (std::size_t bit = frame_header_size * 8; bit < query.size() * 8; ++bit) {
        auto flipped = query;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        EXPECT_FALSE(read_query(flipped)) << "bit " << bit;
    }
}

TEST(Inquiry, NoCutQueryIsRead) {
    const auto query = encode_query(header(), whole_window);
    for (std::size_t size = 0; size < query.size(); ++size) {
        EXPECT_FALSE(read_query({query.begin(), query.begin() + static_cast<long>(size)}));
    }
}

TEST(Inquiry, ImpossibleStretchesAreRefused) {
    const auto refused = [](Port first, std::uint16_t count) {
        Inquiry inquiry{Inquiry::Kind::manifest, Protocol::tcp, first, count, 0};
        return !read_query(encode_query(header(), inquiry));
    };
    EXPECT_TRUE(refused(Port{65535}, 2));
    EXPECT_TRUE(refused(Port{65536 - max_inquiry_ports + 1}, max_inquiry_ports));
    EXPECT_FALSE(refused(Port{65536 - max_inquiry_ports}, max_inquiry_ports));
}

TEST(Inquiry, RequestsAndAnswersAreNoQueries) {
    auto frame = header();
    const auto request = encode_request(frame);
    EXPECT_FALSE(read_query(request));
    const std::vector<std::uint8_t> values(max_inquiry_ports);
    const auto answer = encode_answer(frame, whole_window, {}, values);
    EXPECT_FALSE(read_query(answer));
    EXPECT_FALSE(read_answer(encode_query(frame, whole_window)));
}

TEST(Inquiry, FlagsAndAddressesOfAnAnswerReadBack) {
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::tcp, Port{80}, 1, 5};
    const std::vector<std::uint8_t> values(1);
    Frame frame = header();
    frame.seen_source = {*IpAddress::parse("192.0.2.1"), Port{40000}};
    frame.seen_destination = {*IpAddress::parse("2001:db8::1"), Port{80}};
    for (const bool exact : {false, true}) {
        for (const bool stalled : {false, true}) {
            frame.flags = static_cast<std::uint8_t>((exact ? exact_record : 0) |
                                                    (stalled ? server_stalled : counts_others));
            const auto answer = read_answer(encode_answer(frame, inquiry, {}, values));
            ASSERT_TRUE(answer);
            EXPECT_EQ(answer->exact_record, exact);
            EXPECT_EQ(answer->server_stalled, stalled);
            EXPECT_EQ(answer->counts_others, !stalled);
            EXPECT_EQ(answer->asked_from, frame.seen_source.address);
            EXPECT_EQ(answer->asked_at, frame.seen_destination.address);
        }
    }
}

TEST(Inquiry, EachBitOfARecordReadsBackByItself) {
    const std::vector<PortRecord> records{
        {.listening = true}, {.frame = true}, {.established = true}, {.attempt = true},
        {.astray = true},    {.other = true}, {.incomplete = true},  {.deaf = true}};
    unsigned all = 0;
    for (const PortRecord& record : records) {
        EXPECT_EQ(to_record(Protocol::tcp, to_value(Protocol::tcp, record)), record);
        all |= to_value(Protocol::tcp, record);
    }
    EXPECT_EQ(all, 0xFFU);
}

TEST(Inquiry, MarksShareTheBitsOfWhatNeedsNone) {
    for (const PortRecord& record :
         std::vector<PortRecord>{{.attempt = true, .marked = true},
                                 {.established = true, .marked = true},
                                 {.established = true, .reset = true},
                                 {.established = true, .reset = true, .marked = true}}) {
        EXPECT_EQ(to_record(Protocol::tcp, to_value(Protocol::tcp, record)), record);
    }
    EXPECT_EQ(to_record(Protocol::tcp, to_value(Protocol::tcp, {.attempt = true, .astray = true})),
              (PortRecord{.attempt = true}));
    EXPECT_EQ(to_value(Protocol::udp, {.marked = true, .astray = true}), 0);
}

TEST(Inquiry, UnfinishedAttemptsBesideAFrameAreRoundedUp) {
    const auto read_back = [](std::uint8_t unfinished) {
        const PortRecord record{.listening = true, .frame = true, .unfinished = unfinished};
        return to_record(Protocol::tcp, to_value(Protocol::tcp, record)).unfinished;
    };
    for (const auto& [sent, read] : std::vector<std::pair<int, int>>{
             {0, 0}, {1, 1}, {3, 3}, {4, 5}, {5, 5}, {8, 8}, {9, 12}, {12, 12}, {13, 255}}) {
        EXPECT_EQ(read_back(static_cast<std::uint8_t>(sent)), read) << sent;
    }
    EXPECT_EQ(to_value(Protocol::tcp,
                       {.frame = true, .attempt = true, .other = true, .incomplete = true}),
              0x02)
        << "the frame settles those";
}

TEST(Inquiry, ALateFrameLeavesNoRoomForAConnectionWithoutOne) {
    const PortRecord late{.frame = true, .late = true};
    EXPECT_EQ(to_record(Protocol::tcp, to_value(Protocol::tcp, late)), late);
    EXPECT_EQ(
        to_record(Protocol::tcp, to_value(Protocol::tcp, {.frame = true, .established = true})),
        (PortRecord{.frame = true}));
    EXPECT_EQ(to_record(Protocol::tcp, to_value(Protocol::tcp, {.late = true})), PortRecord{});
}

TEST(Inquiry, RecordsAndStatesReadBack) {
    for (unsigned value = 0; value < 256; ++value) {
        const auto byte = static_cast<std::uint8_t>(value);
        for (const Protocol protocol : {Protocol::tcp, Protocol::udp}) {
            EXPECT_EQ(to_value(protocol, to_record(protocol, byte)), value);
        }
    }
    for (std::uint8_t value = 0; value <= static_cast<std::uint8_t>(PortState::deaf); ++value) {
        EXPECT_EQ(static_cast<std::uint8_t>(to_port_state(value)), value);
    }
    EXPECT_EQ(to_port_state(9), PortState::failed);
    EXPECT_EQ(to_port_state(255), PortState::failed);
}

}  // namespace
}  // namespace pt
