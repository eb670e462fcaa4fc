#include "client/run.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <limits>
#include <utility>

#include "client/manifest.hpp"
#include "client/notes.hpp"
#include "client/path_notes.hpp"
#include "client/server_word.hpp"
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
        if (answer->server_stalled) {
            note_standstill(server.address);
        }
        // Of a session that was forgotten in between, the server knows the end only.
        if (answer->counters.frames >= server.session_frames) {
            InquiryAnswer told = *answer;
            told.handshakes_known =
                told.handshakes_known && seen_only_as(probes_, told.asked_from, server.address);
            records_.add(server.address, told);
        }
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

void Run::note_standstill(const IpAddress& address) {
    for (const std::uint32_t number : held_back_) {
        Probe& probe = probes_[number];
        if (probe.endpoint.address == address && may_be_standstill(probe.findings)) {
            probe.findings.server_lost = true;
            probe.server_stalled = true;
        }
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
    for (const std::uint32_t number : held_back_) {
        report(probes_[number]);
    }
    done_();
}

void Run::report(const Probe& probe) {
    Knowledge knowledge;
    knowledge.server_seen = servers_.at(probe.endpoint.address);
    if (auto found = records_.find(probe.endpoint)) {
        mind_earlier(found->record, probe.attempts, settings_.tcp.source.port.has_value());
        learn(knowledge, probe.endpoint.protocol, *found);
    }
    if (settings_.tcp.source.port) {
        knowledge.server_was_reset.reset();  // our own end resets, so that the port is free again
    }
    Result result;
    result.host = hosts_[probe.host];
    result.host_place = probe.host;
    result.endpoint = probe.endpoint;
    result.conclusion = diagnose(probe.endpoint.address, probe.findings, knowledge);
    result.local_error = probe.findings.local_error;
    result.local_reason = source_port_reason(settings_.tcp.source, probe.endpoint, probe.local,
                                             probe.findings.local_error);
    if (lacks_address(result.local_error) && result.local_reason.empty() &&
        !probe.name_unresolved) {
        const auto& source = settings_.tcp.source;
        address_facts_ = address_facts_ ? address_facts_ : read_address_facts(source);
        result.local_reason = no_address_reason(source, probe.endpoint.address, *address_facts_);
    }
    result.attempts = probe.attempts;
    result.rtt = probe.rtt;
    result.frames_sent = probe.frames_sent;
    result.frames_lost = probe.frames_lost;
    result.local = probe.local;
    result.seen = probe.seen;
    if (probe.findings.connected) {  // we close in the end, unless the peer has
        result.closed_first = probe.findings.end_of_stream ? End::server : End::client;
    }
    result.hops = hops(probe);
    result.notes = notes_for(probe, result.conclusion, knowledge);
    result.session = settings_.session;
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
    return path_notes(probes_, udp_ ? udp_->duplicates() : Duplicates{}, records_.counters());
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
