#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "client/report/explain/explain.hpp"

/// For the tests of what --explain prints.
namespace pt::client {

/// One blank wherever a line was broken or indented.
inline std::string unwrapped(const std::string& text) {
    std::istringstream words{text};
    std::string out;
    for (std::string word; words >> word;) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

inline ExplainFacts known_facts() {
    ExplainFacts facts;
    facts.ephemeral_range = {Port{32768}, Port{60999}};
    return facts;
}

inline std::string explained(const std::vector<Result>& results, const ExplainFacts& facts) {
    return explain(refs_to(results), facts);
}

inline std::string story(const std::vector<Result>& results,
                         const ExplainFacts& facts = known_facts()) {
    return unwrapped(explained(results, facts));
}

}  // namespace pt::client
