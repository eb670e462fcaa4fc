#include "server/record/scan_time.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
/// Began between those two.
constexpr ScanTime scan{{start, start + 1s}, start + 60s};

TEST(ScanTime, WhatCertainlyCameInItsTimeIsItsOwn) {
    EXPECT_EQ(whose({start + 1s, start + 9s}, scan), Whose::scans);
    EXPECT_EQ(whose({start + 1s, start + 1s}, scan), Whose::scans);
    EXPECT_EQ(whose({start + 60s, start + 60s}, scan), Whose::scans);
}

TEST(ScanTime, WhatMayHaveComeBeforeOrAfterItIsUncertain) {
    for (const auto& [earliest, latest] : {std::pair{start - 9s, start + 9s},
                                           {start, start + 999ms},
                                           {start + 999ms, start + 1s},
                                           {start + 59s, start + 61s},
                                           {start + 61s, start + 62s}}) {
        EXPECT_EQ(whose({earliest, latest}, scan), Whose::uncertain);
    }
}

TEST(ScanTime, WhatCameBeforeItIsNoPartOfIt) {
    EXPECT_EQ(whose({start - 9s, start - 1ns}, scan), Whose::nobodys);
}

TEST(ScanTime, InATimeThatIsSharedNothingIsCertain) {
    ScanTime shared = scan;
    shared.shared = true;
    EXPECT_EQ(whose({start + 2s, start + 2s}, shared), Whose::uncertain);
    EXPECT_EQ(whose({start - 2s, start - 2s}, shared), Whose::nobodys);
}

TEST(ScanTime, BeganBeforeItsFirstFrameAndAsItsFramesTell) {
    const ScanTime time = scan_time(start - 3s, start - 2s);
    EXPECT_EQ(time.began.latest, start - 2s - arrival_inaccuracy);
    EXPECT_EQ(time.began.earliest, start - 3s - arrival_inaccuracy);
    EXPECT_EQ(time.until, TimePoint::max());
    const ScanTime contradicted = scan_time(start - 1s, start - 2s);
    EXPECT_EQ(contradicted.began.earliest, contradicted.began.latest);
    EXPECT_EQ(contradicted.began.latest, start - 1s - arrival_inaccuracy);
}

}  // namespace
}  // namespace pt::server
