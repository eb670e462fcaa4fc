#include "client/session.hpp"

#include <sys/random.h>

#include <algorithm>
#include <csignal>
#include <ostream>
#include <utility>

#include "client/local_facts.hpp"
#include "client/probe_list.hpp"
#include "common/net/descriptor_limit.hpp"
#include "common/net/safe_text.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr auto progress_interval = 100ms;

/// Descriptors that are not for probes: standard streams, epoll, timers, resolver, UDP channels.
constexpr std::size_t reserved_descriptors = 64;
/// Connects under way in the network at once. A listener's backlog is 4,096 by default (Linux
/// net.core.somaxconn), and must hold them where one listener serves many ports.
constexpr std::size_t tcp_window = 1024;
/// Datagrams under way at once: their echoes must fit into the receive queue that Linux grants by
/// default (net.core.rmem_max 212,992 doubled, about 800 bytes for each small datagram). So must
/// they where they all come back at once; nobody keeps a datagram for long before that is known.
constexpr std::size_t udp_window = 256;
constexpr auto udp_assumed_trip = 5ms;

std::uint64_t random_number() {
    std::uint64_t number = 0;
    // Up to 256 bytes are never cut short or interrupted (getrandom(2)).
    if (getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
        throw std::system_error{errno, std::system_category(), "getrandom"};
    }
    return number;
}

std::vector<std::string> host_names(const Targets& targets) {
    std::vector<std::string> names;
    for (const Target& target : targets) {
        names.push_back(target.host);
    }
    return names;
}

/// One engine's share of what is bounded for the whole run.
EngineSettings engine_settings(const Options& options, double share, std::size_t in_flight,
                               std::size_t window) {
    EngineSettings settings;
    settings.plan = AttemptPlan{options.tries, options.timeout};
    settings.limits.in_flight = in_flight;
    settings.limits.window = window;
    if (options.concurrency) {
        const auto bound = static_cast<std::size_t>(*options.concurrency * share);
        settings.limits.in_flight = std::clamp<std::size_t>(bound, 1, in_flight);
    }
    if (options.rate) {
        settings.limits.rate = *options.rate * share;
    }
    settings.source = {options.source, options.source_port, options.interface.value_or(""),
                       options.dscp};
    settings.count = options.count;
    settings.seed = random_number();
    return settings;
}

RunSettings run_settings(const Options& options, const std::vector<Probe>& probes) {
    const auto is_tcp = [](const Probe& probe) { return probe.endpoint.protocol == Protocol::tcp; };
    const auto tcp = static_cast<double>(std::count_if(probes.begin(), probes.end(), is_tcp));
    const double tcp_share = probes.empty() ? 0 : tcp / static_cast<double>(probes.size());
    const std::size_t limit = net::raise_descriptor_limit();
    RunSettings settings;
    settings.descriptors =
        limit > 2 * reserved_descriptors ? limit - reserved_descriptors : limit / 2;
    settings.tcp = engine_settings(options, tcp_share, settings.descriptors, tcp_window);
    settings.udp = engine_settings(options, 1 - tcp_share, probes.size(), udp_window);
    settings.udp.limits.assumed_trip = udp_assumed_trip;
    settings.session = random_number();
    settings.ask_journal = options.journal;
    settings.ask_manifest = options.list;
    return settings;
}

}  // namespace

Session::Session(const Options& options, Targets targets, Reporter& reporter, std::ostream& errors,
                 std::optional<Progress> progress)
    : options_{options},
      targets_{std::move(targets)},
      reporter_{reporter},
      errors_{errors},
      progress_{std::move(progress)},
      lookup_{context_, host_names(targets_), options.family,
              [this](std::vector<net::Resolution> resolutions) {
                  on_resolved(std::move(resolutions));
              }},
      lookup_errors_(targets_.size()),
      started_at_{std::chrono::system_clock::now()},
      started_{std::chrono::steady_clock::now()} {}

ExitCode Session::run() {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    signals_.async_wait([this](boost::system::error_code error, int) {
        if (!error) {
            on_signal();
        }
    });
    show_progress();
    lookup_.start();
    context_.run();
    return exit_code(tally_, options_.require, interrupted_);
}

void Session::on_resolved(std::vector<net::Resolution> resolutions) {
    resolved_ = true;
    if (interrupted_) {
        return;
    }
    for (std::size_t place = 0; place < targets_.size(); ++place) {
        const std::string& error = resolutions[place].error;
        lookup_errors_[place] = error;
        if (!error.empty()) {
            errors_ << "pt-client: " << net::safe_text(targets_[place].host) << ": " << error
                    << std::endl;
        }
    }
    auto probes = list_probes(targets_, resolutions, options_.all_addresses);
    const RunSettings settings = run_settings(options_, probes);
    run_ = std::make_unique<Run>(
        context_, settings, host_names(targets_), std::move(probes),
        [this](const Result& result) { on_result(result); }, [this] { finish(); });
    run_->start();
}

void Session::on_result(const Result& result) {
    tally_.add(result.conclusion.verdict);
    const std::string& lookup_error = lookup_errors_[result.host_place];
    if (lookup_error.empty()) {
        reporter_.result(result);
        return;
    }
    Result with_reason = result;
    with_reason.local_reason = lookup_error;
    reporter_.result(with_reason);
}

void Session::on_signal() {
    interrupted_ = true;
    if (!run_) {
        const std::vector<net::Resolution> none(targets_.size());
        run_ = std::make_unique<Run>(
            context_, RunSettings{}, host_names(targets_), list_probes(targets_, none, false),
            [this](const Result& result) { on_result(result); }, [this] { finish(); });
    }
    run_->interrupt();
}

void Session::show_progress() {
    if (!progress_) {
        return;
    }
    if (run_) {
        progress_->update(run_->finished_count(), run_->total(), std::chrono::steady_clock::now());
    }
    progress_timer_.expires_after(progress_interval);
    progress_timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            show_progress();
        }
    });
}

void Session::finish() {
    if (progress_) {
        progress_->clear();
    }
    RunSummary summary;
    summary.started = started_at_;
    summary.duration = std::chrono::steady_clock::now() - started_;
    for (const Target& target : targets_) {
        summary.host += (summary.host.empty() ? "" : ",") + target.host;
    }
    summary.server_instance = run_->server_instance();
    summary.notes = run_->notes();
    summary.manifests = run_->manifests();
    summary.interrupted = interrupted_;
    if (options_.explain) {
        summary.facts = read_explain_facts(options_);
    }
    reporter_.finish(summary);
    signals_.cancel();
    progress_timer_.cancel();
    if (!resolved_) {
        context_.stop();  // nothing waits for names that nobody needs any more
    }
}

}  // namespace pt::client
