#include "client/tcp_engine.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "client/source_port.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

TimePoint now() { return std::chrono::steady_clock::now(); }

/// Attempts started before what has come in is looked at.
constexpr int burst = 32;
/// A connection that has just come about has its frame or the echo under way, and the kernels send
/// those again (RFC 6298, Linux: after 200 ms at first): a further connect waits for so long.
constexpr Nanoseconds data_patience = 350ms;
/// How long to wait for descriptors or source ports to come back.
constexpr Nanoseconds shortage_wait = 20ms;

}  // namespace

TcpEngine::TcpEngine(asio::io_context& context, ProbeTable& table,
                     std::vector<std::uint32_t> probes, const EngineSettings& settings,
                     std::size_t descriptors)
    : context_{context},
      table_{table},
      probes_{std::move(probes)},
      settings_{settings},
      descriptors_{std::max<std::size_t>(descriptors, 1)},
      schedule_{probes_.size(), settings.plan, settings.limits, settings.seed},
      timer_{context},
      sockets_{context, settings.source} {}

void TcpEngine::start() { pump_soon(); }

void TcpEngine::stop() {
    stopped_ = true;
    timer_.cancel();
    sockets_.ready().stop();
    for (auto& [place, active] : active_) {
        for (const auto& attempt : active.attempts) {
            attempt->close();
        }
        active.sample_timer.reset();
    }
    active_.clear();
}

/// Behind all that has come in by now: answers that lie unread would be taken for lost.
void TcpEngine::pump_soon() {
    if (!std::exchange(pump_posted_, true)) {
        asio::post(context_, [this] {
            pump_posted_ = false;
            pump();
        });
    }
}

void TcpEngine::look_at_started() {
    for (const auto& attempt : std::exchange(started_, {})) {
        attempt->look();
    }
}

void TcpEngine::pump() {
    look_at_started();
    for (int started = 0; !stopped_; ++started) {
        const Schedule::Step step = schedule_.next(now());
        switch (step.action) {
            case Schedule::Action::attempt: begin_attempt(step); break;
            case Schedule::Action::rest: let_go(step.probe); break;
            case Schedule::Action::give_up: finish(step.probe); break;
            case Schedule::Action::wait:
                look_at_started();
                arm(step.until);
                return;
            case Schedule::Action::done: return;
        }
        if (started == burst) {
            pump_soon();
            return;
        }
    }
}

void TcpEngine::arm(TimePoint until) {
    if (until == TimePoint::max()) {
        timer_.cancel();  // the next event pumps
        return;
    }
    timer_.expires_at(until);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            pump();
        }
    });
}

void TcpEngine::begin_attempt(const Schedule::Step& step) {
    Active& active = active_[step.probe];
    const std::uint32_t number = probes_[step.probe];
    Probe& probe = table_.probe(number);
    if (fresh_connection(active)) {
        return;
    }
    // While there is plenty, a probe's earlier attempts may still be answered.
    if (open_ >= descriptors_ / 2 || settings_.source.port) {
        make_room(active);
    }
    if (open_ >= descriptors_) {
        schedule_.postpone(step.probe, now() + shortage_wait);
        return;
    }
    const auto attempt = std::make_shared<TcpAttempt>(
        sockets_, *this, static_cast<std::uint32_t>(step.probe),
        table_.request(number, number, step.attempt), frames_of(step.attempt));
    if (const auto error = attempt->start(probe.endpoint)) {
        if (error.value() == EMFILE || error.value() == ENFILE) {
            descriptors_ = std::max<std::size_t>(open_, 1);
        }
        on_shortage(step, error);
        return;
    }
    shortage_since_.reset();
    ++open_;
    probe.attempts = step.attempt;
    probe.local = attempt->local();
    probe.sent_tos = sent_tos(settings_.source, Protocol::tcp);
    active.attempts.push_back(attempt);
    started_.push_back(attempt);
    if (attempt->connected()) {
        note_connected(step.probe);
    }
}

/// Some middlebox may take the end of one stream for the end of both: where no echo has come with
/// it, the further attempts do without.
TcpAttempt::Frames TcpEngine::frames_of(unsigned attempt) const {
    const bool one = settings_.count == 1 && attempt == 1 && !settings_.source.port;
    return one ? TcpAttempt::Frames::one : TcpAttempt::Frames::many;
}

void TcpEngine::note_connected(std::size_t place) {
    table_.probe(probes_[place]).findings.connected = true;
    active_[place].connected_at = now();
    schedule_.showed_life(place);
}

/// What has run out comes back while other sockets are closed. Where it has not within the time of
/// a whole probe, it is no use to wait on.
void TcpEngine::on_shortage(const Schedule::Step& step, std::error_code error) {
    shortage_since_ = shortage_since_.value_or(now());
    const auto& address = table_.probe(probes_[step.probe]).endpoint.address;
    const bool lasting = error.value() == EADDRINUSE && source_is_taken(address);
    if (!lasting && now() - *shortage_since_ < settings_.plan.timeout()) {
        schedule_.postpone(step.probe, now() + shortage_wait);
    } else if (active_[step.probe].attempts.empty()) {
        table_.probe(probes_[step.probe]).findings.local_error = error.value();
        finish(step.probe);
    }
}

/// Looks only once: where it is taken for one probe, it is for the others.
bool TcpEngine::source_is_taken(const IpAddress& address) {
    bool& taken = source_taken_[address.is_v4()];
    taken = taken || is_taken(settings_.source, net::family_of(address));
    return taken;
}

/// Closes the probe's own attempts that have not connected.
void TcpEngine::make_room(Active& active) {
    std::erase_if(active.attempts, [this](const auto& attempt) {
        if (attempt->connected()) {
            return false;
        }
        attempt->close();
        --open_;
        return true;
    });
}

bool TcpEngine::acknowledged(Active& active) {
    return std::any_of(active.attempts.begin(), active.attempts.end(),
                       [](const auto& attempt) { return attempt->data_acknowledged(); });
}

bool TcpEngine::fresh_connection(const Active& active) const {
    return active.connected_at != TimePoint{} && now() - active.connected_at < data_patience;
}

void TcpEngine::drop(TcpAttempt& attempt) {
    auto& attempts = active_[attempt.probe()].attempts;
    const auto found = std::find_if(attempts.begin(), attempts.end(),
                                    [&](const auto& other) { return other.get() == &attempt; });
    if (found != attempts.end()) {
        attempt.close();
        attempts.erase(found);
        --open_;
    }
}

void TcpEngine::close_others(Active& active, const TcpAttempt& survivor) {
    std::erase_if(active.attempts, [&](const auto& attempt) {
        if (attempt.get() == &survivor) {
            return false;
        }
        attempt->close();
        --open_;
        return true;
    });
}

void TcpEngine::let_go(std::size_t place) {
    const auto found = active_.find(place);
    if (found == active_.end()) {
        return;
    }
    Probe& probe = table_.probe(probes_[place]);
    if (!probe.findings.echo) {
        probe.data_acknowledged = probe.data_acknowledged || acknowledged(found->second);
    }
    for (const auto& attempt : found->second.attempts) {
        attempt->close();
        --open_;
    }
    active_.erase(found);
}

void TcpEngine::finish(std::size_t place) {
    let_go(place);
    schedule_.decided(place);
    table_.finished(probes_[place]);
}

}  // namespace pt::client
