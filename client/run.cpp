#include "client/run.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <limits>
#include <utility>

#include "client/manifest.hpp"
#include "client/source_port.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;

std::uint32_t lead_ms(Nanoseconds lead) {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    const auto count = std::chrono::ceil<std::chrono::milliseconds>(lead).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, most));
}

}  // namespace

Run::Run(asio::io_context& context, const RunSettings& settings, std::vector<std::string> hosts,
         std::vector<Probe> probes, ResultHandler on_result, std::function<void()> done)
    : context_{context},
      settings_{settings},
      hosts_{std::move(hosts)},
      probes_{std::move(probes)},
      on_result_{std::move(on_result)},
      done_{std::move(done)},
      started_{std::chrono::steady_clock::now()},
      next_sequence_{static_cast<std::uint32_t>(probes_.size())} {}

std::vector<std::uint32_t> Run::numbers(Protocol protocol) const {
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t number = 0; number < probes_.size(); ++number) {
        if (probes_[number].endpoint.protocol == protocol && !probes_[number].finished) {
            numbers.push_back(number);
        }
    }
    return numbers;
}

void Run::start() {
    ProbeTable& table = *this;
    for (Probe& probe : probes_) {
        if (probe.name_unresolved) {
            probe.findings.local_error = EADDRNOTAVAIL;
            probe.finished = true;
            ++finished_;
            report(probe);
        }
    }
    if (auto tcp = numbers(Protocol::tcp); !tcp.empty()) {
        tcp_ = std::make_unique<TcpEngine>(context_, table, std::move(tcp), settings_.tcp,
                                           settings_.descriptors);
        tcp_->start();
    }
    if (auto udp = numbers(Protocol::udp); !udp.empty()) {
        udp_ = std::make_unique<UdpEngine>(context_, table, std::move(udp), settings_.udp,
                                           settings_.session);
        udp_->start();
    }
    if (!tcp_ && !udp_) {
        asio::post(context_, [this] { end(); });
    }
}

void Run::interrupt() {
    if (ended_) {
        return;
    }
    for (Probe& probe : probes_) {
        if (!probe.finished) {
            probe.findings.interrupted = true;
            probe.finished = true;
            ++finished_;
            report(probe);
        }
    }
    end();
}

void Run::finished(std::uint32_t number) {
    Probe& probe = probes_[number];
    if (ended_ || probe.finished) {
        return;
    }
    probe.finished = true;
    probe.finished_at = std::chrono::steady_clock::now();
    ++finished_;
    if (probe.findings.echo && probe.seen) {
        if (server_instance_ == 0) {
            server_instance_ = probe.seen->instance;
        }
        servers_.add(probe.endpoint, *probe.seen, probe.first_echo_at);
        last_echo_[probe.endpoint.address] = probe.finished_at;
    }
    if (in_doubt(probe.findings)) {
        held_back_.push_back(number);
    } else {
        report(probe);
    }
    if (finished_ == probes_.size()) {
        // Not from within the engine's own call, which goes on after this one.
        asio::post(context_, [this] { ask_servers(); });
    }
}

void Run::ask_servers() {
    if (ended_) {
        return;
    }
    if (settings_.ask_journal || settings_.ask_manifest) {
        for (const KnownServer& server : servers_.all()) {
            ask(server);
        }
    }
    if (asking_ == 0) {
        end();
    }
}

void Run::ask(const KnownServer& server) {
    std::vector<ProtocolPort> doubts;
    for (const std::uint32_t number : held_back_) {
        const Endpoint& endpoint = probes_[number].endpoint;
        if (settings_.ask_journal && endpoint.address == server.address) {
            doubts.push_back({endpoint.protocol, endpoint.port});
        }
    }
    auto inquiries = inquiries_for(Inquiry::Kind::journal, std::move(doubts),
                                   lead_ms(server.first_echo - started_));
    if (settings_.ask_manifest) {
        const auto all = manifest_inquiries();
        inquiries.insert(inquiries.end(), all.begin(), all.end());
    }
    if (inquiries.empty()) {
        return;
    }
    InquirySettings settings;
    settings.source = settings_.tcp.source;
    settings.session = settings_.session;
    settings.first_sequence = next_sequence_;
    next_sequence_ += static_cast<std::uint32_t>(inquiries.size());
    ++asking_;
    ask_server(context_, server, inquiries, settings,
               [this, server](const InquiryOutcome& outcome) { take_outcome(server, outcome); });
}

void Run::take_outcome(const KnownServer& server, const InquiryOutcome& outcome) {
    for (const auto& answer : outcome.answers) {
        if (!answer || answer->inquiry.kind != Inquiry::Kind::journal) {
            continue;
        }
        // Of a session that was forgotten in between, the server knows the end only.
        if (answer->counters.frames >= server.session_frames) {
            records_.add(server.address, server.instance, *answer);
        }
    }
    if (!outcome.complete()) {
        servers_.mark_unanswered(server.address, server.instance);
    }
    if (settings_.ask_manifest) {
        manifests_.push_back(read_manifest(server, outcome));
    }
    if (outcome.lost) {
        note_lost_server(server.address);
    }
    if (--asking_ == 0) {
        end();
    }
}

