#include "client/report/report.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "client/report/collected.hpp"

namespace pt::client {
namespace {

bool comes_before(const Result& a, const Result& b) {
    return std::tie(a.host_place, a.endpoint.address, a.endpoint.protocol, a.endpoint.port) <
           std::tie(b.host_place, b.endpoint.address, b.endpoint.protocol, b.endpoint.port);
}

/// Results are large, and there may be very many: each is moved once.
void sort_results(std::vector<Result>& results) {
    std::vector<std::size_t> order(results.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&results](std::size_t a, std::size_t b) {
        return comes_before(results[a], results[b]);
    });
    // `order[place]` says which result belongs there. Results change places in cycles.
    for (std::size_t first = 0; first < order.size(); ++first) {
        if (order[first] == first) {
            continue;
        }
        Result held = std::move(results[first]);
        std::size_t place = first;
        while (order[place] != first) {
            const std::size_t from = std::exchange(order[place], place);
            results[place] = std::move(results[from]);
            place = from;
        }
        order[place] = place;
        results[place] = std::move(held);
    }
}

}  // namespace

Style style_for(bool terminal, const char* no_color, const char* term) {
    const bool refused = no_color != nullptr && *no_color != '\0';
    const bool dumb = term == nullptr || std::string_view{term} == "dumb";
    return {.colour = terminal && !refused && !dumb};
}

std::unique_ptr<Reporter> make_reporter(const Options& options, std::ostream& out, Style style) {
    const Shown shown{options.only};
    switch (options.output) {
        case OutputFormat::table: return make_table_report(out, style, options.explain, shown);
        case OutputFormat::json: return make_json_report(out, shown);
        case OutputFormat::jsonl: return make_json_lines_report(out, shown);
        case OutputFormat::csv: return make_csv_report(out, shown);
    }
    return nullptr;
}

void CollectedReport::finish(const RunSummary& summary) {
    sort_results(results_);
    print(results_, summary);
}

}  // namespace pt::client
