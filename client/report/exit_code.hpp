#pragma once

#include <array>
#include <cstddef>

#include "client/options/options.hpp"
#include "common/core/verdict.hpp"

/// What the shell learns; a tested contract (see the README).
namespace pt::client {

enum class ExitCode : int {
    as_expected = 0,
    not_as_expected = 1,
    usage = 2,
    could_not_test = 3,
    interrupted = 130
};

/// How many results there are of each verdict.
class Tally {
public:
    void add(Verdict verdict) { ++counts_[static_cast<std::size_t>(verdict)]; }
    std::size_t count(Verdict verdict) const { return counts_[static_cast<std::size_t>(verdict)]; }
    std::size_t total() const;

private:
    std::array<std::size_t, all_verdicts.size()> counts_{};
};

bool as_expected(Verdict verdict, Requirement requirement);

/// An interrupted run says so before all else. A port that could not be tested (or none at all)
/// comes before one that is not as expected: the run's word is then not the whole truth.
ExitCode exit_code(const Tally& tally, Requirement requirement, bool interrupted);

/// Of a list, where the ports alone would give `ports`: a list that could not be fetched is a
/// failure to do what was asked, whatever answered. Over ports that nobody named (`guessed`) the
/// list is all that was asked.
ExitCode exit_code_of_list(ExitCode ports, bool guessed, bool listed);

}  // namespace pt::client