/// What was found before the server's last sign of life stands; what came after says nothing.
void Run::note_lost_server(const IpAddress& address) {
    for (const std::uint32_t number : held_back_) {
        Probe& probe = probes_[number];
        if (probe.endpoint.address == address && probe.finished_at > last_echo_[address]) {
            probe.findings.server_lost = true;
        }
    }
}

/// The servers have answered, or will not.
void Run::sum_up_answers() {
    std::map<IpAddress, PortSet> probed;
    for (const Probe& probe : probes_) {
        if (servers_.at(probe.endpoint.address)) {
            probed[probe.endpoint.address].insert(probe.endpoint.protocol, probe.endpoint.port);
        }
    }
    for (const auto& [address, ports] : probed) {
        known_[address] = servers_.knowledge(address, records_.summary(address, ports));
    }
}

void Run::end() {
    if (std::exchange(ended_, true)) {
        return;
    }
    if (tcp_) {
        tcp_->stop();
    }
    if (udp_) {
        udp_->stop();
    }
    sum_up_answers();
    for (const std::uint32_t number : held_back_) {
        report(probes_[number]);
    }
    done_();
}

void Run::report(const Probe& probe) {
    Result result;
    result.host = hosts_[probe.host];
    result.host_place = probe.host;
    result.endpoint = probe.endpoint;
    result.findings = probe.findings;
    result.findings->data_acknowledged = probe.data_acknowledged;
    result.findings->padding_altered = probe.padding_altered;
    result.findings->reflected = probe.reflected;
    result.findings->unproven_icmp = probe.unproven_icmp;
    result.findings->other_source = probe.other_source;
    result.local_error = probe.findings.local_error;
    result.local_reason = source_port_reason(settings_.tcp.source, probe.endpoint, probe.local,
                                             probe.findings.local_error);
    result.attempts = probe.attempts;
    result.rtt = probe.rtt;
    result.frames_sent = probe.frames_sent;
    result.frames_lost = probe.frames_lost;
    result.local = probe.local;
    result.seen = probe.seen;
    result.sent_tos = probe.sent_tos;
    if (probe.findings.connected) {  // we close in the end, unless the peer has
        result.closed_first = probe.findings.ends_of_stream > 0 ? End::server : End::client;
    }
    result.hops = hops(probe);
    result.session = settings_.session;
    ServerKnowledge known = known_[probe.endpoint.address];
    known.resets_own_connections = settings_.tcp.source.port.has_value();
    std::optional<PortRecord> record;
    if (const auto found = records_.find(probe.endpoint)) {
        record = found->record;
        result.exact_record = known.exact_record;
    }
    auto concluded = conclude(result, record, known);
    result.conclusion = concluded.conclusion;
    result.notes = std::move(concluded.notes);
    HintFacts facts = settings_.hint_facts;
    facts.open_port = servers_.open_port(probe.endpoint.address);
    facts.other_addresses = settings_.other_addresses.contains(probe.host);
    result.hint = hint_for(result, record, known, facts);
    path_notes_.add(result);
    on_result_(result);
}

/// Half of what a path looks like from one end: how much of our TTL the way there used up.
std::optional<int> Run::hops(const Probe& probe) {
    if (!probe.seen || probe.seen->received_ttl == 0) {
        return std::nullopt;
    }
    const bool v4 = probe.endpoint.address.is_v4();
    if (!hop_limits_.contains(v4)) {
        hop_limits_[v4] = initial_hop_limit(net::family_of(probe.endpoint.address));
    }
    const int used = hop_limits_[v4] - probe.seen->received_ttl;
    return used >= 0 ? std::optional{used} : std::nullopt;  // a relay starts with a TTL of its own
}

std::vector<std::string> Run::notes() const {
    return path_notes_.text(udp_ ? udp_->duplicates() : Duplicates{}, records_.counters());
}

Frame Run::request(std::uint32_t number, std::uint32_t sequence, unsigned attempt) {
    const Endpoint& endpoint = probes_[number].endpoint;
    Frame frame;
    frame.type = FrameType::request;
    frame.nonce = {settings_.session, sequence};
    frame.port = endpoint.port;
    frame.protocol = endpoint.protocol;
    frame.attempt = static_cast<std::uint8_t>(std::min(attempt, 255U));
    frame.client_time =
        static_cast<std::uint64_t>((std::chrono::steady_clock::now() - started_).count());
    return frame;
}

TimePoint Run::sent_at(const Frame& echo) const {
    // The echo may be altered: a time beyond any run is one that was never sent.
    constexpr std::uint64_t beyond = std::uint64_t{1} << 62U;
    return echo.client_time < beyond
               ? started_ + Nanoseconds{static_cast<std::int64_t>(echo.client_time)}
               : TimePoint::max();
}

}  // namespace pt::client
