// What follows when all probes of an address are finished: its servers are asked, refusals that
// matter are repeated, and what was in doubt is concluded.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "client/scan/run.hpp"
#include "client/scan/run_part.hpp"
#include "common/net/neighbour.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t max_ports_to_check_flows = 1'024;
constexpr std::ptrdiff_t min_lost_flows = 2;
/// One of two backends is met by all of them by chance in 1 of 1,000 cases, after three before.
AttemptPlan confirm_plan() { return {10, 2s}; }

/// As the kernel tells of a neighbour that does not answer: ICMP from this host itself.
IcmpError host_unreachable(const IpAddress& address, const IpAddress& from) {
    // RFC 792: destination unreachable, host unreachable; RFC 4443 section 3.1: address
    // unreachable.
    return address.is_v4() ? IcmpError{false, 3, 1, from} : IcmpError{true, 1, 3, from};
}

bool is_refused(const Findings& findings) {
    return findings.resets > 0 || findings.icmp_errors > 0;
}

}  // namespace

/// One step after the other, until nothing is in flight for the address any more.
void Run::address_done(const IpAddress& address) {
    if (ended_) {
        return;
    }
    const auto found = addresses_.find(address);
    if (found == addresses_.end()) {
        return;
    }
    ScannedAddress& state = found->second;
    if (check_flows(address, state) || look_for_server(address, state) ||
        ask_servers(address, state) || confirm_refusals(address, state) ||
        scan_in_isolation(address, state)) {
        return;
    }
    conclude_address(address, state);
}

/// In a scan of few ports, where attempts on open ones were lost.
bool Run::check_flows(const IpAddress& address, ScannedAddress& state) {
    const auto flows = state.flows.flows();
    const auto lost = std::count_if(flows.begin(), flows.end(),
                                    [](const FlowOutcome& flow) { return !flow.answered; });
    const EngineSettings& engine = settings_.tcp;
    if (lost < min_lost_flows || state.total > max_ports_to_check_flows || engine.source.port ||
        engine.limits.exact() || std::exchange(state.flows_checked, true)) {
        return false;
    }
    FlowCheckSettings settings;
    settings.source = engine.source;
    settings.ephemeral_range = engine.ephemeral_range;
    settings.seed = engine.seed;
    settings.tcp = state.open_tcp;
    settings.udp = state.open_udp;
    settings.round_trip = state.round_trip;
    settings.send = [this](unsigned attempt, std::span<const std::uint8_t> bytes,
                           const SocketAddress& to) {
        UdpEngine* engine_of_scan = udp_engine();
        return engine_of_scan == nullptr ? std::nullopt
                                         : engine_of_scan->send_as(attempt, bytes, to);
    };
    ProbeTable& table = *this;
    state.flow_check = std::make_shared<FlowCheck>(
        context_, table, std::move(settings),
        [this, address](const std::vector<FlowOutcome>& outcomes) {
            ScannedAddress& checked = addresses_[address];
            checked.checked_flows = outcomes;
            for (const FlowOutcome& flow : outcomes) {
                if (flow.protocol == Protocol::tcp) {
                    note_given_up({Protocol::tcp, address, flow.destination},
                                  flow.sent - (flow.answered ? 1U : 0U));
                }
            }
            boost::asio::post(context_, [this, address, check = checked.flow_check] {
                check->stop();
                address_done(address);
            });
        });
    state.flow_check->start();
    return true;
}

/// Where pt-server says that it holds a port, refusals come from somewhere else: from a firewall,
/// or from one of several backends, which takes more attempts to tell.
bool Run::confirm_refusals(const IpAddress& address, ScannedAddress& state) {
    if (std::exchange(state.confirmed, true) || settings_.tcp.limits.exact()) {
        return false;
    }
    auto ports = std::make_shared<PortSet>();
    for (const Probe& held : state.held) {
        const auto record = state.records.find(held.endpoint);
        if (is_refused(held.findings) && record && record->record.listening) {
            ports->insert(held.endpoint.protocol, held.endpoint.port);
        }
    }
    if (ports->empty()) {
        return false;
    }
    const std::vector<ProbeBlock> blocks{{state.held.front().host, address, ports}};
    for (const Protocol protocol : all_protocols) {
        EngineSettings settings = protocol == Protocol::tcp ? settings_.tcp : settings_.udp;
        settings.plan = confirm_plan();
        settings.limits.exact_tries = settings.limits.exact_timeout = true;
        settings.repeat_refusals = true;
        settings.min_refusals = settings.plan.tries();
        if (add_part(blocks, protocol, Purpose::confirm, settings)) {
            ++state.extra_parts;
        }
    }
    return state.extra_parts > 0;
}

/// The further attempts of a probe that is held back count as its own.
void Run::take_confirmation(const Probe& more) {
    ScannedAddress& state = addresses_[more.endpoint.address];
    for (Probe& held : state.held) {
        if (held.endpoint != more.endpoint) {
            continue;
        }
        const Findings before = held.findings;
        const std::uint32_t attempts = held.attempts;
        const std::uint32_t host = held.host;
        held = more;
        held.host = host;
        held.attempts += attempts;
        held.findings.resets = static_cast<std::uint16_t>(held.findings.resets + before.resets);
        held.findings.icmp_errors =
            static_cast<std::uint16_t>(held.findings.icmp_errors + before.icmp_errors);
        held.findings.icmp = held.findings.icmp ? held.findings.icmp : before.icmp;
        held.findings.connected = held.findings.connected || before.connected;
    }
}

/// A large scan does not wait for the kernel's own error: the neighbour table tells.
void Run::look_for_neighbour(const IpAddress& address, ScannedAddress& state) {
    if (state.alive || state.unreachable || state.held.empty() || !state.held.front().local) {
        return;
    }
    const auto hop = net::next_hop(address);
    if (hop.state == net::Neighbour::missing) {
        state.unreachable = host_unreachable(address, state.held.front().local->address);
        state.no_neighbour = true;
    }
}

void Run::conclude_address(const IpAddress& address, ScannedAddress& state) {
    look_for_neighbour(address, state);
    if (state.unreachable && !state.alive) {
        for (Probe& held : state.held) {
            if (is_silent(held.findings)) {
                held.findings.icmp = state.unreachable;
            }
        }
    }
    report_held(state);
    note_address(address, state);
    addresses_.erase(address);
    if (addresses_.empty()) {
        end();
    }
}

}  // namespace pt::client
