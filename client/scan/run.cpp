#include "client/scan/run.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

#include "client/conclude/conclude.hpp"
#include "client/scan/run_part.hpp"

namespace pt::client {

namespace asio = boost::asio;

Run::Run(asio::io_context& context, const RunSettings& settings, std::vector<std::string> hosts,
         std::vector<ProbeBlock> blocks, ResultHandler on_result, std::function<void()> done)
    : context_{context},
      settings_{settings},
      hosts_{std::move(hosts)},
      blocks_{std::move(blocks)},
      on_result_{std::move(on_result)},
      done_{std::move(done)},
      started_{std::chrono::steady_clock::now()} {
    for (const ProbeBlock& block : blocks_) {
        const std::size_t size = block.ports->size();
        total_ += size;
        if (block.address == IpAddress{} || size == 0) {
            continue;
        }
        ScannedAddress& state = addresses_[block.address];
        state.left += size;
        state.total += size;
        if (state.session == 0) {
            state.session = settings_.new_session();
            sessions_[block.address] = state.session;
        }
    }
}

Run::~Run() = default;

const std::shared_ptr<Run::Part>& Run::part_of(ProbeNumber number) const {
    return std::prev(parts_.upper_bound(number))->second;
}

Probe& Run::probe(ProbeNumber number) {
    const auto [found, is_new] = live_.try_emplace(number);
    if (is_new) {
        const Part& part = *part_of(number);
        const Slot slot = slot_of(part.first_number, number);
        found->second.endpoint = part.list.endpoint(slot);
        found->second.host = part.list.host(slot);
    }
    return found->second;
}

/// A probe counts as done once nothing of it can be lost: memory may run out at any step before.
void Run::finished(ProbeNumber number) {
    if (ended_) {
        return;
    }
    const auto part = part_of(number);
    Probe done = probe(number);
    done.finished_at = std::chrono::steady_clock::now();
    if (done.endpoint.protocol == Protocol::tcp && done.findings.echo) {
        note_given_up(done.endpoint, done.attempts - 1);
    }
    switch (part->purpose) {
        case Purpose::result: take_finished(done); break;
        case Purpose::server:
            if (done.findings.echo) {
                note_server(done);
            }
            break;
        case Purpose::confirm: take_confirmation(done); break;
    }
    part->mark_done(slot_of(part->first_number, number));
    live_.erase(number);
    if (part->purpose == Purpose::result) {
        count_finished(done.endpoint.address);
    }
    if (--part->left == 0) {
        // Not from within the engine's own call, which goes on after this one.
        asio::post(context_, [this, part] { end_part(part); });
    }
}

void Run::is_own_port(ProbeNumber number) {
    constexpr unsigned max_rounds = 8;
    const auto part = part_of(number);
    if (own_port_rounds_ == max_rounds) {
        probe(number).findings.local_error = EADDRINUSE;
        finished(number);
        return;
    }
    const Probe own = probe(number);
    auto ports = std::make_shared<PortSet>();
    ports->insert(own.endpoint.protocol, own.endpoint.port);
    own_ports_.push_back({own.host, own.endpoint.address, std::move(ports)});
    part->mark_done(slot_of(part->first_number, number));
    live_.erase(number);
    if (--part->left == 0) {
        asio::post(context_, [this, part] { end_part(part); });
    }
}

void Run::take_finished(const Probe& probe) {
    ScannedAddress& state = addresses_[probe.endpoint.address];
    note_host(state, probe);
    if (probe.findings.echo) {
        note_server(probe);
    }
    if (in_doubt(probe.findings)) {
        state.held.push_back(probe);
    } else {
        if (!probe.findings.echo) {
            state.settled.push_back({probe.endpoint.protocol, probe.endpoint.port});
        }
        report(probe, &state);
    }
}

void Run::count_finished(const IpAddress& address) {
    ++finished_;
    if (--addresses_[address].left == 0) {
        asio::post(context_, [this, address] { address_done(address); });
    }
}

void Run::note_server(const Probe& probe) {
    if (!probe.seen) {
        return;
    }
    if (server_instance_ == 0) {
        server_instance_ = probe.seen->instance;
    }
    ScannedAddress& state = addresses_[probe.endpoint.address];
    state.servers.add(probe.endpoint, *probe.seen, probe.first_echo_at, probe.local);
    state.servers.note_round_trip(probe.endpoint.address, probe.seen->instance, probe.rtt.min());
    state.last_echo = std::max(state.last_echo, probe.last_echo_at);
    auto& open = probe.endpoint.protocol == Protocol::tcp ? state.open_tcp : state.open_udp;
    open = open.value_or(probe.endpoint);
    state.round_trip = std::max(state.round_trip, probe.rtt.max());
    if (probe.endpoint.protocol == Protocol::udp && probe.local) {
        state.servers.add_udp_flow(probe.endpoint, probe.seen->instance, probe.local->port);
    }
}

/// An error about the host is about all of its ports, of both protocols.
void Run::note_host(ScannedAddress& state, const Probe& probe) {
    const Findings& findings = probe.findings;
    const auto meant = findings.icmp ? meaning(*findings.icmp) : IcmpMeaning::other;
    const bool about_host =
        meant == IcmpMeaning::host_unreachable || meant == IcmpMeaning::net_unreachable;
    if (about_host) {
        state.unreachable = findings.icmp;
    }
    state.alive = state.alive || (!is_silent(findings) && !about_host);
}

}  // namespace pt::client
