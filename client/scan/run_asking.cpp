// Part of Run: the servers at an address are asked about the ports in doubt.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <limits>
#include <utility>

#include "client/scan/manifest.hpp"
#include "client/scan/run.hpp"
#include "client/scan/run_part.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// A scan of so few ports asks a pt-server on its default ports, where none of its own was open.
constexpr std::size_t max_ports_to_look_for_server = 16;
constexpr std::size_t max_addresses_to_look_for_server = 16;
constexpr unsigned max_beginnings = 8;
AttemptPlan server_plan() { return {4, 1s}; }

/// 0 where there was none.
std::uint32_t lead_ms(std::optional<TimePoint> first_echo, TimePoint began) {
    if (!first_echo) {
        return 0;
    }
    constexpr std::int64_t max = std::numeric_limits<std::uint32_t>::max();
    const auto count = std::chrono::ceil<std::chrono::milliseconds>(*first_echo - began).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 1, max));
}

/// A handshake and an answer take two round trips, and a reply must have had time to follow the
/// acknowledgement of what it replies to.
std::chrono::milliseconds inquiry_timeout(Nanoseconds round_trip) {
    constexpr std::chrono::milliseconds min = 3s;
    constexpr std::chrono::milliseconds max = 30s;
    return std::clamp(std::chrono::ceil<std::chrono::milliseconds>(round_trip * 4), min, max);
}

/// 0 where it is not known, or too long to be told.
std::uint32_t rtt_us(Nanoseconds rtt) {
    const auto count = std::chrono::ceil<std::chrono::microseconds>(rtt).count();
    return count > std::numeric_limits<std::uint32_t>::max() ? 0
                                                             : static_cast<std::uint32_t>(count);
}

void add_default_tcp_ports(std::vector<ProtocolPort>& ports) {
    const PortSet defaults = well_known_ports();
    for (std::uint32_t number = 1; number < port_count; ++number) {
        const Port port{static_cast<std::uint16_t>(number)};
        if (defaults.contains(Protocol::tcp, port)) {
            ports.push_back({Protocol::tcp, port});
        }
    }
}

}  // namespace

bool Run::look_for_server(const IpAddress& address, ScannedAddress& state) {
    const bool wanted = settings_.ask_journal && settings_.look_for_server && !state.held.empty() &&
                        state.servers.empty() && state.total <= max_ports_to_look_for_server &&
                        addresses_.size() <= max_addresses_to_look_for_server &&
                        !(state.unreachable && !state.alive);
    if (!wanted || std::exchange(state.looked_for_server, true)) {
        return false;
    }
    auto ports = std::make_shared<PortSet>(well_known_ports());
    ports->erase(probed_ports(address));
    const std::vector<ProbeBlock> blocks{{state.held.front().host, address, ports}};
    for (const Protocol protocol : all_protocols) {
        EngineSettings settings = protocol == Protocol::tcp ? settings_.tcp : settings_.udp;
        settings.plan = server_plan();
        settings.limits.exact_tries = settings.limits.exact_timeout = true;
        settings.repeat_refusals = false;
        settings.count = 1;
        if (add_part(blocks, protocol, Purpose::server, settings)) {
            ++state.extra_parts;
        }
    }
    return state.extra_parts > 0;
}

/// What was found before the server's last sign of life stands; what came after says nothing.
void Run::mark_lost(ScannedAddress& state) {
    for (Probe& held : state.held) {
        held.findings.server_lost = held.finished_at > state.last_echo;
    }
}

/// Without a query: ports that proved open do not answer any more, while a TCP of the host's goes
/// on to acknowledge what is sent and nothing is answered. A handshake proves a kernel, not a
/// process.
bool Run::seems_frozen(const IpAddress& address, const ScannedAddress& state) const {
    const bool silent_now = std::any_of(parts_.begin(), parts_.end(), [&](const auto& entry) {
        const Schedule* const schedule = entry.second->tcp ? entry.second->schedule() : nullptr;
        return schedule != nullptr &&
               std::any_of(
                   schedule->stopped_answering().begin(), schedule->stopped_answering().end(),
                   [&](std::size_t block) { return entry.second->list.address(block) == address; });
    });
    return silent_now && std::any_of(state.held.begin(), state.held.end(), [&](const Probe& held) {
               return held.findings.data_acknowledged && held.finished_at > state.last_echo;
           });
}

