// From what a scan has gathered to results and notes.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include "client/conclude/conclude.hpp"
#include "client/conclude/flow_notes.hpp"
#include "client/probe/source_port.hpp"
#include "client/result/path_facts.hpp"
#include "client/scan/run.hpp"
#include "client/scan/run_part.hpp"
#include "client/text/number_text.hpp"
#include "common/core/id_text.hpp"
#include "common/net/clock.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

void add(SessionCounters& sum, const SessionCounters& more) {
    sum.frames += more.frames;
    sum.duplicates += more.duplicates;
    sum.altered_padding += more.altered_padding;
    sum.reordered += more.reordered;
}

void add(Duplicates& sum, const Duplicates& more) {
    sum.requests += more.requests;
    sum.echoes += more.echoes;
}

std::string rounded_rate(double rate) {
    return grouped_number(static_cast<std::size_t>(std::max(std::round(rate), 1.0)));
}

std::string limit_note(Protocol protocol, double rate) {
    const bool tcp = protocol == Protocol::tcp;
    return "a limit of about " + rounded_rate(rate) + (tcp ? " new connections" : " datagrams") +
           " a second is on the path: scan with --rate " + rounded_rate(rate) + " or less";
}

std::string passed_note(Protocol protocol, double rate) {
    return "many " + std::string{to_string(protocol)} + " attempts were lost while about " +
           rounded_rate(rate) +
           " a second were answered: a rate limit on the path, or loss by chance; decide with "
           "--rate " +
           rounded_rate(rate * 0.8);
}

}  // namespace

PortSet Run::probed_ports(const IpAddress& address) const {
    PortSet ports;
    for (const ProbeBlock& block : blocks_) {
        if (block.address == address) {
            ports.insert(*block.ports);
        }
    }
    return ports;
}

void Run::report(const Probe& probe, const ScannedAddress* state) {
    Result result;
    result.host = hosts_[probe.host];
    result.host_place = probe.host;
    result.endpoint = probe.endpoint;
    result.findings = probe.findings;
    result.local_error = probe.findings.local_error;
    result.local_reason = source_port_reason(settings_.tcp.source, probe.endpoint, probe.local,
                                             probe.findings.local_error);
    if (state != nullptr && lacks_address(result.local_error) && result.local_reason.empty()) {
        const auto& source = settings_.tcp.source;
        address_facts_ = address_facts_ ? address_facts_ : read_address_facts(source);
        result.local_reason = no_address_reason(source, probe.endpoint.address, *address_facts_);
    }
    result.attempts = probe.attempts;
    result.rtt = probe.rtt;
    result.frames_sent = probe.frames_sent;
    result.frames_lost = probe.frames_lost;
    if (settings_.tcp.sample_size != default_request_size && probe.frames_sent > 1) {
        result.frame_size = static_cast<std::uint16_t>(settings_.tcp.sample_size);
    }
    result.local = known_end(probe.local);
    result.seen = probe.seen;
    result.sent_tos = probe.sent_tos;
    if (probe.findings.connected) {  // we close in the end, unless the peer has
        result.closed_first = probe.findings.ends_of_stream > 0 ? End::server : End::client;
    }
    result.hops = hops(probe);
    ServerKnowledge known;
    std::optional<PortRecord> record;
    if (state != nullptr) {
        result.session = state->session;
        // Only what is in doubt needs to know which ports were probed.
        const bool asked = in_doubt(probe.findings) && !state->servers.empty();
        ServerRecords::Summary summary;
        if (asked) {
            PortSet probed = probed_ports(probe.endpoint.address);
            if (state->looked_for_server) {
                probed.insert(well_known_ports());
            }
            summary = state->records.summary(probe.endpoint.address, probed, state->given_up);
            summary.gone_astray = summary.gone_astray || may_be_elsewhere(probe, *state);
            saw_strays_ = saw_strays_ || summary.gone_astray;
        }
        known = state->servers.knowledge(probe.endpoint.address, summary);
        known.short_wait =
            settings_.tcp.plan.timeout() <
            max_punctual_delay + state->round_trip * round_trips_needed(probe.endpoint.protocol);
        if (const auto found = state->records.find(probe.endpoint)) {
            record = found->record;
            known.address_rewritten = found->rewritten;
            result.exact_record = known.exact_record;
        }
    }
    known.resets_own_connections = settings_.tcp.source.port.has_value();
    set_conclusion(result, conclude(result, record, known));
    if (result.conclusion.verdict == Verdict::unreachable && result.findings->icmp_errors == 0 &&
        result.findings->icmp) {
        result.notes.emplace_back(
            state != nullptr && state->no_neighbour
                ? "no host on the local network answers for the next hop (ARP, neighbour discovery)"
                : "the ICMP errors came for other ports of this host");
    }
    HintFacts facts = settings_.hint_facts;
    if (state != nullptr) {
        facts.open_port = state->servers.open_port(probe.endpoint.address);
    }
    facts.other_addresses = settings_.other_addresses.contains(probe.host);
    result.hint = hint_for(result, record, known, facts);
    path_notes_.add(result);
    result.concluded_at = std::chrono::system_clock::now();
    on_result_(result);
}

