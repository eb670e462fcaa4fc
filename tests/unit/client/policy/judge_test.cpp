#include "client/policy/judge.hpp"

#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

const Wanted strict{.kind = Wanted::Kind::open};
const Wanted any{.kind = Wanted::Kind::open, .proof = Proof::any};
const Wanted blocked{.kind = Wanted::Kind::blocked};
constexpr auto passed = Outcome::passed;
constexpr auto failed = Outcome::failed;
constexpr auto unknown = Outcome::inconclusive;

Result found(Verdict verdict, Evidence evidence, std::optional<bool> holds = std::nullopt,
             Reached reached = Reached::unknown) {
    Result result = sample(Protocol::tcp, 443, verdict, evidence);
    result.server_holds_port = holds;
    result.reached = reached;
    if (verdict == Verdict::filtered) {
        result.conclusion.direction = reached == Reached::nothing   ? Direction::forward
                                      : reached == Reached::unknown ? Direction::unknown
                                                                    : Direction::return_;
    }
    return result;
}

TEST(Judge, OpenAndBlocked) {
    struct Case {
        Result result;
        Outcome strict_outcome;
        Outcome any_outcome;
        Outcome blocked_outcome;
    };
    const std::vector<Case> cases{
        {found(Verdict::open, Evidence::echo), passed, passed, failed},
        {found(Verdict::answered, Evidence::foreign_data), failed, passed, failed},
        {found(Verdict::answered, Evidence::handshake), failed, passed, failed},
        {found(Verdict::intercepted, Evidence::foreign_answer, true, Reached::nothing), failed,
         failed, failed},
        {found(Verdict::cut, Evidence::data_lost, true, Reached::established), failed, failed,
         failed},
        // A listener, and nothing reached it: the only proof.
        {found(Verdict::filtered, Evidence::silence, true, Reached::nothing), failed, failed,
         passed},
        {found(Verdict::rejected, Evidence::icmp_admin_prohibited, true, Reached::nothing), failed,
         failed, passed},
        {found(Verdict::rejected, Evidence::forged_reset, true, Reached::nothing), failed, failed,
         passed},
        {found(Verdict::unreachable, Evidence::icmp_host_unreachable, true, Reached::nothing),
         failed, failed, passed},
        // It got through; only the reply was lost.
        {found(Verdict::filtered, Evidence::silence, true, Reached::attempt), failed, failed,
         failed},
        {found(Verdict::filtered, Evidence::silence, true, Reached::frame), failed, failed, failed},
        {found(Verdict::rejected, Evidence::forged_reset, true, Reached::attempt), failed, failed,
         failed},
        {found(Verdict::closed, Evidence::reset, false, Reached::attempt), failed, failed, failed},
        // No listener, or none that is known.
        {found(Verdict::filtered, Evidence::silence), failed, failed, unknown},
        {found(Verdict::filtered, Evidence::silence, true, Reached::unknown), failed, failed,
         unknown},
        {found(Verdict::rejected, Evidence::icmp_admin_prohibited), failed, failed, unknown},
        {found(Verdict::closed, Evidence::reset), failed, failed, unknown},
        {found(Verdict::closed, Evidence::reset, false, Reached::nothing), failed, failed, unknown},
        {found(Verdict::closed, Evidence::icmp_port_unreachable, true, Reached::nothing), failed,
         failed, unknown},
        {found(Verdict::unreachable, Evidence::no_route), failed, failed, unknown},
        {found(Verdict::unreachable, Evidence::icmp_host_unreachable), failed, failed, unknown},
        {found(Verdict::untested, Evidence::not_listening, false, Reached::nothing), unknown,
         unknown, unknown},
        {found(Verdict::untested, Evidence::server_lost), unknown, unknown, unknown},
        {found(Verdict::untested, Evidence::local_error), unknown, unknown, unknown},
        {found(Verdict::untested, Evidence::interrupted), unknown, unknown, unknown},
    };
    for (const auto& [result, strict_outcome, any_outcome, blocked_outcome] : cases) {
        const auto words = std::string{to_string(result.conclusion.verdict)} + ' ' +
                           std::string{to_string(result.conclusion.evidence)} + ' ' +
                           std::string{to_string(result.reached)};
        EXPECT_EQ(judge(strict, result).outcome, strict_outcome) << words;
        EXPECT_EQ(judge(any, result).outcome, any_outcome) << words;
        EXPECT_EQ(judge(blocked, result).outcome, blocked_outcome) << words;
    }
}

