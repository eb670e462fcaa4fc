#include "client/app/diff_command.hpp"

#include <ostream>
#include <utility>

#include "client/app/collector.hpp"
#include "client/app/session.hpp"
#include "client/compare/compare_files.hpp"
#include "client/report/compare/comparison.hpp"

namespace pt::client {
namespace {

ExitCode print(const Comparison& comparison, OutputFormat format, std::ostream& out,
               std::ostream& errors, Style style) {
    print_comparison(comparison, format, out, style);
    if (format == OutputFormat::jsonl || format == OutputFormat::csv) {
        for (const std::string& note : comparison_notes(comparison)) {
            errors << "pt-client: " << note << '\n';
        }
    }
    switch (compare_exit(comparison)) {
        case CompareExit::identical: return ExitCode::as_expected;
        case CompareExit::different: return ExitCode::not_as_expected;
        case CompareExit::not_comparable: break;
    }
    return ExitCode::could_not_test;
}

}  // namespace

Expected<ExitCode> run_diff(const DiffOptions& options, std::ostream& out, std::ostream& errors,
                            Style style) {
    const auto comparison = compare_files(options.before, options.after);
    if (!comparison) {
        return comparison.error();
    }
    return print(*comparison, options.output, out, errors, style);
}

Expected<ExitCode> run_against_baseline(const Options& options, Targets targets, std::ostream& out,
                                        std::ostream& errors, Style style,
                                        std::optional<Progress> progress) {
    const auto before = read_scan_file(*options.baseline);
    if (!before) {
        return UsageError{"--baseline " + before.error().message};
    }
    Collector found;
    Session{options, std::move(targets), found, errors, std::move(progress), PastRun{}}.run();
    const bool interrupted = found.summary.interrupted;
    const ExitCode code =
        print(compare_with_scan(*options.baseline, *before, found.results, interrupted),
              options.output, out, errors, style);
    return interrupted ? ExitCode::interrupted : code;
}

}  // namespace pt::client
