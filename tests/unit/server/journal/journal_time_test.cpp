#include <gtest/gtest.h>

#include <chrono>

#include "journal_frames.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using namespace test;

TEST(Journal, DatesAScanByTheFrameThatWasDelayedLeast) {
    Journal journal{1};
    const auto note_sent = [&](std::chrono::nanoseconds sent, TimePoint now, Nanoseconds waited) {
        Frame frame = request(7, Port{53});
        frame.client_time = static_cast<std::uint64_t>(sent.count());
        auto came = arrival(frame);
        came.in_server = waited;
        journal.note(frame, came, true, now);
        return journal.beginning(7).began;
    };
    EXPECT_EQ(note_sent(100ms, start, 0ms), start - 100ms);
    EXPECT_EQ(note_sent(300ms, start + 500ms, 0ms), start - 100ms)
        << "it was delayed by 300 ms more";
    EXPECT_EQ(note_sent(300ms, start + 150ms, 0ms), start - 150ms);
    EXPECT_EQ(note_sent(300ms, start + 150ms, 20ms), start - 170ms) << "it lay in our queue";
    EXPECT_EQ(journal.beginning(7).first, start);
    EXPECT_EQ(journal.beginning(7).first_sent, 100ms);
    EXPECT_EQ(journal.beginning(8).began, TimePoint{});
}

class PunctualityTest : public ::testing::Test {
protected:
    /// A frame to `port` that was sent so long after the beginning of the scan, and came then.
    void come(std::uint16_t port, std::chrono::milliseconds sent, std::chrono::milliseconds came) {
        Frame frame = request(7, Port{port});
        frame.client_time = static_cast<std::uint64_t>(Nanoseconds{sent}.count());
        journal_.note(frame, arrival(frame), true, start + came);
    }
    bool late(std::uint16_t port) const {
        EXPECT_TRUE(journal_.arrived(7, Protocol::udp, Port{port}));
        const bool late = journal_.arrived_late(7, Protocol::udp, Port{port});
        EXPECT_EQ(journal_.account(7)->late.contains(Protocol::udp, Port{port}), late);
        return late;
    }

private:
    Journal journal_{1};
};

TEST_F(PunctualityTest, AFrameIsLateThatTookMuchLongerThanTheQuickest) {
    come(53, 0ms, 40ms);
    come(54, 10ms, 150ms);
    come(55, 10ms, 1050ms);
    EXPECT_FALSE(late(53));
    EXPECT_FALSE(late(54)) << "a busy machine takes as long";
    EXPECT_TRUE(late(55));
    come(55, 2000ms, 2040ms);
    EXPECT_FALSE(late(55)) << "another one was punctual";
    come(55, 2000ms, 4000ms);
    EXPECT_FALSE(late(55));
}

TEST_F(PunctualityTest, AQuickerOneShowsThatTheEarlierOnesWereLate) {
    come(53, 0ms, 6000ms);
    EXPECT_FALSE(late(53)) << "nothing to compare it with";
    come(54, 6500ms, 6700ms);
    EXPECT_TRUE(late(53));
    EXPECT_FALSE(late(54));
}

TEST_F(PunctualityTest, ManySmallStepsMakeItLateToo) {
    for (std::uint16_t step = 0; step < 20; ++step) {
        come(static_cast<std::uint16_t>(53 + step), 0ms,
             std::chrono::milliseconds{2000 - 100 * step});
    }
    EXPECT_TRUE(late(53));
    EXPECT_TRUE(late(69));
    EXPECT_FALSE(late(72));
}

TEST(Journal, BelievesNoTimeBeyondReason) {
    Journal journal{1};
    Frame frame = request(7, Port{53});
    frame.client_time = ~std::uint64_t{0};
    auto came = arrival(frame);
    came.in_server = Nanoseconds::max();
    journal.note(frame, came, true, start);
    EXPECT_EQ(journal.beginning(7).began, start - 24h * 30 - 1s);
    frame.nonce.session = 8;
    frame.client_time = 0;
    came.in_server = Nanoseconds::min();
    journal.note(frame, came, true, start);
    EXPECT_EQ(journal.beginning(8).began, start);
}

TEST(Journal, QueriesThatFollowEachOtherAreOneBurst) {
    Journal journal{1};
    const auto ask = [&](TimePoint now) { return journal.note_query(7, arrival({}), now); };
    EXPECT_EQ(ask(start), start) << "not known";
    note(journal, request(7, Port{53}));
    EXPECT_EQ(ask(start + 3s), start + 3s);
    EXPECT_EQ(ask(start + 3900ms), start + 3s);
    EXPECT_EQ(ask(start + 4800ms), start + 3s);
    EXPECT_EQ(ask(start + 6s), start + 6s);
}

/// The scan of session 7, which began at `start`.
constexpr ScanTime scan{{start, start}};

TEST(Journal, AnotherScanFromTheSameAddressSharesItsTime) {
    Journal journal{1};
    note(journal, request(7, Port{53}));
    EXPECT_FALSE(journal.others(7, scan, local).any);
    note(journal, request(8, Port{53}), start - 1s);
    const auto shared = journal.others(7, scan, local);
    EXPECT_TRUE(shared.any && shared.time.shared);
    const auto unproven = journal.others(7, scan, source);
    EXPECT_TRUE(unproven.any && !unproven.time.shared) << "it was sent to another address";
    EXPECT_TRUE(unproven.elsewhere.empty()) << "anybody may have sent it in that address's name";
    journal.note_proof(8, source, start - 1s);
    EXPECT_EQ(journal.others(7, scan, source).elsewhere.size(), 1U);
}

TEST(Journal, AScanThatAskedHadEnded) {
    Journal journal{1};
    note(journal, request(7, Port{53}));
    note(journal, request(8, Port{53}), start - 1s);
    journal.note_query(8, arrival({}), start - 1ms);
    EXPECT_FALSE(journal.others(7, scan, local).any);
    note(journal, request(9, Port{53}), start - 5s);
    EXPECT_FALSE(journal.others(7, scan, local).any) << "nor one that has been silent for long";
}

TEST(Journal, OneThatBeganLaterEndsWhatIsCertain) {
    Journal journal{1};
    note(journal, request(7, Port{53}));
    note(journal, request(8, Port{53}), start + 4s);
    note(journal, request(9, Port{53}), start + 3s, true, *IpAddress::parse("192.0.2.2"));
    const auto later = journal.others(7, scan, local);
    EXPECT_FALSE(later.time.shared);
    EXPECT_EQ(later.time.until, start + 4s);
}

}  // namespace
}  // namespace pt::server
