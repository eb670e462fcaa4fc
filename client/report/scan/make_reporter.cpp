#include "client/report/scan/make_reporter.hpp"

namespace pt::client {

std::unique_ptr<Reporter> make_reporter(const Options& options, std::ostream& out, Style style) {
    const Shown shown{options.only};
    switch (options.output) {
        case OutputFormat::table: return make_table_report(out, style, options.explain, shown);
        case OutputFormat::json: return make_json_report(out, shown);
        case OutputFormat::jsonl: return make_json_lines_report(out, shown);
        case OutputFormat::csv: return make_csv_report(out, shown);
        case OutputFormat::html: return make_html_report(out, shown);
        case OutputFormat::policy: return make_policy_report(out, shown);
    }
    return nullptr;
}

}  // namespace pt::client