bool Run::ask_servers(const IpAddress& address, ScannedAddress& state) {
    if (std::exchange(state.asked, true)) {
        return false;
    }
    if (!settings_.ask_journal && seems_frozen(address, state)) {
        mark_lost(state);
    }
    if (!settings_.ask_journal && !settings_.ask_manifest) {
        return false;
    }
    for (const auto& [first, part] : parts_) {
        const auto in_flight =
            part->tcp ? part->tcp->controls_in_flight(address) : std::vector<Port>{};
        for (const Port port : in_flight) {
            ++state.given_up[port];
        }
    }
    if (state.looked_for_server && !state.servers.empty()) {
        std::string over;
        for (const KnownServer& server : state.servers.all()) {
            for (const Port port : server.tcp) {
                over += " tcp/" + std::to_string(to_number(port));
            }
            for (const Port port : server.udp) {
                over += " udp/" + std::to_string(to_number(port));
            }
        }
        scan_notes_.push_back("pt-server on " + address.to_string() +
                              " was asked over its default ports:" + over);
    }
    for (const KnownServer& server : state.servers.all()) {
        ask(address, state, server);
    }
    return state.unanswered > 0;
}

void Run::ask(const IpAddress& address, ScannedAddress& state, const KnownServer& server) {
    std::vector<ProtocolPort> doubts;
    if (settings_.ask_journal && !state.held.empty()) {
        doubts = state.settled;
        for (const Probe& held : state.held) {
            doubts.push_back({held.endpoint.protocol, held.endpoint.port});
        }
        for (const auto& [port, attempts] : state.given_up) {
            doubts.push_back({Protocol::tcp, port});
        }
        for (const Port port : server.tcp) {  // connections to ask over them may be given up
            doubts.push_back({Protocol::tcp, port});
        }
        if (state.looked_for_server) {  // the server must tell what the look left there, too
            add_default_tcp_ports(doubts);
        }
    }
    // By one of these the server knows when the scan began.
    const auto dating_echo = server.first_echo ? server.first_echo : state.cookie_at;
    auto inquiries = inquiries_for(Inquiry::Kind::journal, std::move(doubts),
                                   lead_ms(dating_echo, started_), rtt_us(server.min_rtt));
    if (settings_.ask_manifest) {
        const auto all = manifest_inquiries();
        inquiries.insert(inquiries.end(), all.begin(), all.end());
    }
    if (inquiries.empty()) {
        return;
    }
    InquirySettings settings;
    settings.source = settings_.tcp.source;
    settings.ephemeral_range = settings_.tcp.ephemeral_range;
    settings.session = state.session;
    settings.began = started_;
    settings.first_sequence = next_sequence_;
    next_sequence_ += static_cast<std::uint32_t>(inquiries.size()) + 1;
    for (const KnownServer& known : state.servers.all()) {
        settings.instances.push_back(known.instance);
    }
    settings.udp_flows = server.udp_flows;
    settings.timeout = inquiry_timeout(state.round_trip);
    // Where no request was recorded, one with the cookie begins the session, or no query is
    // answered.
    unsigned beginnings = server.first_echo ? 0 : max_beginnings;
    settings.send = [this, address, beginnings](std::span<const std::uint8_t> bytes, Port port,
                                                Port source) mutable {
        UdpEngine* engine = udp_engine_with(source, address);
        if (engine != nullptr && beginnings > 0) {
            --beginnings;
            const Frame first = request({Protocol::udp, address, port}, new_sequence(), 1);
            engine->send_query(encode_request(first), {address, port}, source);
        }
        return engine != nullptr && engine->send_query(bytes, {address, port}, source);
    };
    ++state.unanswered;
    // The answer may come before this returns only where nothing could be sent at all.
    state.asking.push_back(ask_server(context_, server, inquiries, settings,
                                      [this, address, server](const InquiryOutcome& outcome) {
                                          take_outcome(address, server, outcome);
                                      }));
}

/// The one that probes what is to be reported.
UdpEngine* Run::udp_engine() const {
    for (const auto& [first, part] : parts_) {
        if (part->udp && part->purpose == Purpose::result) {
            return part->udp.get();
        }
    }
    return nullptr;
}

UdpEngine* Run::udp_engine_with(Port source, const IpAddress& address) const {
    for (const auto& [first, part] : parts_) {
        if (part->udp && part->udp->has_port(source, address)) {
            return part->udp.get();
        }
    }
    return nullptr;
}

void Run::take_outcome(const IpAddress& address, const KnownServer& server,
                       const InquiryOutcome& outcome) {
    if (ended_) {
        return;
    }
    ScannedAddress& state = addresses_[address];
    for (const Port port : outcome.given_up) {
        ++state.given_up[port];
    }
    for (const auto& answer : outcome.answers) {
        // Of a session that was forgotten in between, the server knows the end only.
        if (answer && answer->inquiry.kind == Inquiry::Kind::journal &&
            answer->counters.frames >= server.session_frames) {
            state.records.add(address, server.instance, *answer);
        }
    }
    if (!outcome.complete()) {
        state.servers.mark_unanswered(address, server.instance, outcome.led_elsewhere);
    }
    if (settings_.ask_manifest) {
        manifests_.push_back(read_manifest(server, outcome));
    }
    if (outcome.lost) {
        mark_lost(state);
    }
    if (--state.unanswered == 0) {
        boost::asio::post(context_, [this, address] { address_done(address); });
    }
}

}  // namespace pt::client
