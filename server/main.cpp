#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <csignal>
#include <exception>
#include <functional>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "common/core/safe_text.hpp"
#include "common/keys/key_file.hpp"
#include "common/net/log.hpp"
#include "common/net/standard_streams.hpp"
#include "common/version/version.hpp"
#include "server/app/account.hpp"
#include "server/app/config_file.hpp"
#include "server/app/file_place.hpp"
#include "server/app/known_keys.hpp"
#include "server/app/lockdown.hpp"
#include "server/app/readiness.hpp"
#include "server/app/reload.hpp"
#include "server/app/server.hpp"
#include "server/cli/options.hpp"
#include "server/report/in_use_events.hpp"
#include "server/report/report.hpp"

namespace {

using pt::Notice;
using pt::safe_text;
using pt::UsageError;
using pt::net::field;
using pt::net::log;
using pt::net::LogKey;
using pt::net::LogLevel;
using pt::server::Account;
using pt::server::ExitCode;
using pt::server::Options;
using pt::server::Readiness;
using pt::server::Server;
using pt::server::Settings;

/// Standard output is for results alone, and a reader that has gone away is no reason to stop.
void print(const std::string& text) {
    std::cout << text << std::flush;
    if (!std::cout) {
        log(LogLevel::error, "cannot write to standard output");
        std::cout.clear();
    }
}

void explain(ExitCode decision) {
    switch (decision) {
        case ExitCode::port_not_bound:
            log(LogLevel::error, "failed to bind a port, and --strict was given");
            break;
        case ExitCode::cannot_serve: log(LogLevel::error, "failed to bind any port"); break;
        case ExitCode::stopped:
        case ExitCode::usage: break;
    }
}

/// As the first process of a container (PID namespace) we are given every orphan in it. Ignored,
/// they leave no zombies (sigaction(2)); those that have ended before are waited for. Children of
/// our own there are none.
void reap_orphans() {
    if (getpid() != 1) {
        return;
    }
    std::signal(SIGCHLD, SIG_IGN);
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
}

/// Calls `reload` for each SIGHUP.
void reload_on(boost::asio::signal_set& hang_up, const std::function<void()>& reload) {
    hang_up.async_wait([&hang_up, reload](boost::system::error_code error, int) {
        if (!error) {
            reload();
            reload_on(hang_up, reload);
        }
    });
}

using Keys = std::vector<pt::Key>;

ExitCode run(const Options& options, const Settings& command_line, Keys keys,
             const std::optional<Account>& account, Readiness& readiness) {
    boost::asio::io_context context{1};
    // Before anything is bound, so that no signal finds the server half started.
    boost::asio::signal_set signals{context, SIGINT, SIGTERM};
    boost::asio::signal_set hang_up{context};
    const bool may_reload = command_line.config_file || options.keys_file;
    if (may_reload) {
        hang_up.add(SIGHUP);
    } else {
        std::signal(SIGHUP, SIG_IGN);
    }
    std::signal(SIGPIPE, SIG_IGN);
    reap_orphans();
    Server server{context,
                  {options.ports, options.all_ports, options.bind, options.max_connections,
                   pt::server::Timeouts{}, options.threads, options.journal_file}};
    if (!keys.empty()) {
        server.use_keys(keys);
    }
    print(pt::server::port_report(server.ports()));
    for (const auto& event : pt::server::in_use_events(server.ports(), options.ports,
                                                       pt::server::find_holders(server.ports()))) {
        log(LogLevel::warn, event);
    }
    const auto decision = pt::server::start_decision(server.ports(), options.strictness);
    if (decision != ExitCode::stopped) {
        explain(decision);
        return decision;
    }
    readiness.connect_manager();
    pt::server::lock_down(options, command_line, account, server.watched_folder());
    signals.async_wait([&](boost::system::error_code error, int) {
        if (error) {
            return;
        }
        log(LogLevel::info, "stopping: answering what has arrived");
        readiness.withdraw();
        hang_up.cancel();
        server.stop([&] { signals.cancel(); });
        signals.async_wait([&](boost::system::error_code again, int) {
            if (!again) {
                context.stop();
            }
        });
    });
    server.start([&] { pt::server::give_up_calls(options, command_line); });
    log(LogLevel::info,
        "pt-server {pt} started, instance {server_instance}, room for {max_connections} "
        "connections",
        field<LogKey::pt>(pt::version()),
        field<LogKey::server_instance>(fmt::format("{:016x}", server.instance())),
        field<LogKey::max_connections>(server.max_connections()));
    if (!keys.empty()) {
        pt::server::log_keys(keys, options);
        keys.clear();
    }
    if (const auto& record = server.record()) {
        log(LogLevel::info, *record);
    }
    print(pt::server::ready_line(server.ports()));
    readiness.tell();
    reload_on(hang_up, [&] {
        if (options.keys_file) {
            pt::server::reload_keys(server, options);
        }
        if (command_line.config_file) {
            pt::server::reload(server, options, command_line);
        }
    });
    server.run();
    server.end_threads();
    print(pt::server::totals_report(server.ports(), server.counters()));
    return ExitCode::stopped;
}

ExitCode fail(const UsageError& error) {
    std::cerr << "pt-server: " << error.message << '\n';
    return ExitCode::usage;
}

ExitCode print_notice(const Notice& notice) {
    std::cout << notice.text << std::flush;
    if (!std::cout) {
        std::cerr << "pt-server: the text could not be written to standard output\n";
        return ExitCode::cannot_serve;
    }
    return ExitCode::stopped;
}

ExitCode start(int argc, const char* const argv[]) {
    const auto parsed = pt::server::parse_command_line(argc, argv);
    if (!parsed) {
        return fail(parsed.error());
    }
    if (const auto* const notice = std::get_if<Notice>(&*parsed)) {
        return print_notice(*notice);
    }
    const auto& command_line = std::get<Settings>(*parsed);
    const auto settled = pt::server::read_settings(command_line);
    if (!settled) {
        return fail(settled.error());
    }
    const Options& options = *settled;
    Readiness readiness;
    if (const auto prepared = readiness.prepare(options); !prepared) {
        return fail(prepared.error());
    }
    if (const auto possible = pt::server::check_journal_file(options); !possible) {
        return fail(possible.error());
    }
    Keys keys;
    if (options.keys_file) {
        auto read = pt::read_keys(*options.keys_file, "--keys");
        if (!read) {
            return fail(read.error());
        }
        keys = *std::move(read);
    }
    pt::net::set_up_log(options.log_format, options.log_level);
    for (const auto& word : options.unmatched_except) {
        log(LogLevel::warn,
            "--except \"{argument}\" takes nothing away: no such port is to be listened on (a bare "
            "number means TCP)",
            field<LogKey::argument>(safe_text(word)));
    }
    const auto account = pt::server::choose_account(options, command_line);
    return account ? run(options, command_line, std::move(keys), *account, readiness)
                   : fail(account.error());
}

}  // namespace

int main(int argc, char* argv[]) {
    pt::net::hold_standard_streams();
    try {
        return static_cast<int>(start(argc, argv));
    } catch (const std::exception& error) {
        std::cerr << "pt-server: " << safe_text(error.what()) << '\n';
        return static_cast<int>(ExitCode::cannot_serve);
    }
}
