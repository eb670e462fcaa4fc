#include "client/app/report_command.hpp"

#include <algorithm>
#include <iostream>
#include <utility>

#include "client/app/scan_files.hpp"
#include "client/options/read_file.hpp"
#include "client/saved/scan_file.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// What the file says of the whole scan, and what follows from its results.
RunSummary summary_of(const PastResults& past) {
    RunSummary summary = past.summary;
    std::uint32_t hosts = 0;
    for (const Result& result : past.results) {
        if (result.host_place == hosts) {
            summary.host += (hosts++ == 0 ? "" : ",") + result.host;
        }
        summary.interrupted =
            summary.interrupted || result.conclusion.evidence == Evidence::interrupted;
    }
    if (past.counted && *past.counted > past.results.size()) {
        summary.notes.push_back("the file holds " + grouped_number(past.results.size()) +
                                " of the scan's " + counted(*past.counted, "result"));
    }
    return summary;
}

}  // namespace

Expected<ExitCode> run_report(const SavedReportOptions& options, std::ostream& out,
                              std::ostream& errors, Style style) {
    auto past = read_scan_file(options.file, std::cin);
    if (!past) {
        return past.error();
    }
    auto files = OutputFiles::open(options.scan.output_files, options.scan.output);
    if (!files) {
        return files.error();
    }
    if (const auto cut = cut_text(*past); !cut.empty()) {
        errors << "pt-client: " << safe_text(input_name(options.file)) << ": " << cut << std::endl;
    }
    Collector found;
    found.summary = summary_of(*past);
    found.results = std::move(past->results);
    const ReportOptions shown = report_options(options.scan);
    const auto printed = make_reporter(options.scan.output, shown, out, style);
    for (const Result& result : found.results) {
        printed->result(result);
    }
    printed->finish(found.summary);
    return write_scan_files(*files, shown, found, errors) ? ExitCode::as_expected
                                                          : ExitCode::could_not_test;
}

}  // namespace pt::client
