#include "client/pace/loss_meter.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};

TEST(LossMeter, KnowsNothingAtFirst) {
    const LossMeter meter;
    EXPECT_TRUE(meter.empty());
    EXPECT_EQ(meter.loss_at(start), 0.5);
}

TEST(LossMeter, FewAnswersDoNotSayNever) {
    LossMeter meter;
    meter.note_answered(start);
    EXPECT_EQ(meter.loss_at(start), 0.25);
    EXPECT_EQ(meter.loss_at(start - 1h), 0.25) << "times before the first one are the nearest";
    EXPECT_EQ(meter.loss_at(start + 1h), 0.25);
}

TEST(LossMeter, TellsTimesApart) {
    LossMeter meter;
    for (int attempt = 0; attempt < 100; ++attempt) {
        meter.note_answered(start);   // the burst that a policer lets pass
        meter.note_lost(start + 3s);  // what follows
    }
    EXPECT_LT(meter.loss_at(start), 0.01);
    EXPECT_GT(meter.loss_at(start + 3s), 0.99);
}

TEST(LossMeter, ControlAttemptsOutweighThoseOfProbes) {
    LossMeter meter;
    for (int attempt = 0; attempt < 100; ++attempt) {
        meter.note_answered(start);
    }
    for (int control = 0; control < 9; ++control) {
        meter.note_control(start, false);
    }
    EXPECT_EQ(meter.loss_at(start), 0.95);
}

TEST(LossMeter, CountsWhatIsAnsweredInASecond) {
    LossMeter meter;
    for (int attempt = 0; attempt < 50; ++attempt) {
        meter.note_answered(start + attempt * 40ms);
    }
    const RateSample sample = meter.sample(start, start + 2s);
    EXPECT_NEAR(static_cast<double>(sample.answered), 50, 1);
    EXPECT_EQ(sample.lost, 0U);
}

}  // namespace
}  // namespace pt::client
