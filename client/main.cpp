#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "client/app/check_command.hpp"
#include "client/app/command.hpp"
#include "client/app/diff_command.hpp"
#include "client/app/explain_command.hpp"
#include "client/app/keygen_command.hpp"
#include "client/app/listening_here.hpp"
#include "client/app/privileges.hpp"
#include "client/app/report_command.hpp"
#include "client/app/scan_files.hpp"
#include "client/app/session.hpp"
#include "client/app/wait_session.hpp"
#include "client/app/watch_session.hpp"
#include "client/cli/command_line.hpp"
#include "client/options/key_choice.hpp"
#include "client/options/options.hpp"
#include "client/options/targets.hpp"
#include "client/report/progress.hpp"
#include "client/report/repeatable.hpp"
#include "client/report/scan/make_reporter.hpp"
#include "client/report/watch/watch_report.hpp"
#include "client/saved/resume.hpp"
#include "client/saved/saved_journal.hpp"
#include "common/core/failure.hpp"
#include "common/net/standard_streams.hpp"

namespace {

using namespace pt::client;
using pt::Notice;
using pt::UsageError;

int code(ExitCode exit_code) { return static_cast<int>(exit_code); }

int fail(const UsageError& error) {
    std::cerr << "pt-client: " << error.message << std::endl;
    return code(ExitCode::usage);
}

/// The exit code where something has been printed.
int written(ExitCode result, const char* what = "the results") {
    std::cout.flush();
    if (!std::cout) {
        std::cerr << "pt-client: " << what << " could not be written to standard output"
                  << std::endl;
        return code(ExitCode::could_not_test);
    }
    return code(result);
}

Style style_of(int descriptor, Color asked) {
    return style_for(asked, isatty(descriptor) != 0, std::getenv("NO_COLOR"), std::getenv("TERM"));
}

/// For what --quiet leaves out.
std::ostream& unless_quiet(bool quiet, std::ostream& out) {
    static std::ostream nothing{nullptr};
    return quiet ? nothing : out;
}

/// Nothing but the command's own output goes to stdout where one follows.
int wait(const WaitOptions& options) {
    auto targets = read_targets(options.scan);
    if (!targets) {
        return fail(targets.error());
    }
    pt::net::hold_standard_streams();  // the command is to find no socket in the place of one
    const Command command{options.command};
    const bool only_errors = !options.command.empty();
    std::ostream& errors = unless_quiet(options.scan.quiet, std::cerr);
    std::ostream& out = only_errors ? errors : unless_quiet(options.scan.quiet, std::cout);
    const Style style = style_of(only_errors ? STDERR_FILENO : STDOUT_FILENO, options.scan.color);
    const auto reporter =
        make_reporter(options.scan.output, report_options(options.scan), out, style);
    const ExitCode result = WaitSession{options, *std::move(targets), *reporter, errors}.run();
    if (result == ExitCode::as_expected && !options.command.empty()) {
        return command.execute(std::cerr);
    }
    return written(result);
}

/// Over loopback there is no need to guess which ports are open.
void use_ports_here(Options& options) {
    const auto address =
        options.hosts.size() == 1 ? pt::IpAddress::parse(options.hosts.front()) : std::nullopt;
    if (options.any_port && address && address->is_loopback()) {
        if (const auto ports = listening_here(*address); !ports.empty()) {
            options.ports = ports;
        }
    }
}

/// For whoever watches stderr, unless --quiet is given or results are printed in between.
std::optional<Progress> make_progress(bool unwanted) {
    return isatty(STDERR_FILENO) != 0 && !unwanted
               ? std::optional<Progress>{std::in_place, std::cerr, std::chrono::steady_clock::now()}
               : std::nullopt;
}

int check(const CheckOptions& options) {
    const auto result =
        run_check(options, unless_quiet(options.scan.quiet, std::cout), std::cerr,
                  style_of(STDOUT_FILENO, options.scan.color), make_progress(options.scan.quiet));
    return result ? written(*result) : fail(result.error());
}

int diff(const DiffOptions& options) {
    const auto result =
        run_diff(options, unless_quiet(options.quiet, std::cout),
                 unless_quiet(options.quiet, std::cerr), style_of(STDOUT_FILENO, options.color));
    return result ? written(*result, "the changes") : fail(result.error());
}

std::optional<Screen> screen_of_stdout() {
    winsize size{};
    if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
        size.ws_row == 0 || size.ws_col == 0) {
        return std::nullopt;
    }
    return Screen{size.ws_row, size.ws_col};
}

int watch(const WatchOptions& options) {
    auto targets = read_targets(options.scan);
    if (!targets) {
        return fail(targets.error());
    }
    std::ostream& out = unless_quiet(options.scan.quiet, std::cout);
    const auto report =
        options.scan.output == OutputFormat::table
            ? make_watch_lines(out, style_of(STDOUT_FILENO, options.scan.color), screen_of_stdout)
            : make_watch_json(out);
    const auto result = WatchSession{options, *std::move(targets), *report, std::cerr}.run();
    return result ? written(*result, "the events") : fail(result.error());
}

