#include "client/report/exit_code.hpp"

#include <algorithm>
#include <numeric>

namespace pt::client {

std::size_t Tally::total() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
}

bool as_expected(Verdict verdict, Requirement requirement) {
    return verdict == Verdict::open ||
           (verdict == Verdict::answered && requirement == Requirement::answer);
}

ExitCode exit_code(const Tally& tally, Requirement requirement, bool interrupted) {
    if (interrupted) {
        return ExitCode::interrupted;
    }
    if (tally.total() == 0 || tally.count(Verdict::untested) > 0) {
        return ExitCode::could_not_test;
    }
    const bool all = std::all_of(all_verdicts.begin(), all_verdicts.end(), [&](Verdict verdict) {
        return tally.count(verdict) == 0 || as_expected(verdict, requirement);
    });
    return all ? ExitCode::as_expected : ExitCode::not_as_expected;
}

ExitCode exit_code_of_list(ExitCode ports, bool guessed, bool listed) {
    if (ports == ExitCode::interrupted || (!guessed && ports != ExitCode::as_expected)) {
        return ports;
    }
    return listed ? ExitCode::as_expected : ExitCode::could_not_test;
}

}  // namespace pt::client
