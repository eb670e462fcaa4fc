#include "client/report/exit_code.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace pt::client {
namespace {

Tally tally_of(std::initializer_list<Verdict> verdicts) {
    Tally tally;
    for (const auto verdict : verdicts) {
        tally.add(verdict);
    }
    return tally;
}

TEST(ExitCode, OfEachVerdictAlone) {
    struct {
        Verdict verdict;
        ExitCode by_default, with_echo_required;
    } const cases[] = {
        {Verdict::open, ExitCode::as_expected, ExitCode::as_expected},
        {Verdict::answered, ExitCode::as_expected, ExitCode::not_as_expected},
        {Verdict::intercepted, ExitCode::not_as_expected, ExitCode::not_as_expected},
        {Verdict::cut, ExitCode::not_as_expected, ExitCode::not_as_expected},
        {Verdict::closed, ExitCode::not_as_expected, ExitCode::not_as_expected},
        {Verdict::rejected, ExitCode::not_as_expected, ExitCode::not_as_expected},
        {Verdict::filtered, ExitCode::not_as_expected, ExitCode::not_as_expected},
        {Verdict::unreachable, ExitCode::not_as_expected, ExitCode::not_as_expected},
        {Verdict::untested, ExitCode::could_not_test, ExitCode::could_not_test},
    };
    ASSERT_EQ(std::size(cases), all_verdicts.size());
    for (const auto& [verdict, by_default, with_echo] : cases) {
        EXPECT_EQ(exit_code(tally_of({verdict}), Requirement::answer, false), by_default)
            << to_string(verdict);
        EXPECT_EQ(exit_code(tally_of({verdict}), Requirement::echo, false), with_echo)
            << to_string(verdict);
        EXPECT_EQ(exit_code(tally_of({verdict}), Requirement::answer, true), ExitCode::interrupted);
    }
}

TEST(ExitCode, OfSeveral) {
    const auto of = [](std::initializer_list<Verdict> verdicts) {
        return exit_code(tally_of(verdicts), Requirement::answer, false);
    };
    EXPECT_EQ(of({Verdict::open, Verdict::answered}), ExitCode::as_expected);
    EXPECT_EQ(of({Verdict::open, Verdict::closed}), ExitCode::not_as_expected);
    EXPECT_EQ(of({Verdict::closed, Verdict::untested, Verdict::open}), ExitCode::could_not_test);
    EXPECT_EQ(of({}), ExitCode::could_not_test);
}

TEST(ExitCode, NumbersAreTheContract) {
    EXPECT_EQ(static_cast<int>(ExitCode::as_expected), 0);
    EXPECT_EQ(static_cast<int>(ExitCode::not_as_expected), 1);
    EXPECT_EQ(static_cast<int>(ExitCode::usage), 2);
    EXPECT_EQ(static_cast<int>(ExitCode::could_not_test), 3);
    EXPECT_EQ(static_cast<int>(ExitCode::interrupted), 130);
}

TEST(Tally, Counts) {
    const auto tally = tally_of({Verdict::open, Verdict::open, Verdict::closed});
    EXPECT_EQ(tally.count(Verdict::open), 2U);
    EXPECT_EQ(tally.count(Verdict::filtered), 0U);
    EXPECT_EQ(tally.total(), 3U);
}

TEST(ExitCode, OfAListThatCouldNotBeHadIsNeverZero) {
    using enum ExitCode;
    struct {
        ExitCode ports;
        bool guessed, listed;
        ExitCode expected;
    } const cases[] = {
        {as_expected, false, true, as_expected},
        {as_expected, false, false, could_not_test},
        {not_as_expected, false, true, not_as_expected},
        {not_as_expected, false, false, not_as_expected},
        {could_not_test, false, true, could_not_test},
        {not_as_expected, true, true, as_expected},
        {not_as_expected, true, false, could_not_test},
        {could_not_test, true, true, as_expected},
        {interrupted, true, true, interrupted},
        {interrupted, true, false, interrupted},
    };
    for (const auto& one : cases) {
        EXPECT_EQ(exit_code_of_list(one.ports, one.guessed, one.listed), one.expected)
            << static_cast<int>(one.ports) << one.guessed << one.listed;
    }
}

}  // namespace
}  // namespace pt::client
