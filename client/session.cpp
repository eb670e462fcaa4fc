#include "client/session.hpp"

#include <csignal>
#include <ostream>
#include <utility>

#include "client/local_facts.hpp"
#include "client/probe_list.hpp"
#include "client/run_settings.hpp"
#include "common/net/safe_text.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr auto progress_interval = 100ms;

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
