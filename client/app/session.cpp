#include "client/app/session.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include "client/options/target_words.hpp"
#include "client/probe/probe_list.hpp"
#include "client/scan/local_facts.hpp"
#include "client/scan/run_settings.hpp"
#include "common/core/safe_text.hpp"
#include "common/net/local_route.hpp"
#include "common/net/stop_signals.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr auto progress_interval = 100ms;
constexpr auto journal_delay = 2500ms;

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
    net::add_stop_signals(signals_);
    signals_.async_wait([this](boost::system::error_code error, int) {
        if (!error) {
            on_signal();
        }
    });
    show_progress();
    lookups_.start();
    context_.run();
    const auto code = exit_code(tally_, options_.require, interrupted_);
    return options_.list ? exit_code_of_list(code, options_.any_port, hosts_without_list_ == 0)
                         : code;
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

void Session::on_result(const Result& result) {
    const std::string& lookup_error = lookup_errors_[result.host_place];
    if (lookup_error.empty()) {
        take(result, false);
        return;
    }
    Result with_reason = result;
    with_reason.local_reason = lookup_error;
    take(with_reason, false);
}

/// Reports a result at once, or keeps it for the journal's word.
void Session::take(const Result& result, bool reported) {
    if (options_.journal_file) {
        addresses_[result.session].insert(result.endpoint.address);
        if (may_be_concluded_again(result)) {
            doubtful_.push_back(result);
            doubtful_reported_.push_back(reported);
            return;
        }
    }
    report(result, reported);
}

void Session::report(const Result& result, bool reported) {
    tally_.add(result.conclusion.verdict);
    address_notes_.add_result(result);
    if (options_.list) {
        asked_for_list_[result.host_place].insert(result.endpoint.address);
    }
    if (reported) {
        reporter_.reported_before(result);
    } else {
        reporter_.result(result);
    }
}

/// The server writes what arrived at most once a second: what has just arrived is given time.
void Session::consult_journal() {
    const bool just_now = run_->total() > 0 && !interrupted_;
    if (doubtful_.empty() || !just_now) {
        judge_by_journal();
        return;
    }
    journal_timer_.expires_after(journal_delay);
    journal_timer_.async_wait([this](boost::system::error_code) { judge_by_journal(); });
}

void Session::judge_by_journal() {
    const auto before = doubtful_;
    // What arrived just before an interrupt may be missing in the file: nothing is said then.
    if (!doubtful_.empty() && !interrupted_) {
        const auto journal = SavedJournal::read(options_);
        if (!journal) {
            errors_ << "pt-client: " << journal.error().message << std::endl;
        } else {
            for (const std::string& remark :
                 conclude_again(doubtful_, addresses_, *journal, hint_facts(options_))) {
                errors_ << "pt-client: --journal: " << remark << std::endl;
            }
        }
    }
    for (std::size_t place = 0; place < doubtful_.size(); ++place) {
        const bool same = doubtful_[place].conclusion == before[place].conclusion;
        if (!same) {
            doubtful_[place].concluded_at = std::chrono::system_clock::now();
        }
        report(doubtful_[place], doubtful_reported_[place] && same);
    }
    finish();
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

/// Says of which hosts there is no list; that a name is not known has been said.
void Session::note_missing_lists() {
    std::set<IpAddress> listed;
    for (const Manifest& manifest : run_->manifests()) {
        if (!manifest.stretches.empty()) {
            listed.insert(manifest.address);
        }
    }
    for (std::size_t place = 0; place < targets_.size(); ++place) {
        const auto& asked = asked_for_list_[place];
        const bool has_list =
            std::any_of(asked.begin(), asked.end(),
                        [&](const IpAddress& address) { return listed.contains(address); });
        hosts_without_list_ += has_list ? 0 : 1;
        if (!has_list && lookup_errors_[place].empty()) {
            errors_ << "pt-client: " << safe_text(targets_[place].host)
                    << ": no port was open to ask pt-server over: name one that it holds, as in: "
                       "pt-client list HOST tcp/443"
                    << std::endl;
        }
    }
}

void Session::finish() {
    // Not shown again: a timer that has expired already calls its handler although it is cancelled.
    if (auto progress = std::exchange(progress_, std::nullopt)) {
        progress->clear();
    }
    RunSummary summary;
    summary.started = started_at_;
    summary.duration = std::chrono::steady_clock::now() - started_;
    for (const Target& target : targets_) {
        summary.host += (summary.host.empty() ? "" : ",") + target.host;
    }
    summary.server_instance =
        run_->server_instance() != 0 ? run_->server_instance() : past_instance_;
    summary.notes = run_->notes();
    if (auto note = other_protocol_note(options_); !note.empty()) {
        summary.notes.push_back(std::move(note));
    }
    const auto own =
        net::local_destinations(address_notes_.addresses(), options_.interface.value_or(""));
    for (std::string& note : address_notes_.text(own)) {
        summary.notes.push_back(std::move(note));
    }
    summary.manifests = run_->manifests();
    summary.interrupted = interrupted_;
    if (options_.explain) {
        summary.facts = read_explain_facts(options_);
    }
    reporter_.finish(summary);
    if (options_.list && !interrupted_) {
        note_missing_lists();
    }
    signals_.cancel();
    progress_timer_.cancel();
    if (!resolved_) {
        context_.stop();  // nothing waits for names that nobody needs any more
    }
}

}  // namespace pt::client