TEST(Judge, TheMethodOfABlock) {
    const auto drop = found(Verdict::filtered, Evidence::silence, true, Reached::nothing);
    const auto reject =
        found(Verdict::rejected, Evidence::icmp_admin_prohibited, true, Reached::nothing);
    const auto by = [](Method method) {
        return Wanted{.kind = Wanted::Kind::blocked, .method = method};
    };
    EXPECT_EQ(judge(by(Method::drop), drop).outcome, passed);
    EXPECT_EQ(judge(by(Method::drop), reject).outcome, failed);
    EXPECT_EQ(judge(by(Method::reject), reject).outcome, passed);
    EXPECT_EQ(judge(by(Method::reject), drop).outcome, unknown);
}

TEST(Judge, AVerdict) {
    const auto wanted = [](std::set<Verdict> verdicts) {
        return Wanted{.kind = Wanted::Kind::verdict, .verdicts = std::move(verdicts)};
    };
    const auto closed = found(Verdict::closed, Evidence::reset);
    EXPECT_EQ(judge(wanted({Verdict::closed}), closed).outcome, passed);
    EXPECT_EQ(judge(wanted({Verdict::open, Verdict::closed}), closed).outcome, passed);
    EXPECT_EQ(judge(wanted({Verdict::open}), closed).outcome, failed);
    const auto lost = found(Verdict::untested, Evidence::server_lost);
    EXPECT_EQ(judge(wanted({Verdict::open}), lost).outcome, unknown);
    // ICMP errors are limited: silence may be the refusal that is wanted, unless something arrived.
    const auto silent = found(Verdict::filtered, Evidence::silence);
    EXPECT_EQ(judge(wanted({Verdict::rejected}), silent).outcome, unknown);
    EXPECT_EQ(judge(wanted({Verdict::answered}), silent).outcome, failed);
    const auto replied = found(Verdict::filtered, Evidence::silence, true, Reached::frame);
    EXPECT_EQ(judge(wanted({Verdict::rejected}), replied).outcome, failed);
}

TEST(Judge, ADirectionAndADevice) {
    Wanted forward{.kind = Wanted::Kind::verdict, .verdicts = {Verdict::filtered}};
    forward.direction = Direction::forward;
    const auto direction = [&](Reached reached) {
        return judge(forward, found(Verdict::filtered, Evidence::silence, true, reached)).outcome;
    };
    EXPECT_EQ(direction(Reached::nothing), passed);
    EXPECT_EQ(direction(Reached::attempt), failed);
    EXPECT_EQ(direction(Reached::unknown), unknown);
    Wanted router{.kind = Wanted::Kind::verdict, .verdicts = {Verdict::rejected}};
    router.by = address("10.0.0.1");
    auto rejected = found(Verdict::rejected, Evidence::icmp_admin_prohibited);
    EXPECT_EQ(judge(router, rejected).outcome, unknown);
    rejected.conclusion.by = address("10.0.0.1");
    EXPECT_EQ(judge(router, rejected).outcome, passed);
    rejected.conclusion.by = address("10.0.0.2");
    EXPECT_EQ(judge(router, rejected).outcome, failed);
    router.by = address("fe80::1");
    rejected.conclusion.by = address("fe80::1%2");
    EXPECT_EQ(judge(router, rejected).outcome, passed);
}

TEST(Judge, ARoundTrip) {
    Wanted fast = strict;
    fast.max_rtt = 300us;
    const auto open = open_port(Protocol::tcp, 443);  // 312 us
    EXPECT_EQ(judge(fast, open).reason, "the round trip takes 0.312 ms, allowed: 0.300 ms");
    fast.max_rtt = 320us;
    EXPECT_EQ(judge(fast, open), (Judgement{passed, ""}));
    EXPECT_EQ(judge(fast, found(Verdict::open, Evidence::echo)).outcome, unknown);
    EXPECT_EQ(judge(fast, found(Verdict::closed, Evidence::reset)).outcome, failed);
    Wanted slow_or_answered = any;
    slow_or_answered.max_rtt = 1us;
    EXPECT_EQ(judge(slow_or_answered, found(Verdict::answered, Evidence::handshake)).outcome,
              passed);
}

}  // namespace
}  // namespace pt::client
