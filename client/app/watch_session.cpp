#include "client/app/watch_session.hpp"

#include <time.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "client/app/change_facts.hpp"
#include "client/policy/judge.hpp"
#include "client/result/describe.hpp"
#include "client/scan/run_settings.hpp"
#include "common/core/safe_text.hpp"
#include "common/net/clock.hpp"
#include "common/net/stop_signals.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// After a pause, for reading what has come meanwhile.
constexpr Nanoseconds time_to_read = 1ms;

WallClock clock_now() { return {net::steady_now(), std::chrono::system_clock::now()}; }

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
      command_{context_, options.command, errors},
      lookups_{
          context_, host_names(targets_), options.scan.family, options.scan.lookup_timeout,
          [this](const std::vector<net::Resolution>& resolutions) { on_resolved(resolutions); }},
      scan_{context_, options.scan, ports_,
            [this](std::size_t port, const Result& result) { on_verdict(port, result); }} {}

Expected<ExitCode> WatchSession::run() {
    net::add_stop_signals(signals_);
    signals_.async_wait([this](boost::system::error_code error, int) {
        if (!error) {
            interrupted_ = true;
            finish();
        }
    });
    lookups_.start();
    context_.run();
    if (!too_many_.empty()) {
        return UsageError{too_many_};
    }
    if (interrupted_) {
        return ExitCode::interrupted;
    }
    if (options_.until != WatchUntil::time) {
        return met_ ? ExitCode::as_expected : ExitCode::not_as_expected;
    }
    const auto known = [](const WatchedPort& port) { return port.availability().begun(); };
    if (ports_.empty() || unresolved_ || !std::all_of(ports_.begin(), ports_.end(), known)) {
        return ExitCode::could_not_test;
    }
    const auto unwatched = [](const WatchedPort& port) {
        return port.failures() > 0 && port.availability().paused() > Nanoseconds{};
    };
    if (std::any_of(ports_.begin(), ports_.end(), unwatched)) {
        return ExitCode::could_not_test;
    }
    const auto perfect = [](const WatchedPort& port) {
        return port.availability().outage_count() == 0;
    };
    return std::all_of(ports_.begin(), ports_.end(), perfect) ? ExitCode::as_expected
                                                              : ExitCode::not_as_expected;
}

void WatchSession::on_resolved(const std::vector<net::Resolution>& resolutions) {
    if (finishing_) {
        return;
    }
    for (std::size_t place = 0; place < targets_.size(); ++place) {
        const auto& [addresses, error] = resolutions[place];
        if (!error.empty()) {
            unresolved_ = true;
            errors_ << "pt-client: " << safe_text(targets_[place].host) << ": " << error
                    << std::endl;
        }
        const std::size_t count = options_.scan.all_addresses
                                      ? addresses.size()
                                      : std::min<std::size_t>(addresses.size(), 1);
        for (std::size_t address = 0; address < count; ++address) {
            add_ports(place, addresses[address]);
        }
    }
    too_many_ = too_many_ports(ports_.size(), options_.every);
    if (ports_.empty() || !too_many_.empty()) {
        finishing_ = true;
        context_.stop();
        return;
    }
    begin();
}

void WatchSession::add_ports(std::size_t target, const IpAddress& address) {
    const Target& wanted = targets_[target];
    // More than this is refused in any case.
    constexpr std::size_t max_listed = 2 * WatchOptions::max_attempts_a_second * 3'600;
    for (const auto& range : wanted.ports->ranges()) {
        for (auto port = to_number(range.first);; ++port) {
            if (ports_.size() < max_listed) {
                ports_.emplace_back(wanted.host, Endpoint{range.protocol, address, Port{port}},
                                    rhythm_);
            }
            if (port == to_number(range.last)) {
                break;
            }
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
                                                  advance(port);
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
        advance(port);
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
    const auto now = clock_now();
    for (WatchedPort& port : ports_) {
        port.pause(pause.from, now.steady);
    }
    flows_->resume(now.steady);
    interval_end_ = std::max(interval_end_, now.steady);
    scan_.restart();
    report_.pause(pause, now);
}

void WatchSession::advance(std::size_t port) {
    ports_[port].advance(net::steady_now());
    for (const PortEvent& event : ports_[port].take_events()) {
        take_event(port, event);
    }
}

void WatchSession::take_event(std::size_t port, const PortEvent& event) {
    report_.event(ports_[port], event, clock_now());
    command_.run(change_facts(ports_[port], event, clock_now()));
    const auto* change = std::get_if<StateChange>(&event);
    if (change != nullptr && change->flow == FlowKind::fresh) {
        proved_blocked_.erase(port);
        if (change->change.before != FlowState::unknown &&
            change->change.after != FlowState::open) {  // an echo leaves no question
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
