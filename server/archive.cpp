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

/// The port's place in the inquiry, where it is in it.
std::optional<std::size_t> place_in(const Inquiry& inquiry, Port port) {
    const int place = to_number(port) - to_number(inquiry.first);
    return place >= 0 && place < inquiry.count ? std::optional{static_cast<std::size_t>(place)}
                                               : std::nullopt;
}

/// The asker's run began after that: what was before is not its own.
TimePoint run_begin(const Inquiry& inquiry, TimePoint now) {
    return now - std::chrono::seconds{inquiry.run_age_s};
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

void Archive::set_handshake_sources(HandshakeSource mute_now, HandshakeSource half_open) {
    mute_now_ = std::move(mute_now);
    half_open_ = std::move(half_open);
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

void Archive::for_each_trace(
    const IpAddress& peer, TimePoint since, TimePoint now,
    const std::function<void(Port, ConnectionTrace, TimePoint)>& take) const {
    connections_.for_each(peer, since, take);
    if (mute_now_) {
        mute_now_(peer, since, [&](Port port) { take(port, ConnectionTrace::mute, now); });
    }
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
    auto records = frames(*inquiry, query.nonce.session, arrival.source.address, now);
    Frame answer = header;
    if (add_handshakes(*inquiry, arrival.source.address, now, records)) {
        answer.flags |= handshakes_known;
    }
    std::vector<std::uint8_t> values(records.size());
    std::transform(records.begin(), records.end(), values.begin(), to_value);
    return encode_answer(answer, *inquiry, journal_.counters(query.nonce.session), values);
}

std::vector<std::uint8_t> Archive::manifest(const Inquiry& inquiry, const IpAddress& asker,
                                            TimePoint now) const {
    std::vector<std::uint8_t> values(inquiry.count);
    for (std::size_t place = 0; place < values.size(); ++place) {
        const auto port = static_cast<std::uint16_t>(to_number(inquiry.first) + place);
        values[place] = static_cast<std::uint8_t>(
            state(asker, inquiry.protocol, Port{port}, run_begin(inquiry, now)));
    }
    return values;
}

std::vector<PortRecord> Archive::frames(const Inquiry& inquiry, std::uint64_t session,
                                        const IpAddress& asker, TimePoint now) const {
    std::vector<PortRecord> records(inquiry.count);
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Port port{static_cast<std::uint16_t>(to_number(inquiry.first) + place)};
        records[place].listening =
            state(asker, inquiry.protocol, port, run_begin(inquiry, now)) == PortState::listening;
        records[place].frame = journal_.arrived(session, inquiry.protocol, port);
    }
    return records;
}

/// Returns whether all handshakes are known, half-open ones too.
bool Archive::add_handshakes(const Inquiry& inquiry, const IpAddress& asker, TimePoint now,
                             std::vector<PortRecord>& records) const {
    if (inquiry.protocol != Protocol::tcp) {
        return true;
    }
    const auto note_in = [&](bool PortRecord::*what) {
        return [&inquiry, &records, what](Port port) {
            if (const auto place = place_in(inquiry, port)) {
                records[*place].*what = true;
            }
        };
    };
    const auto note_handshake = note_in(&PortRecord::handshake);
    const auto note_half_open = note_in(&PortRecord::half_open);
    const auto note_reset = note_in(&PortRecord::reset);
    const TimePoint since = run_begin(inquiry, now);
    connections_.for_each(asker, since, [&](Port port, ConnectionTrace trace, TimePoint) {
        switch (trace) {
            case ConnectionTrace::mute: note_handshake(port); break;
            case ConnectionTrace::reset: note_reset(port); break;
            case ConnectionTrace::half_open: note_half_open(port); break;
        }
    });
    if (mute_now_) {
        mute_now_(asker, since, note_handshake);
    }
    return half_open_ && half_open_(asker, since, note_half_open) && connections_.remembers(since);
}

}  // namespace pt::server
