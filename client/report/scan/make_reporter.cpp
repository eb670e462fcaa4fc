#include "client/report/scan/make_reporter.hpp"

namespace pt::client {

ReportOptions report_options(const Options& options) {
    return {{options.only}, options.require, options.explain, options.verbose};
}

std::unique_ptr<Reporter> make_reporter(OutputFormat format, const ReportOptions& options,
                                        std::ostream& out, Style style) {
    const Shown& shown = options.shown;
    switch (format) {
        case OutputFormat::table: return make_table_report(out, style, options);
        case OutputFormat::json: return make_json_report(out, shown);
        case OutputFormat::jsonl: return make_json_lines_report(out, shown);
        case OutputFormat::csv: return make_csv_report(out, shown);
        case OutputFormat::markdown: return make_markdown_report(out, shown);
        case OutputFormat::junit: return make_junit_report(out, options.require, shown);
        case OutputFormat::tap: return make_tap_report(out, options.require, shown);
        case OutputFormat::html: return make_html_report(out, shown);
        case OutputFormat::policy: return make_policy_report(out, shown);
    }
    return nullptr;
}

}  // namespace pt::client
