#pragma once

#include <iosfwd>

#include "client/app/collector.hpp"
#include "client/app/output_files.hpp"
#include "client/report/scan/make_reporter.hpp"

namespace pt::client {

/// Writes the results of a scan to the files of -o. False if one could not be written.
inline bool write_scan_files(OutputFiles& files, const ReportOptions& options,
                             const Collector& found, std::ostream& errors) {
    return files.write(
        [&](OutputFormat format, std::ostream& out) {
            const auto report = make_reporter(format, options, out, Style{});
            for (const Result& result : found.results) {
                report->result(result);
            }
            report->finish(found.summary);
        },
        errors);
}

}  // namespace pt::client
