// What a session does with results: keeps, reports and sums them up.
#include <algorithm>
#include <chrono>
#include <ostream>
#include <utility>

#include "client/app/session.hpp"
#include "client/options/target_words.hpp"
#include "client/scan/local_facts.hpp"
#include "client/scan/run_settings.hpp"
#include "common/core/safe_text.hpp"
#include "common/net/local_route.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr auto journal_delay = 2500ms;

}  // namespace

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
            doubtful_reported_.resize(doubtful_.size());
            doubtful_reported_.push_back(reported);
            doubtful_.push_back(result);
            return;
        }
    }
    report(result, reported);
}

void Session::report(const Result& result, bool reported) {
    address_notes_.add_result(result);
    if (options_.list) {
        asked_for_list_[result.host_place].insert(result.endpoint.address);
    }
    if (reported) {
        reporter_.reported_before(result);
    } else {
        reporter_.result(result);
    }
    tally_.add(result.conclusion.verdict);
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
    report_doubtful(before);
    finish();
}

void Session::report_doubtful(const std::vector<Result>& before) {
    for (; doubtful_done_ < doubtful_.size(); ++doubtful_done_) {
        Result& result = doubtful_[doubtful_done_];
        const bool same = result.conclusion == before[doubtful_done_].conclusion;
        if (!same) {
            result.concluded_at = std::chrono::system_clock::now();
        }
        report(result, doubtful_reported_[doubtful_done_] && same);
    }
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

/// Made once: a report that is printed again must be the same.
const RunSummary& Session::summary() {
    if (summary_) {
        return *summary_;
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
    return summary_.emplace(std::move(summary));
}

void Session::finish() {
    // Not shown again: a timer that has expired already calls its handler although it is cancelled.
    if (auto progress = std::exchange(progress_, std::nullopt)) {
        progress->clear();
    }
    reporter_.finish(summary());
    printed_ = true;
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