int report(const SavedReportOptions& options) {
    const auto result = run_report(options, unless_quiet(options.scan.quiet, std::cout), std::cerr,
                                   style_of(STDOUT_FILENO, options.scan.color));
    return result ? written(*result, "the report") : fail(result.error());
}

int scan(Options options) {
    use_ports_here(options);
    auto past = PastRun::read(options);
    if (!past) {
        return fail(past.error());
    }
    PastRun& past_run = *past;
    auto targets = names_no_target(options) ? past_run.targets() : read_targets(options);
    if (!targets) {
        return fail(targets.error());
    }
    std::ostream& out = unless_quiet(options.quiet, std::cout);
    const Style style = style_of(STDOUT_FILENO, options.color);
    if (options.baseline) {
        const auto result = run_against_baseline(options, *std::move(targets), out, std::cerr,
                                                 style, make_progress(options.quiet));
        return result ? written(*result, "the changes") : fail(result.error());
    }
    // Read again after the run; a file that is wrong is refused before it.
    const auto journal = SavedJournal::read(options);
    if (!journal) {
        return fail(journal.error());
    }
    if (const auto remark = past_run.remark(options); !options.quiet && !remark.empty()) {
        std::cerr << "pt-client: " << remark << std::endl;
    }
    if (past_run.is_standard_output() && past_run.ends_within_line()) {
        out << '\n';  // what is cut stays on a line of its own
    }
    auto files = OutputFiles::open(options.output_files, options.output);
    if (!files) {
        return fail(files.error());
    }
    const ReportOptions shown = report_options(options);
    RepeatableReport printed{out, [&](std::ostream& repeatable) {
                                 return make_reporter(options.output, shown, repeatable, style);
                             }};
    CollectorBeside collector{printed};
    Reporter* const reporter = files->empty() ? static_cast<Reporter*>(&printed) : &collector;
    const bool lines_in_between =
        options.output == OutputFormat::jsonl && isatty(STDOUT_FILENO) != 0;
    Session session{options,
                    *std::move(targets),
                    *reporter,
                    std::cerr,
                    make_progress(lines_in_between || options.quiet),
                    std::move(past_run)};
    const ExitCode result = session.run();
    const bool files_written = write_scan_files(*files, shown, collector, std::cerr);
    return written(files_written ? result : ExitCode::could_not_test);
}

/// The key of the scans that a command makes.
template <class... Choices>
pt::Expected<void> choose_key(std::variant<Choices...>& parsed) {
    return std::visit(
        [](auto& choice) -> pt::Expected<void> {
            if constexpr (std::is_same_v<decltype(choice), Options&>) {
                return pt::client::choose_key(choice);
            } else if constexpr (requires { choice.scan; }) {
                return pt::client::choose_key(choice.scan);
            } else {
                return {};
            }
        },
        parsed);
}

bool runs_command(const ParsedCommandLine::value_type& asked) {
    const auto* const wait = std::get_if<WaitOptions>(&asked);
    const auto* const watch = std::get_if<WatchOptions>(&asked);
    return (wait != nullptr && !wait->command.empty()) ||
           (watch != nullptr && !watch->command.empty());
}

int run(int argc, const char* const argv[]) {
    auto parsed = parse_command_line(argc, argv);
    if (!parsed) {
        return fail(parsed.error());
    }
    if (const auto* notice = std::get_if<Notice>(&*parsed)) {
        std::cout << notice->text;
        return written(ExitCode::as_expected, "the text");
    }
    if (!runs_command(*parsed)) {
        give_up_privileges();
    }
    if (const auto* options = std::get_if<KeygenOptions>(&*parsed)) {
        return written(run_keygen(*options, std::cout, std::cerr), "the id of the key");
    }
    if (const auto chosen = choose_key(*parsed); !chosen) {
        return fail(chosen.error());
    }
    if (const auto* options = std::get_if<CheckOptions>(&*parsed)) {
        return check(*options);
    }
    if (const auto* options = std::get_if<DiffOptions>(&*parsed)) {
        return diff(*options);
    }
    if (std::holds_alternative<Lesson>(*parsed)) {
        return written(run_explain(std::cout, std::cerr), "the text");
    }
    if (const auto* options = std::get_if<SavedReportOptions>(&*parsed)) {
        return report(*options);
    }
    if (const auto* options = std::get_if<WaitOptions>(&*parsed)) {
        return wait(*options);
    }
    if (const auto* options = std::get_if<WatchOptions>(&*parsed)) {
        return watch(*options);
    }
    return scan(std::get<Options>(*std::move(parsed)));
}

/// Before all others: libraries allocate as they are loaded (yaml-cpp).
[[gnu::constructor(101)]] void be_prepared() {
    pt::end_where_memory_is_out("pt-client: out of memory\n", code(ExitCode::could_not_test));
}

}  // namespace

int main(int argc, const char* argv[]) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "pt-client: " << pt::failure_text(error) << std::endl;
        return code(ExitCode::could_not_test);
    }
}
