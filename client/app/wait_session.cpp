#include "client/app/wait_session.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <ostream>
#include <utility>

#include "client/app/wait_words.hpp"
#include "client/conclude/address_notes.hpp"
#include "client/probe/probe_list.hpp"
#include "client/scan/local_facts.hpp"
#include "client/scan/run_settings.hpp"
#include "client/text/number_text.hpp"
#include "common/net/clock.hpp"
#include "common/net/local_route.hpp"
#include "common/net/resolve.hpp"
#include "common/net/stop_signals.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using Milliseconds = std::chrono::milliseconds;

WaitSettings wait_settings(const WaitOptions& options) {
    return {options.limit, options.scan.timeout, options.scan.require, options.scan.all_addresses};
}

/// A round that has less time than usual makes fewer attempts in it, not more a second.
Options round_options(const Options& options, Nanoseconds timeout) {
    Options round = options;
    round.timeout = std::chrono::ceil<Milliseconds>(timeout);
    const auto tries = options.tries * round.timeout / options.timeout;
    round.tries = static_cast<unsigned>(std::max<Milliseconds::rep>(tries, 1));
    round.tries_given = round.timeout_given = true;
    return round;
}

}  // namespace

WaitSession::WaitSession(const WaitOptions& options, Targets targets, Reporter& reporter,
                         std::ostream& errors)
    : options_{options},
      targets_{std::move(targets)},
      reporter_{reporter},
      errors_{errors},
      started_at_{std::chrono::system_clock::now()},
      started_{net::steady_now()},
      plan_{targets_, wait_settings(options), started_} {}

ExitCode WaitSession::run() {
    net::check_timers(context_);
    net::check_signals(context_);
    net::add_stop_signals(signals_);
    signals_.async_wait([this](boost::system::error_code error, int) {
        if (!error) {
            interrupted_ = true;
            finish();
        }
    });
    step_soon();
    context_.run();
    return plan_.met() ? ExitCode::as_expected
                       : exit_code(tally_, options_.scan.require, interrupted_);
}

void WaitSession::step_soon() {
    asio::post(context_, [this] { step(); });
}

void WaitSession::step() {
    while (!finishing_) {
        const auto step = plan_.next(net::steady_now());
        switch (step.action) {
            case WaitPlan::Action::look_up: look_up(step.host, step.timeout); break;
            case WaitPlan::Action::probe: start_round(step.timeout); break;
            case WaitPlan::Action::say:
                spoken_ = true;
                errors_ << "pt-client: " << plan_.progress(net::steady_now()) << std::endl;
                break;
            case WaitPlan::Action::wait:
                timer_.expires_at(step.until);
                timer_.async_wait([this](boost::system::error_code error) {
                    if (!error) {
                        this->step();
                    }
                });
                return;
            case WaitPlan::Action::done: finish(); return;
        }
    }
}

void WaitSession::look_up(std::size_t host, Nanoseconds timeout) {
    net::async_resolve(context_, targets_[host].host, options_.scan.family,
                       std::chrono::ceil<Milliseconds>(timeout),
                       [this, host](const net::Resolution& resolution) {
                           plan_.resolved(host, resolution, net::steady_now());
                           step_soon();
                       });
}

void WaitSession::start_round(Nanoseconds timeout) {
    constexpr bool all_addresses = true;  // the plan knows which of them must do
    auto blocks = list_blocks(plan_.round_targets(), plan_.resolutions(), all_addresses);
    const auto settings = run_settings(round_options(options_.scan, timeout), blocks);
    run_ = std::make_unique<Run>(
        context_, settings, host_names(targets_), std::move(blocks),
        [this](const Result& result) {
            plan_.take(result);
            if (plan_.met()) {
                step_soon();
            }
        },
        [this] {
            if (!finishing_) {
                // Not from within the run's own call, which goes on after this one.
                asio::post(context_, [this] { end_round(); });
            }
        });
    run_->start();
}

void WaitSession::end_round() {
    if (finishing_) {
        return;
    }
    if (run_->server_instance() != 0) {
        server_instance_ = run_->server_instance();
    }
    notes_ = run_->notes();
    // What the run has cancelled stands in the context's queue, before this: it may go only after.
    asio::post(context_, [run = std::shared_ptr<Run>{std::move(run_)}] {});
    plan_.round_over(net::steady_now());
    step();
}

void WaitSession::finish() {
    if (std::exchange(finishing_, true)) {
        return;
    }
    if (run_) {
        run_->interrupt();
        notes_ = run_->notes();
        if (run_->server_instance() != 0) {
            server_instance_ = run_->server_instance();
        }
    }
    const Nanoseconds duration = net::steady_now() - started_;
    tell_end(duration);
    if (options_.command.empty() || !plan_.met()) {
        report(duration);
    }
    context_.stop();  // nothing waits for names that nobody needs any more
}

void WaitSession::tell_end(Nanoseconds duration) {
    if (plan_.met()) {
        if (spoken_) {
            errors_ << "pt-client: all targets reachable after " << duration_text(duration)
                    << std::endl;
        }
        return;
    }
    errors_ << "pt-client: "
            << (interrupted_ ? "interrupted after " + duration_text(duration)
                             : "gave up after " + limit_text(options_.limit))
            << ": " << plan_.missing() << std::endl;
}

void WaitSession::report(Nanoseconds duration) {
    AddressNotes address_notes;
    for (std::size_t host = 0; host < targets_.size(); ++host) {
        address_notes.add_host(targets_[host].host, plan_.resolutions()[host].addresses,
                               options_.scan.all_addresses ? AddressNotes::Tested::all
                                                           : AddressNotes::Tested::all_for_one);
    }
    for (const Result& result : plan_.results()) {
        address_notes.add_result(result);
        tally_.add(result.conclusion.verdict);
        reporter_.result(result);
    }
    RunSummary summary;
    summary.started = started_at_;
    summary.duration = duration;
    for (const Target& target : targets_) {
        summary.host += (summary.host.empty() ? "" : ",") + target.host;
    }
    summary.server_instance = server_instance_;
    summary.notes = notes_;
    const auto own =
        net::local_destinations(address_notes.addresses(), options_.scan.interface.value_or(""));
    for (std::string& note : address_notes.text(own)) {
        summary.notes.push_back(std::move(note));
    }
    summary.interrupted = interrupted_;
    if (options_.scan.explain) {
        summary.facts = read_explain_facts(options_.scan);
    }
    reporter_.finish(summary);
}

}  // namespace pt::client
