// Part of TcpEngine: descriptors and source ports that run out.
#include <cerrno>

#include "client/probe/source_port.hpp"
#include "client/probe/tcp_engine.hpp"
#include "common/net/clock.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// How long to wait for descriptors or source ports to come back.
constexpr Nanoseconds shortage_wait = 20ms;

}  // namespace

/// What has run out comes back while other sockets are closed. Where it has not within the time of
/// a whole probe, there is no use in waiting for it.
void TcpEngine::on_shortage(const Schedule::Step& step, std::error_code error) {
    const auto address = list_.endpoint(step.slot).address;
    if (is_port_failure(error, address)) {
        active_[step.slot].port_failure = error.value();
        schedule_.not_sent(step.slot);
        return;
    }
    table_.note_shortage(error.value());
    shortage_since_ = shortage_since_.value_or(net::steady_now());
    const bool lasting = error.value() == EADDRINUSE && source_is_taken(address);
    const Nanoseconds limit = open_ > 0 ? settings_.plan.timeout() * 2 : settings_.plan.timeout();
    if (!lasting && net::steady_now() - *shortage_since_ < limit) {
        schedule_.postpone(step.slot, net::steady_now() + shortage_wait);
        return;
    }
    Probe& probe = probe_at(step.slot);
    if (is_silent(probe.findings)) {
        probe.findings.local_error = error.value();
    }
    finish(step.slot);
}

/// --source-port has a connection to that very port: an attempt of ours that is not over yet, or
/// another program's. The other probes have nothing to wait for.
bool TcpEngine::is_port_failure(std::error_code error, const IpAddress& address) {
    const bool in_use = error.value() == EADDRNOTAVAIL || error.value() == EADDRINUSE;
    return settings_.source.port && in_use && !source_is_taken(address);
}

/// Looks only once: where it is taken for one probe, it is for the others.
bool TcpEngine::source_is_taken(const IpAddress& address) {
    bool& taken = source_taken_[net::address_family(address)];
    taken = taken || is_taken(settings_.source, net::family_of(address));
    return taken;
}

/// Closes the probe's own attempts that have not connected.
void TcpEngine::make_room(Active& active) {
    std::erase_if(active.attempts, [this, &active](const auto& attempt) {
        if (attempt->connected()) {
            return false;
        }
        active.gave_way.emplace_back(attempt->started(), net::steady_now() - attempt->started());
        attempt->close();
        --open_;
        return true;
    });
}

/// Leaves each probe the latest of its attempts that have not connected. There are fewer probes
/// than descriptors, and only a step of their own would make them close the others.
void TcpEngine::close_earlier_attempts() {
    if (net::steady_now() - earlier_closed_ < shortage_wait) {
        return;
    }
    earlier_closed_ = net::steady_now();
    for (auto& [slot, active] : active_) {
        if (active.attempts.size() > 1) {
            const auto latest = active.attempts.back();
            active.attempts.pop_back();
            make_room(active);
            active.attempts.push_back(latest);
        }
    }
}

}  // namespace pt::client