/// Whether what arrived on the port may be of attempts on others, or those on it may have arrived
/// on others (DNAT).
bool Run::may_be_elsewhere(const Probe& probe, const ScannedAddress& state) {
    const auto& [protocol, address, port] = probe.endpoint;
    return protocol == Protocol::tcp &&
           (state.may_be_elsewhere.contains(port) || state.servers.is_rewritten_to(address, port) ||
            (state.isolated_scan && state.isolated_scan->saw_strays()));
}

/// Within the time limit: a handshake takes one, its data another; but where the limit is not the
/// user's, a connection is waited for by the length of its handshake.
int Run::round_trips_needed(Protocol protocol) const {
    const bool exact = settings_.tcp.limits.exact_timeout;
    return protocol == Protocol::tcp && exact ? 2 : 1;
}

/// Half of what a path looks like from one end: how much of our TTL the forward path used up.
std::optional<int> Run::hops(const Probe& probe) {
    if (!probe.seen || probe.seen->received_ttl == 0) {
        return std::nullopt;
    }
    const auto family = net::address_family(probe.endpoint.address);
    if (!hop_limits_.contains(family)) {
        hop_limits_[family] = initial_hop_limit(net::family_of(probe.endpoint.address));
    }
    const int used = hop_limits_[family] - probe.seen->received_ttl;
    return used >= 0 ? std::optional{used} : std::nullopt;  // a relay starts with a TTL of its own
}

void Run::note_address(const IpAddress& address, const ScannedAddress& state) {
    add(counters_, state.records.counters());
    const auto flows = state.checked_flows.empty() ? state.flows.flows() : state.checked_flows;
    for (const std::string& note : flow_notes(flows)) {
        scan_notes_.push_back(sessions_.size() > 1 ? address.to_string() + ": " + note : note);
    }
}

void Run::end() {
    if (std::exchange(ended_, true)) {
        return;
    }
    stop();
    done_();
}

std::vector<std::string> Run::notes() const {
    Duplicates duplicates;
    for (const auto& [first, part] : parts_) {
        if (part->udp) {
            add(duplicates, part->udp->duplicates());
        }
    }
    auto notes = path_notes_.text(duplicates, counters_);
    notes.insert(notes.end(), scan_notes_.begin(), scan_notes_.end());
    for (const auto& [first, part] : parts_) {
        const Schedule* schedule = part->schedule();
        if (part->purpose != Purpose::result || schedule == nullptr) {
            continue;
        }
        if (const auto limit = schedule->rate_limit()) {
            notes.push_back(limit_note(part->list.protocol(), *limit));
        } else if (const auto passed = schedule->rate_that_passed()) {
            notes.push_back(passed_note(part->list.protocol(), *passed));
        }
        for (const std::size_t block : schedule->stopped_answering()) {
            notes.push_back(std::string{to_string(part->list.protocol())} + " ports of " +
                            part->list.address(block).to_string() +
                            " that answered have stopped answering: a ban, a limit, or the server "
                            "ended");
        }
    }
    if (shortages_.contains(EADDRNOTAVAIL) || shortages_.contains(EAGAIN)) {
        notes.emplace_back(
            "local ports ran out, so that attempts had to wait: see sysctl "
            "net.ipv4.ip_local_port_range");
    }
    if (shortages_.contains(EMFILE) || shortages_.contains(ENFILE)) {
        notes.emplace_back("file descriptors ran out, so that attempts had to wait: see ulimit -n");
    }
    if (const RunKey& key = settings_.tcp.source.key) {
        add_key_notes(*key, notes);
    }
    return notes;
}

void Run::add_key_notes(const FrameKey& key, std::vector<std::string>& notes) const {
    if (server_instance_ == 0 && finished_ > 0) {
        notes.push_back("no reply was made with the key " + key_id_text(key.id()) +
                        ": no pt-server was reached, or it does not have that key (it counts such "
                        "frames as \"unknown key\")");
    }
    if (!key.key().valid_at(net::wall_time())) {
        notes.push_back("the key " + key_id_text(key.id()) +
                        " ran out during the scan: that a port did not reply afterwards says "
                        "nothing");
    }
}

}  // namespace pt::client
