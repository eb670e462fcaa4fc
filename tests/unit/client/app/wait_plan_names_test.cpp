#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "waiting.hpp"

/// How pt-client wait looks up names, and which of their addresses it waits for.
namespace pt::client {
namespace {

using namespace std::chrono_literals;
using namespace test;

TEST(WaitPlan, AnUnknownNameHoldsNobodyBackAndIsFoundOnceItIsThere) {
    Waiting waiting{{"tcp://late:1", "tcp://db:1"}, minute};
    waiting.known = {{"db", {address("192.0.2.1")}}};
    waiting.verdicts = {{{"192.0.2.1", 1}, answered}, {{"192.0.2.2", 1}, answered}};
    EXPECT_FALSE(waiting.run_until(3s));
    EXPECT_EQ(waiting.count("probe tcp/1 on db").size(), 1U);
    EXPECT_EQ(waiting.plan().missing(),
              "tcp/1 on late: name not known yet: Name or service not known");
    waiting.known["late"] = {address("192.0.2.2")};
    EXPECT_TRUE(waiting.run_until(5s));
    EXPECT_TRUE(waiting.plan().met());
    EXPECT_EQ(waiting.count("probe tcp/1 on late").size(), 1U);
}

TEST(WaitPlan, NamesLookedUpTogetherShareARound) {
    WaitPlan plan{*read_targets([] {
                      Options options;
                      options.hosts = {"a", "b"};
                      options.ports.insert(Protocol::tcp, Port{1});
                      return options;
                  }()),
                  minute, TimePoint{}};
    TimePoint now{};
    EXPECT_EQ(plan.next(now).action, Action::look_up);
    EXPECT_EQ(plan.next(now).action, Action::look_up);
    now += 300ms;  // a slow resolver
    plan.resolved(0, {{address("192.0.2.1")}, ""}, now);
    const auto wait = plan.next(now);
    EXPECT_EQ(wait.action, Action::wait);
    EXPECT_EQ(wait.until, now + 50ms);
    now += 2ms;
    plan.resolved(1, {{address("192.0.2.2")}, ""}, now);
    EXPECT_EQ(plan.next(now).action, Action::probe);
}

TEST(WaitPlan, AHostThatMovesIsFoundAtItsNewAddress) {
    Waiting waiting{{"tcp://db:1"}, minute};
    waiting.known = {{"db", {address("192.0.2.1")}}};
    waiting.verdicts = {{{"192.0.2.9", 1}, answered}};
    EXPECT_FALSE(waiting.run_until(4s));
    waiting.known = {};  // between two addresses: what was known stands
    EXPECT_FALSE(waiting.run_until(6s));
    EXPECT_EQ(waiting.plan().missing(), "tcp/1 on db: refused");
    waiting.known = {{"db", {address("192.0.2.9")}}};
    EXPECT_TRUE(waiting.run_until(9s));
    EXPECT_TRUE(waiting.plan().met());
}

TEST(WaitPlan, OneAddressOfANameIsEnoughUnlessAllAreAskedFor) {
    for (const bool every : {false, true}) {
        Waiting waiting{{"tcp://db:1"}, {10s, 1s, Requirement::answer, every}};
        waiting.known = {{"db", {address("2001:db8::1"), address("192.0.2.1")}}};
        waiting.verdicts = {{{"192.0.2.1", 1}, answered}};
        EXPECT_TRUE(waiting.run_until(60s));
        EXPECT_EQ(waiting.plan().met(), !every);
        EXPECT_EQ(waiting.plan().results().size(), every ? 2U : 1U);
        EXPECT_EQ(waiting.plan().missing(), every ? "tcp/1 on db: refused" : "");
    }
    Waiting waiting{{"tcp://db:1"}, {10s, 1s, Requirement::answer, true}};
    waiting.known = {{"db", {address("2001:db8::1"), address("192.0.2.1")}}};
    waiting.verdicts = {{{"192.0.2.1", 1}, answered}, {{"2001:db8::1", 1}, answered}};
    EXPECT_TRUE(waiting.run_until(60s));
    EXPECT_TRUE(waiting.plan().met());
}

TEST(WaitPlan, AResolverThatKeepsSilentIsToldApartFromANameThatIsNotKnown) {
    Options options;
    options.hosts = {"db"};
    options.ports.insert(Protocol::tcp, Port{1});
    WaitPlan plan{*read_targets(options), {2s, 1s, Requirement::answer, false}, TimePoint{}};
    const auto step = plan.next(TimePoint{});
    EXPECT_EQ(step.action, Action::look_up);
    EXPECT_EQ(step.timeout, 2s);
    EXPECT_EQ(plan.next(TimePoint{} + 2s).action, Action::done);
    EXPECT_EQ(plan.missing(), "tcp/1 on db: the resolver has not answered yet");
    EXPECT_EQ(plan.results()[0].local_reason, "the resolver has not answered yet");
}

TEST(WaitPlan, ABoundedNumberOfNamesIsLookedUpAtOnce) {
    Options options;
    for (int host = 0; host < 100; ++host) {
        options.hosts.push_back("h" + std::to_string(host));
    }
    options.ports.insert(Protocol::tcp, Port{1});
    WaitPlan plan{*read_targets(options), minute, TimePoint{}};
    std::size_t under_way = 0;
    while (plan.next(TimePoint{}).action == Action::look_up) {
        ++under_way;
    }
    EXPECT_EQ(under_way, 32U);
    plan.resolved(0, {{}, "no"}, TimePoint{});
    EXPECT_EQ(plan.next(TimePoint{}).action, Action::look_up);
}

}  // namespace
}  // namespace pt::client
