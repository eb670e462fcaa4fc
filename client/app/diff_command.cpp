#include "client/app/diff_command.hpp"

#include <iostream>
#include <utility>

#include "client/app/collector.hpp"
#include "client/app/output_files.hpp"
#include "client/app/session.hpp"
#include "client/compare/compare_files.hpp"
#include "client/report/compare/comparison.hpp"
#include "client/saved/scan_file.hpp"

namespace pt::client {
namespace {

/// On `out` and to the files.
ExitCode print(const Comparison& comparison, OutputFormat format, OutputFiles& files,
               std::ostream& out, std::ostream& errors, Style style) {
    print_comparison(comparison, format, out, style);
    if (format == OutputFormat::jsonl || format == OutputFormat::csv) {
        for (const std::string& note : comparison_notes(comparison)) {
            errors << "pt-client: " << note << '\n';
        }
    }
    const bool written = files.write(
        [&](OutputFormat file_format, std::ostream& file) {
            print_comparison(comparison, file_format, file, Style{});
        },
        errors);
    if (!written) {
        return ExitCode::could_not_test;
    }
    if (comparison.interrupted) {
        return ExitCode::interrupted;
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
    auto files = OutputFiles::open(options.output_files, options.output);
    if (!files) {
        return files.error();
    }
    return print(*comparison, options.output, *files, out, errors, style);
}

Expected<ExitCode> run_against_baseline(const Options& options, Targets targets, std::ostream& out,
                                        std::ostream& errors, Style style,
                                        std::optional<Progress> progress) {
    const auto before = read_scan_file(*options.baseline, std::cin);
    if (!before) {
        return UsageError{"--baseline " + before.error().message};
    }
    auto files = OutputFiles::open(options.output_files, options.output);
    if (!files) {
        return files.error();
    }
    Collector found;
    Session{options, std::move(targets), found, errors, std::move(progress), PastRun{}}.run();
    const auto comparison =
        compare_with_scan(*options.baseline, *before, found.results, found.summary.interrupted);
    return print(comparison, options.output, *files, out, errors, style);
}

}  // namespace pt::client
