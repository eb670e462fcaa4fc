#include "client/report/report.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include "client/report/collected.hpp"

namespace pt::client {
namespace {

bool comes_before(const Result& a, const Result& b) {
    return std::tie(a.host_place, a.endpoint.address, a.endpoint.protocol, a.endpoint.port) <
           std::tie(b.host_place, b.endpoint.address, b.endpoint.protocol, b.endpoint.port);
}

ResultRefs in_order(const std::vector<Result>& results) {
    auto refs = refs_to(results);
    std::sort(refs.begin(), refs.end(),
              [](const Result* a, const Result* b) { return comes_before(*a, *b); });
    return refs;
}

}  // namespace

Style style_for(Color asked, bool terminal, const char* no_color, const char* term) {
    const bool refused = no_color != nullptr && *no_color != '\0';
    const bool dumb = term == nullptr || std::string_view{term} == "dumb";
    const bool has_colours = terminal && !refused && !dumb;
    return {.colour = asked == Color::always || (asked == Color::automatic && has_colours)};
}

void CollectedReport::finish(const RunSummary& summary) { print(in_order(results_), summary); }

}  // namespace pt::client
