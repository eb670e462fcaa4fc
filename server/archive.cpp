#include "server/archive.hpp"

#include <algorithm>
#include <chrono>

namespace pt::server {
namespace {

std::size_t place_of(Protocol protocol, Port port) {
    return to_number(port) + (protocol == Protocol::udp ? std::size_t{port_count} : 0);
}

/// IPv6 or IPv4, as a place among the states.
std::size_t family_of(const IpAddress& address) { return address.is_v4() ? 1 : 0; }

Port last_port(const Inquiry& inquiry) {
    return Port{static_cast<std::uint16_t>(to_number(inquiry.first) + inquiry.count - 1)};
}

void add_traces(PortRecord& record, const PortTraces& traces) {
    record.handshake = traces.mute;
    record.reset = traces.reset;
    record.half_open = traces.half_open;
    record.uncertain = traces.uncertain;
    record.earlier = traces.earlier;
}

}  // namespace

Archive::Archive(std::uint64_t secret) : journal_{secret}, states_{} {
    for (auto& states : states_) {
        states.assign(std::size_t{2} * port_count, PortState::not_asked);
    }
}

void Archive::set_ports(const PortTable& table) {
    for (auto& states : states_) {
        std::fill(states.begin(), states.end(), PortState::not_asked);
    }
    for (const PortEntry& entry : table) {
        const std::size_t first = place_of(entry.protocol, entry.port);
        for (std::size_t place = first; place <= first + entry.more; ++place) {
            // One address of a family that listens is enough to say that the port is held.
            auto& states = states_[family_of(entry.address)];
            if (states[place] != PortState::listening) {
                states[place] = entry.state;
            }
        }
    }
}

void Archive::set_handshake_sources(MuteSource mute_now,
                                    std::unique_ptr<HalfOpenSource> half_open) {
    mute_now_ = std::move(mute_now);
    half_open_ = std::move(half_open);
}

void Archive::look(HalfOpenSource::Reason reason, TimePoint now) {
    using Reason = HalfOpenSource::Reason;
    if (half_open_) {
        const bool idle = reason == Reason::routine && !journal_.knows_any(now);
        half_open_->look(idle ? Reason::idle : reason, now, connections_);
    }
}

PortState Archive::state(const IpAddress& at, Protocol protocol, Port port, TimePoint since) const {
    const auto changed = state_source_ ? state_source_(protocol, port, since) : std::nullopt;
    return changed.value_or(states_[family_of(at)][place_of(protocol, port)]);
}

bool Archive::is_held(Protocol protocol, Port port, TimePoint since) const {
    const IpAddress v6;
    const IpAddress v4{IpAddress::V4Bytes{}};
    return state(v6, protocol, port, since) == PortState::listening ||
           state(v4, protocol, port, since) == PortState::listening;
}

TracesByPort Archive::traces(const IpAddress& peer, Port first, Port last,
                             const RunTime& run) const {
    TracesByPort traces;
    connections_.for_each(peer, first, last,
                          [&](Port port, ConnectionTrace trace, const TimeSpan& time) {
                              add_trace(traces[port], trace, time, run);
                          });
    if (mute_now_) {
        mute_now_(peer, [&](Port port, TimePoint accepted) {
            if (port >= first && port <= last) {
                add_trace(traces[port], ConnectionTrace::mute, {accepted, accepted}, run);
            }
        });
    }
    return traces;
}

bool Archive::knows_handshakes(TimePoint since, TimePoint until) const {
    return half_open_ && half_open_->knows_all(since, until) && connections_.remembers(since);
}

std::optional<std::vector<std::uint8_t>> Archive::answer(const Frame& query,
                                                         std::span<const std::uint8_t> bytes,
                                                         const Frame& header,
                                                         const Arrival& arrival, TimePoint now) {
    const auto inquiry = decode_query(query, bytes);
    // The manifest too is only for clients that have been heard: whoever forges source addresses
    // has nothing to gain here.
    if (!inquiry || !journal_.knows(query.nonce.session, now)) {
        return std::nullopt;
    }
    if (inquiry->kind == Inquiry::Kind::manifest) {
        return encode_answer(header, *inquiry, {}, manifest(*inquiry, arrival.source.address, now));
    }
    const TimePoint asked = journal_.note_question(query.nonce.session, now);
    if (inquiry->protocol == Protocol::tcp) {
        look(HalfOpenSource::Reason::question, now);
    }
    const auto beginning = journal_.beginning(query.nonce.session);
    const RunTime run = run_time(
        beginning, beginning.first - std::chrono::milliseconds{inquiry->lead_ms}, TimePoint::max());
    const auto told = records(*inquiry, query.nonce.session, arrival.source.address, run);
    Frame answer = header;
    if (inquiry->protocol == Protocol::udp || knows_handshakes(run.began.earliest, asked)) {
        answer.flags |= handshakes_known;
    }
    if (stalls_.any(run.began.earliest, now, now)) {
        answer.flags |= server_stalled;
    }
    std::vector<std::uint8_t> values(told.size());
    std::transform(told.begin(), told.end(), values.begin(), to_value);
    return encode_answer(answer, *inquiry, journal_.counters(query.nonce.session), values);
}

std::vector<std::uint8_t> Archive::manifest(const Inquiry& inquiry, const IpAddress& asker,
                                            TimePoint now) const {
    std::vector<std::uint8_t> values(inquiry.count);
    for (std::size_t place = 0; place < values.size(); ++place) {
        const auto port = static_cast<std::uint16_t>(to_number(inquiry.first) + place);
        values[place] = static_cast<std::uint8_t>(state(asker, inquiry.protocol, Port{port}, now));
    }
    return values;
}

std::vector<PortRecord> Archive::records(const Inquiry& inquiry, std::uint64_t session,
                                         const IpAddress& asker, const RunTime& run) const {
    std::vector<PortRecord> records(inquiry.count);
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Port port{static_cast<std::uint16_t>(to_number(inquiry.first) + place)};
        records[place].listening =
            state(asker, inquiry.protocol, port, run.began.earliest) == PortState::listening;
        records[place].frame = journal_.arrived(session, inquiry.protocol, port);
    }
    if (inquiry.protocol == Protocol::tcp) {
        for (const auto& [port, left] : traces(asker, inquiry.first, last_port(inquiry), run)) {
            add_traces(records[to_number(port) - to_number(inquiry.first)], left);
        }
    }
    return records;
}

}  // namespace pt::server
