#include "client/app/wait_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

#include "client/cli/whole_target.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Action = WaitPlan::Action;

/// A plan in virtual time. Names resolve to the addresses in `known`, at once; those that are not
/// in it are unknown. Ports give the verdicts in `verdicts`, `round_time` after a round's start.
class Waiting {
public:
    Waiting(std::initializer_list<const char*> words, WaitSettings settings)
        : plan_{targets(words), settings, TimePoint{}} {}

    std::map<std::string, std::vector<IpAddress>> known;
    std::map<std::pair<std::string, std::uint16_t>, std::pair<Verdict, Evidence>> verdicts;
    Nanoseconds round_time = 1ms;

    /// What the plan did, as "2.100 probe tcp/1 on db": with the time in seconds.
    std::vector<std::string> log;

    WaitPlan& plan() { return plan_; }
    Nanoseconds elapsed() const { return now_ - TimePoint{}; }

    /// Until `time`, or until the plan is done.
    bool run_until(Nanoseconds time) {
        while (true) {
            const auto step = plan_.next(now_);
            switch (step.action) {
                case Action::look_up: look_up(step.host); break;
                case Action::probe: begin_round(step.timeout); break;
                case Action::say: log.push_back(stamp() + plan_.progress(now_)); break;
                case Action::wait:
                    if (!advance(step.until, TimePoint{} + time)) {
                        return false;
                    }
                    break;
                case Action::done: return true;
            }
        }
    }

    std::vector<std::string> count(const std::string& text) const {
        std::vector<std::string> found;
        for (const auto& line : log) {
            if (line.find(text) != std::string::npos) {
                found.push_back(line);
            }
        }
        return found;
    }

private:
    static Targets targets(std::initializer_list<const char*> words) {
        Options options;
        for (const auto* word : words) {
            options.whole_targets.push_back(std::get<WholeTarget>(parse_whole_target(word)));
        }
        return std::get<Targets>(read_targets(options));
    }

    std::string stamp() const {
        const auto count = std::chrono::floor<std::chrono::milliseconds>(elapsed()).count();
        auto text = std::to_string(count % 1000);
        return std::to_string(count / 1000) + '.' + std::string(3 - text.size(), '0') + text + ' ';
    }

    void look_up(std::size_t host) {
        const auto name = plan_.round_targets()[host].host;
        log.push_back(stamp() + "look up " + name);
        const auto found = known.find(name);
        if (found == known.end()) {
            plan_.resolved(host, {{}, "Name or service not known"}, now_);
        } else {
            plan_.resolved(host, {found->second, ""}, now_);
        }
    }

    void begin_round(Nanoseconds timeout) {
        round_.clear();
        const auto wanted = plan_.round_targets();
        for (std::uint32_t host = 0; host < wanted.size(); ++host) {
            for (const auto& range : wanted[host].ports->ranges()) {
                const auto port = to_number(range.first);
                ASSERT_EQ(range.first, range.last);
                log.push_back(stamp() + "probe " + std::string{to_string(range.protocol)} + '/' +
                              std::to_string(port) + " on " + wanted[host].host);
                for (const auto& ip : plan_.resolutions()[host].addresses) {
                    round_.push_back({host, {range.protocol, ip, range.first}});
                }
            }
        }
        round_end_ = now_ + std::min(timeout, round_time);
    }

    /// To the plan's own time or to the end of the round, whichever is first.
    bool advance(TimePoint until, TimePoint end) {
        const bool round_ends = round_end_ && *round_end_ <= until;
        const TimePoint next = round_ends ? *round_end_ : until;
        if (next > end) {
            now_ = end;
            return false;
        }
        EXPECT_TRUE(next > now_ || round_ends) << "no progress at " << stamp();
        now_ = next;
        if (round_ends) {
            round_end_.reset();
            for (const auto& [host, endpoint] : round_) {
                plan_.take(result(host, endpoint));
            }
            plan_.round_over(now_);
        }
        return true;
    }

    Result result(std::uint32_t host, const Endpoint& endpoint) {
        Result result;
        result.host = plan_.round_targets()[host].host;
        result.host_place = host;
        result.endpoint = endpoint;
        const auto found = verdicts.find({endpoint.address.to_string(), to_number(endpoint.port)});
        std::tie(result.conclusion.verdict, result.conclusion.evidence) =
            found == verdicts.end() ? std::pair{Verdict::closed, Evidence::reset} : found->second;
        return result;
    }

    WaitPlan plan_;
    TimePoint now_{};
    std::vector<std::pair<std::uint32_t, Endpoint>> round_;
    std::optional<TimePoint> round_end_;
};

constexpr std::pair answered{Verdict::answered, Evidence::handshake};
constexpr std::pair silent{Verdict::filtered, Evidence::silence};
constexpr WaitSettings minute{60s, 1s, Requirement::answer, false};

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
    WaitPlan plan{std::get<Targets>(read_targets([] {
                      Options options;
                      options.hosts = {"a", "b"};
                      options.ports.insert(Protocol::tcp, Port{1});
                      return options;
                  }())),
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

TEST(WaitPlan, AResolverThatKeepsSilentIsToldApartFromANameThatIsNotKnown) {
    Options options;
    options.hosts = {"db"};
    options.ports.insert(Protocol::tcp, Port{1});
    WaitPlan plan{std::get<Targets>(read_targets(options)),
                  {2s, 1s, Requirement::answer, false},
                  TimePoint{}};
    const auto step = plan.next(TimePoint{});
    EXPECT_EQ(step.action, Action::look_up);
    EXPECT_EQ(step.timeout, 2s);
    EXPECT_EQ(plan.next(TimePoint{} + 2s).action, Action::done);
    EXPECT_EQ(plan.missing(), "tcp/1 on db: the resolver has not answered yet");
    EXPECT_EQ(plan.results()[0].local_reason, "the resolver has not answered yet");
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

TEST(WaitPlan, ABoundedNumberOfNamesIsLookedUpAtOnce) {
    Options options;
    for (int host = 0; host < 100; ++host) {
        options.hosts.push_back("h" + std::to_string(host));
    }
    options.ports.insert(Protocol::tcp, Port{1});
    WaitPlan plan{std::get<Targets>(read_targets(options)), minute, TimePoint{}};
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
