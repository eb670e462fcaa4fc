#pragma once

#include <iosfwd>
#include <memory>

#include "client/options/options.hpp"
#include "client/report/report.hpp"

namespace pt::client {

/// The report that the options ask for. `out` must outlive it.
std::unique_ptr<Reporter> make_reporter(const Options& options, std::ostream& out, Style style);

std::unique_ptr<Reporter> make_table_report(std::ostream& out, Style style, bool explain,
                                            const Shown& shown = {});
std::unique_ptr<Reporter> make_json_report(std::ostream& out, const Shown& shown = {});
std::unique_ptr<Reporter> make_json_lines_report(std::ostream& out, const Shown& shown = {});
std::unique_ptr<Reporter> make_csv_report(std::ostream& out, const Shown& shown = {});
std::unique_ptr<Reporter> make_html_report(std::ostream& out, const Shown& shown = {});
std::unique_ptr<Reporter> make_policy_report(std::ostream& out, const Shown& shown = {});

}  // namespace pt::client
