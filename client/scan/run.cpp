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
namespace {

namespace asio = boost::asio;

}  // namespace

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

void Run::start() {
    report_unresolved();
    add_part(blocks_, Protocol::tcp, Purpose::result, settings_.tcp);
    add_part(blocks_, Protocol::udp, Purpose::result, settings_.udp);
    if (addresses_.empty()) {
        asio::post(context_, [this] { end(); });
    }
}

void Run::report_unresolved() {
    for (const ProbeBlock& block : blocks_) {
        if (block.address != IpAddress{}) {
            continue;
        }
        for (const PortSet::Range& range : block.ports->ranges()) {
            for (std::uint32_t port = to_number(range.first); port <= to_number(range.last);
                 ++port) {
                Probe probe;
                probe.host = block.host;
                probe.endpoint = {range.protocol, IpAddress{},
                                  Port{static_cast<std::uint16_t>(port)}};
                probe.findings.local_error = EADDRNOTAVAIL;
                ++finished_;
                report(probe, nullptr);
            }
        }
    }
}

/// Nothing where the blocks have no port of that protocol.
std::shared_ptr<Run::Part> Run::add_part(const std::vector<ProbeBlock>& blocks, Protocol protocol,
                                         Purpose purpose, const EngineSettings& settings) {
    auto part = std::make_shared<Part>(blocks, protocol, purpose);
    if (part->list.size() == 0) {
        return nullptr;
    }
    part->first_number = next_sequence_;
    next_sequence_ += static_cast<std::uint32_t>(part->list.size());
    parts_.emplace(part->first_number, part);
    try {
        start_engine(*part, protocol, settings);
    } catch (const std::system_error& error) {
        // Not even the descriptors that an engine waits with are left.
        for (std::size_t place = 0; place < part->list.size(); ++place) {
            const auto number = part->first_number + static_cast<std::uint32_t>(place);
            probe(number).findings.local_error = error.code().value();
            finished(number);
        }
    }
    return part;
}

void Run::start_engine(Part& part, Protocol protocol, const EngineSettings& settings) {
    ProbeTable& table = *this;
    switch (protocol) {
        case Protocol::tcp:
            part.tcp = std::make_unique<TcpEngine>(context_, table, part.list, part.first_number,
                                                   settings, settings_.descriptors);
            part.tcp->start();
            break;
        case Protocol::udp:
            part.udp = std::make_unique<UdpEngine>(context_, table, part.list, part.first_number,
                                                   settings);
            part.udp->start();
            break;
    }
}

const std::shared_ptr<Run::Part>& Run::part_of(std::uint32_t number) const {
    return std::prev(parts_.upper_bound(number))->second;
}

Probe& Run::probe(std::uint32_t number) {
    const auto [found, is_new] = live_.try_emplace(number);
    if (is_new) {
        const Part& part = *part_of(number);
        const std::size_t place = number - part.first_number;
        found->second.endpoint = part.list.endpoint(place);
        found->second.host = part.list.host(place);
    }
    return found->second;
}

void Run::interrupt() {
    if (ended_) {
        return;
    }
    const auto report_interrupted = [this](Probe& probe) {
        probe.findings.interrupted = true;
        ++finished_;
        report(probe, &addresses_[probe.endpoint.address]);
    };
    for (const auto& [first, part] : parts_) {
        if (part->purpose != Purpose::result) {
            continue;
        }
        for (std::size_t place = 0; place < part->list.size(); ++place) {
            const auto number = first + static_cast<std::uint32_t>(place);
            if (live_.contains(number) || place >= part->started()) {
                report_interrupted(probe(number));
            }
        }
    }
    for (const ProbeBlock& block : own_ports_) {
        Probe probe;
        probe.host = block.host;
        const auto range = block.ports->ranges().front();
        probe.endpoint = {range.protocol, block.address, range.first};
        report_interrupted(probe);
    }
    for (auto& [address, state] : addresses_) {
        for (const Probe& held : std::exchange(state.held, {})) {
            report(held, &state);
        }
    }
    end();
}

void Run::finished(std::uint32_t number) {
    if (ended_) {
        return;
    }
    const auto part = part_of(number);
    Probe done = probe(number);
    live_.erase(number);
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
    if (--part->left == 0) {
        // Not from within the engine's own call, which goes on after this one.
        asio::post(context_, [this, part] { end_part(part); });
    }
}

void Run::is_own_port(std::uint32_t number) {
    constexpr unsigned max_rounds = 8;
    const auto part = part_of(number);
    if (own_port_rounds_ == max_rounds) {
        probe(number).findings.local_error = EADDRINUSE;
        finished(number);
        return;
    }
    const Probe own = probe(number);
    live_.erase(number);
    auto ports = std::make_shared<PortSet>();
    ports->insert(own.endpoint.protocol, own.endpoint.port);
    own_ports_.push_back({own.host, own.endpoint.address, std::move(ports)});
    if (--part->left == 0) {
        asio::post(context_, [this, part] { end_part(part); });
    }
}

void Run::take_finished(Probe probe) {
    ++finished_;
    ScannedAddress& state = addresses_[probe.endpoint.address];
    note_host(state, probe);
    if (probe.findings.echo) {
        note_server(probe);
    }
    const IpAddress address = probe.endpoint.address;
    if (in_doubt(probe.findings)) {
        state.held.push_back(probe);
    } else {
        if (!probe.findings.echo) {
            state.settled.push_back({probe.endpoint.protocol, probe.endpoint.port});
        }
        report(probe, &state);
    }
    if (--state.left == 0) {
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
    state.servers.add(probe.endpoint, *probe.seen, probe.first_echo_at);
    state.servers.note_round_trip(probe.endpoint.address, probe.seen->instance, probe.rtt.min());
    state.last_echo = std::max(state.last_echo, probe.finished_at);
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

/// Its engine goes once nothing that it has posted is left.
void Run::end_part(const std::shared_ptr<Part>& part) {
    if (ended_) {
        return;
    }
    if (part->purpose != Purpose::result) {  // queries may still leave from its sockets
        const IpAddress address = part->list.endpoint(0).address;
        if (--addresses_[address].extra_parts == 0) {
            address_done(address);
        }
        return;
    }
    if (part->udp && !own_ports_.empty()) {
        part->stop();
        // A pt-server that leaves ports to other programs takes this one for free after a while.
        constexpr std::chrono::milliseconds until_free{1500};
        constexpr std::chrono::milliseconds again{50};
        const auto timer = std::make_shared<asio::steady_timer>(
            context_, own_port_rounds_++ == 0 ? until_free : again);
        timer->async_wait([this, timer](boost::system::error_code error) {
            if (!error && !ended_) {
                EngineSettings settings = settings_.udp;
                settings.one_flow = true;  // else one of its ports may be the very one again
                add_part(std::exchange(own_ports_, {}), Protocol::udp, Purpose::result, settings);
            }
        });
    }
}

}  // namespace pt::client
