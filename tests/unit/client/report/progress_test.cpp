#include "client/report/progress.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

TEST(ProgressText, SaysDoneTotalRateAndTimeLeft) {
    EXPECT_EQ(progress_text(12'345, 65'535, 5s), "12,345 of 65,535 ports, 2,469/s, 22 s left");
    EXPECT_EQ(progress_text(0, 65'535, 1s), "0 of 65,535 ports");
    EXPECT_EQ(progress_text(0, 0, 0s), "0 of 0 ports");
    EXPECT_EQ(progress_text(10, 10, 1s), "10 of 10 ports, 10/s");
    EXPECT_EQ(progress_text(100, 100'000, 100s), "100 of 100,000 ports, 1/s, 1,666 min left");
    EXPECT_EQ(progress_text(1, 65'535, 100h), "1 of 65,535 ports");
    EXPECT_EQ(progress_text(3, 10, -1s), "3 of 10 ports");
}

TEST(Progress, ShortRunsShowNothing) {
    std::ostringstream out;
    Progress progress{out, TimePoint{}};
    progress.update(0, 10, TimePoint{});
    progress.update(9, 10, TimePoint{499ms});
    progress.clear();
    EXPECT_EQ(out.str(), "");
}

TEST(Progress, IsRedrawnTenTimesASecondAtMost) {
    std::ostringstream out;
    Progress progress{out, TimePoint{}};
    int drawn = 0;
    for (auto now = 1000ms; now < 2000ms; now += 1ms) {
        out.str("");
        progress.update(5, 10, TimePoint{now});
        drawn += out.str().empty() ? 0 : 1;
    }
    EXPECT_EQ(drawn, 10);
}

TEST(Progress, AShorterLineLeavesNothingOfALongerOne) {
    std::ostringstream out;
    Progress progress{out, TimePoint{}};
    progress.update(1000, 2000, TimePoint{1s});
    const auto longer = out.str();
    out.str("");
    progress.update(2000, 2000, TimePoint{2s});
    EXPECT_EQ(out.str().size(), longer.size());
    EXPECT_EQ(out.str().substr(0, 22), "\r2,000 of 2,000 ports,");
}

TEST(Progress, ClearTakesTheLineAwayOnce) {
    std::ostringstream out;
    Progress progress{out, TimePoint{}};
    progress.update(1, 2, TimePoint{1s});
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
