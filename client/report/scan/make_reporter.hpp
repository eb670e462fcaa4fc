#pragma once

#include <iosfwd>
#include <memory>

#include "client/options/options.hpp"
#include "client/report/report.hpp"

namespace pt::client {

/// What a report shows, whatever its format.
struct ReportOptions {
    Shown shown{};
    Requirement require = Requirement::answer;  ///< what passes in junit and tap
    bool explain = false;                       ///< after a table
    bool verbose = false;                       ///< table: each port, and what finds its packets
};

ReportOptions report_options(const Options& options);

/// The report in this format. `out` must outlive it.
std::unique_ptr<Reporter> make_reporter(OutputFormat format, const ReportOptions& options,
                                        std::ostream& out, Style style);

std::unique_ptr<Reporter> make_table_report(std::ostream& out, Style style,
                                            const ReportOptions& options = {});
std::unique_ptr<Reporter> make_json_report(std::ostream& out, const Shown& shown = {});
std::unique_ptr<Reporter> make_json_lines_report(std::ostream& out, const Shown& shown = {});
std::unique_ptr<Reporter> make_csv_report(std::ostream& out, const Shown& shown = {});
std::unique_ptr<Reporter> make_markdown_report(std::ostream& out, const Shown& shown = {});
std::unique_ptr<Reporter> make_junit_report(std::ostream& out, Requirement require,
                                            const Shown& shown = {});
std::unique_ptr<Reporter> make_tap_report(std::ostream& out, Requirement require,
                                          const Shown& shown = {});
std::unique_ptr<Reporter> make_html_report(std::ostream& out, const Shown& shown = {});
std::unique_ptr<Reporter> make_policy_report(std::ostream& out, const Shown& shown = {});

}  // namespace pt::client
