#include "client/report/progress.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

TimeRange about(Nanoseconds time) { return {time, time}; }

TEST(ProgressText, SaysDoneTotalRateAndTimeLeft) {
    EXPECT_EQ(progress_text(12'345, 65'535, 5s, about(21'500ms)),
              "12,345 of 65,535 ports, 2,469/s on average, 22 s left");
    EXPECT_EQ(progress_text(0, 65'535, 1s, std::nullopt), "0 of 65,535 ports");
    EXPECT_EQ(progress_text(0, 4'096, 1s, about(3s)), "0 of 4,096 ports, 3 s left");
    EXPECT_EQ(progress_text(0, 0, 0s, std::nullopt), "0 of 0 ports");
    EXPECT_EQ(progress_text(10, 10, 1s, about(0s)), "10 of 10 ports, 10/s on average, 1 s left");
    EXPECT_EQ(progress_text(1, 65'535, 100h, about(101h)), "1 of 65,535 ports");
    EXPECT_EQ(progress_text(3, 10, -1s, std::nullopt), "3 of 10 ports");
}

TEST(ProgressText, LongTimesAreMinutes) {
    EXPECT_EQ(progress_text(0, 9, 1s, about(119s)), "0 of 9 ports, 119 s left");
    EXPECT_EQ(progress_text(0, 9, 1s, about(149s)), "0 of 9 ports, 2 min left");
    EXPECT_EQ(progress_text(0, 9, 1s, about(150s)), "0 of 9 ports, 3 min left");
    EXPECT_EQ(progress_text(0, 9, 1s, about(1'666min)), "0 of 9 ports, 1,666 min left");
    EXPECT_EQ(progress_text(0, 9, 1s, TimeRange{100s, 200s}), "0 of 9 ports, 1 to 4 min left");
}

TEST(ProgressText, SaysBothEndsWhereTheyDiffer) {
    EXPECT_EQ(progress_text(0, 9, 1s, TimeRange{20s, 40s}), "0 of 9 ports, 20 to 40 s left");
    EXPECT_EQ(progress_text(0, 9, 1s, TimeRange{20'900ms, 40'100ms}),
              "0 of 9 ports, 20 to 41 s left");
    EXPECT_EQ(progress_text(0, 9, 1s, TimeRange{20s, 24s}), "0 of 9 ports, 22 s left");
    EXPECT_EQ(progress_text(0, 9, 1s, TimeRange{100ms, 900ms}), "0 of 9 ports, 1 s left");
    EXPECT_EQ(progress_text(0, 9, 1s, TimeRange{1'900ms, 4'100ms}), "0 of 9 ports, 2 to 5 s left")
        << "1 to 5 would be more than a factor of four";
}

TEST(ProgressText, OfAScanThatIsSlowedDown) {
    EXPECT_EQ(slow_progress_text(137, 400, 25.4, TimeRange{6s, 12s}),
              "137 of 400 ports, slowed down: about 25 attempts a second pass, 6 to 12 s left");
    EXPECT_EQ(slow_progress_text(137, 400, std::nullopt, std::nullopt),
              "137 of 400 ports, slowed down");
}

TEST(Progress, TheAverageIsOfTheTimeSinceThePortsBegan) {
    std::ostringstream out;
    Progress progress{out, TimePoint{}};
    progress.update(0, 100, std::nullopt, TimePoint{60s});  // a name was looked up until then
    out.str("");
    progress.update(50, 100, std::nullopt, TimePoint{61s});
    EXPECT_EQ(out.str().substr(0, 36), "\r50 of 100 ports, 50/s on average");
}

TEST(Progress, ShortRunsShowNothing) {
    std::ostringstream out;
    Progress progress{out, TimePoint{}};
    progress.update(0, 10, std::nullopt, TimePoint{});
    progress.update(9, 10, std::nullopt, TimePoint{499ms});
    progress.clear();
    EXPECT_EQ(out.str(), "");
}

TEST(Progress, IsRedrawnTenTimesASecondAtMost) {
    std::ostringstream out;
    Progress progress{out, TimePoint{}};
    int drawn = 0;
    for (auto now = 1000ms; now < 2000ms; now += 1ms) {
        out.str("");
        progress.update(5, 10, std::nullopt, TimePoint{now});
        drawn += out.str().empty() ? 0 : 1;
    }
    EXPECT_EQ(drawn, 10);
}

TEST(Progress, AShorterLineLeavesNothingOfALongerOne) {
    std::ostringstream out;
    Progress progress{out, TimePoint{}};
    progress.update(0, 2000, std::nullopt, TimePoint{});
    progress.update(1000, 2000, about(100s), TimePoint{1s});
    const auto longer = out.str();
    out.str("");
    progress.update(2000, 2000, std::nullopt, TimePoint{2s});
    EXPECT_EQ(out.str().size(), longer.size());
    EXPECT_EQ(out.str().substr(0, 22), "\r2,000 of 2,000 ports,");
}

TEST(Progress, ClearTakesTheLineAwayOnce) {
    std::ostringstream out;
    Progress progress{out, TimePoint{}};
    progress.update(1, 2, std::nullopt, TimePoint{1s});
    const auto width = out.str().size() - 1;
    out.str("");
    progress.clear();
    EXPECT_EQ(out.str(), '\r' + std::string(width, ' ') + '\r');
    out.str("");
    progress.clear();
    EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace pt::client
