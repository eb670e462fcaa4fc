#include "client/app/wait_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "waiting.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::pair silent{Verdict::filtered, Evidence::silence};

TEST(WaitPlan, IsDoneAtOnceWhereAllIsThere) {
    Waiting waiting{{"tcp://db:5432", "udp://dns:53"}, minute};
    waiting.known = {{"db", {address("192.0.2.1")}}, {"dns", {address("2001:db8::1")}}};
    waiting.verdicts = {{{"192.0.2.1", 5432}, answered},
                        {{"2001:db8::1", 53}, {Verdict::open, Evidence::echo}}};
    EXPECT_TRUE(waiting.run_until(60s));
    EXPECT_TRUE(waiting.plan().met());
    EXPECT_THAT(waiting.log,
                ElementsAre("0.000 look up db", "0.000 look up dns", "0.000 probe tcp/5432 on db",
                            "0.000 probe udp/53 on dns"));
    EXPECT_EQ(waiting.plan().results().size(), 2U);
}

TEST(WaitPlan, APortThatIsThereIsNotProbedAgain) {
    Waiting waiting{{"tcp://db:1", "tcp://db:3"}, minute};
    waiting.known = {{"db", {address("192.0.2.1")}}};
    waiting.verdicts = {{{"192.0.2.1", 1}, answered}};
    EXPECT_FALSE(waiting.run_until(10s));
    EXPECT_EQ(waiting.count("probe tcp/1 ").size(), 1U);
    EXPECT_GT(waiting.count("probe tcp/3 ").size(), 5U);
    EXPECT_EQ(waiting.plan().missing(), "tcp/3 on db: refused");
    waiting.verdicts[{"192.0.2.1", 3}] = answered;
    EXPECT_TRUE(waiting.run_until(12s));
    EXPECT_TRUE(waiting.plan().met());
}

TEST(WaitPlan, PausesGrowSoThatARefusedPortIsNotHammered) {
    Waiting waiting{{"tcp://db:1"}, minute};
    waiting.known = {{"db", {address("192.0.2.1")}}};
    waiting.run_until(5s);
    EXPECT_THAT(
        waiting.count("probe"),
        ElementsAre("0.000 probe tcp/1 on db", "0.101 probe tcp/1 on db", "0.302 probe tcp/1 on db",
                    "0.703 probe tcp/1 on db", "1.504 probe tcp/1 on db", "2.505 probe tcp/1 on db",
                    "3.506 probe tcp/1 on db", "4.507 probe tcp/1 on db"));
}

TEST(WaitPlan, OpenNeedsTheEcho) {
    Waiting waiting{{"tcp://db:1"}, {10s, 1s, Requirement::echo, false}};
    waiting.known = {{"db", {address("192.0.2.1")}}};
    waiting.verdicts = {{{"192.0.2.1", 1}, answered}};
    EXPECT_FALSE(waiting.run_until(5s));
    EXPECT_EQ(waiting.plan().missing(), "tcp/1 on db: answered, but not by pt-server");
    waiting.verdicts = {{{"192.0.2.1", 1}, {Verdict::open, Evidence::echo}}};
    EXPECT_TRUE(waiting.run_until(7s));
    EXPECT_TRUE(waiting.plan().met());
}

TEST(WaitPlan, SaysEveryFewSecondsWhatIsMissing) {
    Waiting waiting{{"tcp://db:5432", "tcp://cache:6379", "udp://dns:53"}, minute};
    waiting.known = {{"db", {address("192.0.2.1")}}, {"dns", {address("192.0.2.3")}}};
    waiting.verdicts = {{{"192.0.2.3", 53}, silent}};
    waiting.run_until(12s);
    const auto told = waiting.count("waiting for");
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[0],
              "1.000 waiting for tcp/5432 on db: refused; tcp/6379 on cache: name not known yet: "
              "Name or service not known; udp/53 on dns: no answer, and over UDP only an "
              "answer counts; 1 s of 60 s");
    EXPECT_THAT(told[1], HasSubstr("6.000 "));
    EXPECT_THAT(told[2], HasSubstr("11 s of 60 s"));
}

TEST(WaitPlan, EndsWithItsTimeAndKeepsWhatIsKnown) {
    Waiting waiting{{"tcp://db:1", "tcp://nowhere:2"}, {3500ms, 1s, Requirement::answer, false}};
    waiting.known = {{"db", {address("192.0.2.1")}}};
    EXPECT_TRUE(waiting.run_until(60s));
    EXPECT_FALSE(waiting.plan().met());
    EXPECT_EQ(waiting.elapsed(), 3500ms);
    const auto results = waiting.plan().results();
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].conclusion.verdict, Verdict::closed);
    EXPECT_EQ(results[1].conclusion.verdict, Verdict::untested);
    EXPECT_EQ(results[1].local_reason, "Name or service not known");
}

TEST(WaitPlan, ALastRoundWithoutTimeDoesNotWeakenWhatIsKnown) {
    Waiting waiting{{"tcp://db:1"}, {2s, 1s, Requirement::answer, false}};
    waiting.known = {{"db", {address("192.0.2.1")}}};
    EXPECT_FALSE(waiting.run_until(1400ms));
    waiting.verdicts = {{{"192.0.2.1", 1}, silent}};
    waiting.round_time = 1s;
    EXPECT_TRUE(waiting.run_until(60s));
    EXPECT_EQ(waiting.count("probe").back(), "1.504 probe tcp/1 on db");
    EXPECT_EQ(waiting.elapsed(), 2s);
    EXPECT_EQ(waiting.plan().missing(), "tcp/1 on db: refused");
}

TEST(WaitPlan, EvenAShortWaitHasARound) {
    Waiting waiting{{"tcp://db:1"}, {1ms, 1s, Requirement::answer, false}};
    waiting.known = {{"db", {address("192.0.2.1")}}};
    waiting.verdicts = {{{"192.0.2.1", 1}, silent}};
    EXPECT_TRUE(waiting.run_until(60s));
    ASSERT_EQ(waiting.plan().results().size(), 1U);
    EXPECT_EQ(waiting.plan().results()[0].conclusion.verdict, Verdict::filtered);
}

TEST(WaitPlan, StopsAnUnfinishedRoundSoonAfterItsTime) {
    WaitPlan plan{{{"db",
                    [] {
                        PortSet ports;
                        ports.insert(Protocol::tcp, Port{1});
                        return std::make_shared<const PortSet>(ports);
                    }()}},
                  {500ms, 1s, Requirement::answer, false},
                  TimePoint{}};
    EXPECT_EQ(plan.next(TimePoint{}).action, Action::look_up);
    plan.resolved(0, {{address("192.0.2.1")}, ""}, TimePoint{});
    const auto round = plan.next(TimePoint{});
    EXPECT_EQ(round.action, Action::probe);
    EXPECT_EQ(round.timeout, 500ms);
    EXPECT_EQ(plan.next(TimePoint{} + 550ms).action, Action::wait);
    EXPECT_EQ(plan.next(TimePoint{} + 600ms).action, Action::done);
    EXPECT_EQ(plan.missing(), "tcp/1 on db: not tried to the end");
    EXPECT_EQ(plan.results()[0].conclusion.evidence, Evidence::interrupted);
}

}  // namespace
}  // namespace pt::client
