#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/compare/changes.hpp"

/// Two results for one port beside each other. Pure.
namespace pt::client {

enum class Reach { reachable, blocked, refused, unknown };
Reach reach_of(Verdict verdict);

struct Difference {
    ChangeKind kind = ChangeKind::changed;
    std::vector<std::string> remarks;
};

/// Nothing where the results say the same, or are both untested. What may be the same network seen
/// with other knowledge, as a direction that only one scan could tell, is `changed`, never newly
/// open or newly blocked.
std::optional<Difference> difference(const Result& before, const Result& after);

/// What a report needs of a result.
Side side_of(const Result& result);

}  // namespace pt::client
