#include "client/app/watch_session.hpp"

#include <time.h>

#include <algorithm>
#include <exception>
#include <ostream>
#include <utility>

#include "client/app/change_facts.hpp"
#include "client/policy/judge.hpp"
#include "client/result/describe.hpp"
#include "client/scan/run_settings.hpp"
#include "common/core/failure.hpp"
#include "common/core/safe_text.hpp"
#include "common/net/clock.hpp"
#include "common/net/stop_signals.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// After a pause, for reading what has come meanwhile.
constexpr Nanoseconds time_to_read = 1ms;

/// Of a machine that sleeps very often, the latest.
constexpr std::size_t max_sleeps = 1'000;

/// Goes on while the machine sleeps (clock_gettime(2)).
Nanoseconds boot_time() {
    timespec time{};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

WatchSession::WatchSession(const WatchOptions& options, Targets targets, WatchReport& report,
                           std::ostream& errors)
    : options_{options},
      targets_{std::move(targets)},
      report_{report},
      errors_{errors},
      rhythm_{options.every},
      key_limit_{context_, options_.scan.key,
                 [this] {
                     errors_ << "pt-client: the key has run out, and the watch ends with it"
                             << std::endl;
                     finish();
                 }},
      command_{context_, options.command, errors},
      lookups_{
          context_, host_names(targets_), options.scan.family, options.scan.lookup_timeout,
          [this](const std::vector<net::Resolution>& resolutions) { on_resolved(resolutions); }},
      scan_{context_, options.scan, ports_,
            [this](std::size_t port, const Result& result) { on_verdict(port, result); }},
      began_{net::steady_now()} {}

WallClock WatchSession::clock_now() const {
    return {net::steady_now(), std::chrono::system_clock::now(), sleeps_};
}

Expected<ExitCode> WatchSession::run() {
    net::check_timers(context_);
    net::check_signals(context_);
    net::add_stop_signals(signals_);
    signals_.async_wait([this](boost::system::error_code error, int) {
        if (!error) {
            interrupted_ = true;
            finish();
        }
    });
    lookups_.start();
    try {
        context_.run();
    } catch (const std::exception& failure) {  // as for want of memory: what is known is reported
        errors_ << "pt-client: the watch ended early: " << failure_text(failure) << std::endl;
        finishing_ = false;  // it may have failed there: nothing else comes after the summary
        finish();
        return ExitCode::could_not_test;
    }
    return too_many_.empty() ? Expected<ExitCode>{exit_code()} : UsageError{too_many_};
}

ExitCode WatchSession::exit_code() const {
    if (interrupted_) {
        return ExitCode::interrupted;
    }
    if (unresolved_ || ports_.empty()) {
        return ExitCode::could_not_test;
    }
    if (options_.until != WatchUntil::time) {
        return met_ ? ExitCode::as_expected : ExitCode::not_as_expected;
    }
    const auto had_outage = [](const WatchedPort& port) {
        return port.availability().outage_count() > 0;
    };
    const auto was_watched = [](const WatchedPort& port) {
        return port.availability().begun() && port.failing() == Nanoseconds{};
    };
    if (std::any_of(ports_.begin(), ports_.end(), had_outage)) {
        return ExitCode::not_as_expected;
    }
    return std::all_of(ports_.begin(), ports_.end(), was_watched) ? ExitCode::as_expected
                                                                  : ExitCode::could_not_test;
}

void WatchSession::on_resolved(const std::vector<net::Resolution>& resolutions) {
    if (finishing_) {
        return;
    }
    std::size_t watched = 0;
    std::vector<std::pair<std::size_t, IpAddress>> wanted;  // place of the target
    for (std::size_t place = 0; place < targets_.size(); ++place) {
        const auto& [addresses, error] = resolutions[place];
        if (!error.empty()) {
            unresolved_ = true;
            errors_ << "pt-client: " << safe_text(targets_[place].host) << ": " << error
                    << std::endl;
        }
        for (const IpAddress& address : addresses) {
            wanted.emplace_back(place, address);
            watched += targets_[place].ports->size();
            if (!options_.scan.all_addresses) {
                break;
            }
        }
    }
    too_many_ = too_many_ports(watched, options_.every);
    if (wanted.empty() || !too_many_.empty()) {
        finishing_ = true;
        context_.stop();
        return;
    }
    for (const auto& [place, address] : wanted) {
        add_ports(targets_[place], address);
    }
    begin();
}

void WatchSession::add_ports(const Target& target, const IpAddress& address) {
    for (const auto& range : target.ports->ranges()) {
        for (std::uint32_t port = to_number(range.first); port <= to_number(range.last); ++port) {
            const Port number{static_cast<std::uint16_t>(port)};
            ports_.emplace_back(target.host, Endpoint{range.protocol, address, number}, rhythm_,
                                options_.scan.require == Requirement::echo);
        }
    }
}

void WatchSession::begin() {
    const auto settings = run_settings(options_.scan, {});
    flows_.emplace(context_, settings.tcp.source,
                   WatchedFlows::Sessions{settings.new_session(), settings.new_session()}, rhythm_,
                   ports_, errors_,
                   WatchedFlows::Handlers{[this](std::size_t port) {
                                              if (!finishing_) {
                                                  ports_[port].collect();
                                                  take_events(port);
                                              }
                                          },
                                          [this](std::size_t port) { scan_.want(port); }});
    began_ = net::steady_now();
    for (std::size_t port = 0; port < ports_.size(); ++port) {
        scan_.want(port);
    }
    interval_end_ = net::steady_now() + options_.every;
    if (options_.limit) {
        limit_.expires_after(*options_.limit);
        limit_.async_wait([this](boost::system::error_code error) {
            if (!error) {
                finish();
            }
        });
    }
    key_limit_.start();
    report_.interval(ports_, clock_now());
    wait();
}

void WatchSession::wait() {
    TimePoint due = std::min(interval_end_, flows_->next_due());
    for (const WatchedPort& port : ports_) {
        due = std::min(due, port.next_due().value_or(due));
    }
    timer_.expires_at(due);
    timer_.async_wait([this, due](boost::system::error_code error) {
        if (!error && !finishing_) {
            tick(due);
        }
    });
}

void WatchSession::tick(TimePoint due) {
    const auto now = net::steady_now();
    if (const auto pause = pauses_.woken(due, now, boot_time())) {
        timer_.expires_after(time_to_read);
        timer_.async_wait([this, pause = *pause](boost::system::error_code error) {
            if (!error && !finishing_) {
                take_pause(pause);
                wait();
            }
        });
        return;
    }
    flows_->send_due(now);
    for (std::size_t port = 0; port < ports_.size(); ++port) {
        ports_[port].advance(now);
        take_events(port);
    }
    if (now >= interval_end_) {
        interval_end_ += options_.every;
        for (WatchedPort& port : ports_) {
            port.end_interval();
        }
        report_.interval(ports_, clock_now());
    }
    end_if_met();
    wait();
}

void WatchSession::take_pause(const PauseDetector::Pause& pause) {
    if (pause.asleep > Nanoseconds{}) {
        sleeps_.emplace_back(pause.to, pause.asleep);
        if (sleeps_.size() > max_sleeps) {
            sleeps_.erase(sleeps_.begin());
        }
    }
    const auto now = clock_now();
    for (WatchedPort& port : ports_) {
        port.pause(pause, now.steady);
    }
    flows_->resume(now.steady);
    interval_end_ = std::max(interval_end_, now.steady);
    scan_.restart();
    report_.pause(pause, now);
}

void WatchSession::take_events(std::size_t port) {
    for (const PortEvent& event : ports_[port].take_events()) {
        take_event(port, event);
    }
}

void WatchSession::take_event(std::size_t port, const PortEvent& event) {
    report_.event(ports_[port], event, clock_now());
    command_.run(change_facts(ports_[port], event, clock_now()));
    const auto* change = std::get_if<StateChange>(&event);
    if (change != nullptr && change->flow == FlowKind::fresh) {
        // What the first scan has proved may come before the first state.
        const bool is_first = change->change.before == FlowState::unknown;
        if (!is_first || has_answer(change->change.after)) {
            proved_blocked_.erase(port);
        }
        if (!is_first && change->change.after != FlowState::open) {  // an echo leaves no question
            scan_.want(port);
        }
    }
}

void WatchSession::on_verdict(std::size_t port, const Result& result) {
    ports_[port].name_verdict(result.conclusion, conclusion_text(result.conclusion));
    report_.verdict(ports_[port], result, clock_now());
    const Wanted blocked{.kind = Wanted::Kind::blocked};
    if (!has_answer(ports_[port].fresh().state()) &&
        judge(blocked, result).outcome == Outcome::passed) {
        proved_blocked_.insert(port);
    }
    end_if_met();
}

void WatchSession::end_if_met() {
    const bool all_open = options_.until == WatchUntil::open &&
                          std::all_of(ports_.begin(), ports_.end(), [](const WatchedPort& port) {
                              return port.fresh().state() == FlowState::open;
                          });
    const bool all_blocked =
        options_.until == WatchUntil::blocked && proved_blocked_.size() == ports_.size();
    if (all_open || all_blocked) {
        met_ = true;
        finish();
    }
}

void WatchSession::finish() {
    if (std::exchange(finishing_, true)) {
        return;
    }
    const auto now = clock_now();
    for (WatchedPort& port : ports_) {
        port.end(now.steady);
    }
    scan_.stop();
    command_.end();
    report_.end(ports_, {began_, interrupted_}, now);
    context_.stop();  // nothing waits for names that nobody needs any more
}

}  // namespace pt::client
