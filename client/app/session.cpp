#include "client/app/session.hpp"

#include <cstring>
#include <exception>
#include <ostream>
#include <utility>

#include "client/options/target_words.hpp"
#include "client/probe/probe_list.hpp"
#include "client/scan/run_settings.hpp"
#include "common/core/failure.hpp"
#include "common/core/safe_text.hpp"
#include "common/net/clock.hpp"
#include "common/net/stop_signals.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr auto progress_interval = 100ms;

}  // namespace

Session::Session(const Options& options, Targets targets, Reporter& reporter, std::ostream& errors,
                 std::optional<Progress> progress, PastRun past)
    : options_{options},
      targets_{std::move(targets)},
      reporter_{reporter},
      errors_{errors},
      progress_{std::move(progress)},
      past_{std::move(past)},
      lookups_{context_, names_to_look_up(), options.family, options.lookup_timeout,
               [this](std::vector<net::Resolution> resolutions) {
                   on_resolved(std::move(resolutions));
               }},
      lookup_errors_(targets_.size()),
      started_at_{std::chrono::system_clock::now()},
      started_{std::chrono::steady_clock::now()} {}

/// Of a host that was resumed, the address that stands for it: that costs no look-up.
std::vector<std::string> Session::names_to_look_up() const {
    auto names = host_names(targets_);
    for (std::string& name : names) {
        const auto known = past_.addresses(name, options_.family);
        if (!known.empty()) {
            name = known.front().to_string();
        }
    }
    return names;
}

ExitCode Session::run() {
    net::check_timers(context_);
    net::check_signals(context_);
    net::add_stop_signals(signals_);
    signals_.async_wait([this](boost::system::error_code error, int) {
        if (!error) {
            on_signal();
        }
    });
    show_progress();
    lookups_.start();
    run_events();
    const auto code = exit_code(tally_, options_.require, interrupted_);
    return options_.list ? exit_code_of_list(code, options_.any_port, hosts_without_list_ == 0)
                         : code;
}

/// A failure that leaves an event, as for want of memory, ends the scan: what it was about to do is
/// lost, and nothing true may be left out. What is decided is reported all the same.
void Session::run_events() {
    constexpr int max_failures = 100;
    int error = 0;
    for (int failures = 0;; ++failures) {
        try {
            if (failures > 0) {
                wind_up(error);
            } else {
                context_.run();
            }
            return;
        } catch (const std::exception& failure) {
            if (!run_ || failures == max_failures) {
                throw;
            }
            error = failures == 0 ? failure_code(failure) : error;
        }
    }
}

/// May be called again where it fails.
void Session::wind_up(int error) {
    if (!printed_) {
        run_->abandon(error);
        report_doubtful(doubtful_);
        finish();
    }
    if (run_->abandoned() > 0) {
        errors_ << "pt-client: the scan ended early: " << std::strerror(error) << std::endl;
    }
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
            errors_ << "pt-client: " << safe_text(targets_[place].host) << ": " << error
                    << std::endl;
        }
    }
    note_addresses(resolutions);
    set_up_run(list_all(std::move(resolutions)));
    run_->start();
}

/// A resumed host keeps its addresses, and was not looked up.
void Session::note_addresses(const std::vector<net::Resolution>& resolutions) {
    const auto tested =
        options_.all_addresses ? AddressNotes::Tested::all : AddressNotes::Tested::first;
    for (std::size_t place = 0; place < targets_.size(); ++place) {
        const auto& found = resolutions[place].addresses;
        address_notes_.add_host(targets_[place].host, found, tested);
        if (!options_.all_addresses && found.size() > 1) {
            other_addresses_.insert(static_cast<std::uint32_t>(place));
        }
    }
}

/// Every endpoint, at the addresses that a resumed host was tried at before.
std::vector<ProbeBlock> Session::list_all(std::vector<net::Resolution> resolutions) const {
    for (std::size_t place = 0; place < targets_.size(); ++place) {
        auto& addresses = resolutions[place].addresses;
        auto known = past_.addresses(targets_[place].host, options_.family);
        if (!known.empty()) {
            addresses = std::move(known);
        } else if (!options_.all_addresses && addresses.size() > 1) {
            addresses.resize(1);
        }
    }
    return list_blocks(targets_, resolutions, true);
}

/// The results that stand are reported at once, unless they stand in what is written to already.
void Session::set_up_run(std::vector<ProbeBlock> blocks) {
    std::size_t probes = 0;
    for (const ProbeBlock& block : blocks) {
        probes += block.ports->size();
    }
    reporter_.expect(probes);
    const auto names = host_names(targets_);
    const bool reported = past_.is_standard_output() && options_.output == OutputFormat::jsonl;
    for (const Result& result : past_.take_standing(options_.key, blocks, names)) {
        if (past_instance_ == 0 && result.seen) {
            past_instance_ = result.seen->instance;
        }
        take(result, reported);
    }
    RunSettings settings = run_settings(options_, blocks);
    settings.other_addresses = other_addresses_;
    run_ = std::make_unique<Run>(
        context_, settings, names, std::move(blocks),
        [this](const Result& result) { on_result(result); }, [this] { consult_journal(); });
}

void Session::on_signal() {
    interrupted_ = true;
    if (!run_) {
        const std::vector<net::Resolution> none(targets_.size());
        set_up_run(list_all(none));
    }
    if (journal_timer_.cancel() == 0) {
        run_->interrupt();
    }
}

void Session::show_progress() {
    if (!progress_) {
        return;
    }
    if (run_) {
        const auto now = std::chrono::steady_clock::now();
        const auto left = run_->time_left(now);
        if (const auto slow = run_->slowdown()) {
            progress_->update_slow(run_->finished_count(), run_->total(), slow->rate, left, now);
        } else {
            progress_->update(run_->finished_count(), run_->total(), left, now);
        }
    }
    progress_timer_.expires_after(progress_interval);
    progress_timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            show_progress();
        }
    });
}

}  // namespace pt::client
