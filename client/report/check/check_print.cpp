#include "client/report/check/check_cases.hpp"
#include "client/report/check/check_report.hpp"

namespace pt::client {

void print_check(std::ostream& out, Style style, OutputFormat format, const CheckReport& report) {
    switch (format) {
        case OutputFormat::table: print_check_table(out, style, report); break;
        case OutputFormat::json: print_check_json(out, report); break;
        case OutputFormat::markdown: print_check_markdown(out, report); break;
        case OutputFormat::html: print_check_html(out, report); break;
        case OutputFormat::junit: print_junit(out, check_cases(report)); break;
        case OutputFormat::tap: print_tap(out, check_cases(report)); break;
        case OutputFormat::jsonl:
        case OutputFormat::csv:
        case OutputFormat::policy: break;  // no formats of a check
    }
}

}  // namespace pt::client
