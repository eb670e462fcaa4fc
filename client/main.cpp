#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <utility>

#include "client/listening_here.hpp"
#include "client/options.hpp"
#include "client/progress.hpp"
#include "client/report.hpp"
#include "client/session.hpp"
#include "client/targets.hpp"

namespace {

using namespace pt::client;

int code(ExitCode exit_code) { return static_cast<int>(exit_code); }

int fail(const UsageError& error) {
    std::cerr << "pt-client: " << error.message << std::endl;
    return code(ExitCode::usage);
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

int run(int argc, const char* const argv[]) {
    auto parsed = parse_options(argc, argv);
    if (const auto* notice = std::get_if<Notice>(&parsed)) {
        std::cout << notice->text << std::flush;
        return code(ExitCode::as_expected);
    }
    if (const auto* error = std::get_if<UsageError>(&parsed)) {
        return fail(*error);
    }
    auto& options = std::get<Options>(parsed);
    use_ports_here(options);
    auto targets = read_targets(options);
    if (const auto* error = std::get_if<UsageError>(&targets)) {
        return fail(*error);
    }
    const bool person_reads = isatty(STDOUT_FILENO) != 0;
    const Style style = style_for(person_reads, std::getenv("NO_COLOR"), std::getenv("TERM"));
    const auto reporter = make_reporter(options, std::cout, style);
    std::optional<Progress> progress;
    const bool lines_in_between = options.output == OutputFormat::jsonl && person_reads;
    if (isatty(STDERR_FILENO) != 0 && !lines_in_between) {
        progress.emplace(std::cerr, std::chrono::steady_clock::now());
    }
    Session session{options, std::get<Targets>(std::move(targets)), *reporter, std::cerr,
                    std::move(progress)};
    const ExitCode result = session.run();
    std::cout.flush();
    if (!std::cout) {
        std::cerr << "pt-client: the results could not be written to standard output" << std::endl;
        return code(ExitCode::could_not_test);
    }
    return code(result);
}

}  // namespace

int main(int argc, const char* argv[]) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "pt-client: " << error.what() << std::endl;
        return code(ExitCode::could_not_test);
    }
}
