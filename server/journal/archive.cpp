#include "server/journal/archive.hpp"

#include <algorithm>
#include <chrono>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

/// Bursts of queries that are remembered: more clients than that do not ask at once.
constexpr std::size_t max_bursts = 256;
/// Queries that follow each other share what is found out for one.
constexpr Nanoseconds burst_shared_for = 1s;

/// A cookie costs as much as half an echo, and who does not take one of these takes none.
constexpr std::uint32_t frames_with_cookie = 64;

/// Clients ask again every 250 ms, for three seconds at least.
constexpr Nanoseconds max_wait_for_poll = 2s;

/// Whether the first frames of the scan are remembered, as they should be: its client says that an
/// echo of one came back `lead_ms` after the beginning.
bool reaches_back(const Journal::Beginning& beginning, const Inquiry& inquiry) {
    const std::chrono::milliseconds lead{inquiry.lead_ms};
    return inquiry.lead_ms != 0 && (beginning.by_cookie || beginning.first_sent <= lead);
}

/// When a scan cannot have begun before whose beginning is remembered, by its client's word: the
/// echo of a frame that was heard came back `lead_ms` after that, and a packet sent then took less
/// than the shortest round trip. By what its frames say it may seem to have begun later: a client
/// that sleeps does not count the time, and those of the first round trip are not among them where
/// it began by a cookie.
TimePoint not_before(const Journal::Beginning& beginning, const Inquiry& inquiry) {
    const std::chrono::milliseconds lead{inquiry.lead_ms};
    const std::chrono::microseconds round_trip{inquiry.rtt_us};
    const TimePoint by_lead = beginning.first - lead;
    return inquiry.rtt_us == 0 || beginning.by_cookie
               ? by_lead
               : std::max(by_lead, beginning.began - round_trip);
}

/// A client that comes from several addresses, as behind a NAT with a pool of them, may have more
/// that no frame has told of yet.
KeyMatch match_of(bool others_share_an_address, bool from_several) {
    if (from_several) {
        return others_share_an_address ? KeyMatch::local : KeyMatch::either;
    }
    return others_share_an_address ? KeyMatch::source : KeyMatch::peer;
}

/// Where the system does not tell it, it is any address of the family.
IpAddress asked_address(const PacketInfo& arrival) {
    const bool told = !arrival.destination.address.is_unspecified();
    return told || !arrival.source.address.is_v4() ? arrival.destination.address
                                                   : IpAddress{IpAddress::V4Bytes{}};
}

}  // namespace

Archive::Archive(std::uint64_t secret)
    : journal_{secret, [this](Protocol protocol, Port port,
                              TimePoint last) { record_.note_unattributed(protocol, port, last); }},
      cookies_{secret},
      record_{secret} {}

void Archive::poll(HalfOpenSource::Reason reason, TimePoint now) {
    using Reason = HalfOpenSource::Reason;
    if (half_open_) {
        const bool idle = reason == Reason::routine && !journal_.knows_any(now);
        half_open_->poll(idle ? Reason::idle : reason, now, record_);
    }
}

Archive::Noted Archive::note(const Frame& request, const PacketInfo& arrival, bool intact,
                             TimePoint now) {
    const std::uint64_t session = request.nonce.session;
    const IpAddress& source = arrival.source.address;
    if (arrival.protocol == Protocol::tcp || journal_.has_proved_address(session)) {
        return {note_admitted(request, arrival, intact, now), 0};
    }
    if (const auto heard = cookies_.read(request.cookie, source, session, now)) {
        const auto frames = note_admitted(request, arrival, intact, now);
        journal_.note_proof(session, source, *heard);
        return {frames, 0};
    }
    Noted noted;
    if (journal_.knows(session, now) || newcomers_.take(now)) {
        noted.frames = note_admitted(request, arrival, intact, now);
    } else {
        note_unattributed(request, arrival, now);  // its session may be begun later
    }
    if (noted.frames <= frames_with_cookie) {
        noted.cookie = cookies_.make(source, session, now);
    }
    return noted;
}

/// Of a frame that was sent to another port than it came to (DNAT), that one is in doubt, too.
void Archive::note_unattributed(const Frame& request, const PacketInfo& arrival, TimePoint now) {
    record_.note_unattributed(arrival.protocol, arrival.destination.port, now);
    if (request.port != arrival.destination.port) {
        record_.note_unattributed(arrival.protocol, request.port, now);
    }
}

std::uint32_t Archive::note_admitted(const Frame& request, const PacketInfo& arrival, bool intact,
                                     TimePoint now) {
    const std::uint32_t frames = journal_.note(request, arrival, intact, now);
    if (frames == 1) {
        // The id of a session that nobody knows may be another one's, altered on the way.
        note_unattributed(request, arrival, now);
    }
    if (arrival.protocol == Protocol::tcp) {
        // Its connection may have been counted as one without a frame: as one of those to ask over,
        // while another of them was answered.
        bursts_.erase(request.nonce.session);
    }
    return frames;
}

Archive::Noted Archive::note_genuine(const Frame& request, const PacketInfo& arrival, bool intact,
                                     TimePoint now) {
    return {replays_.accept(request) ? note_admitted(request, arrival, intact, now)
                                     : journal_.note_copy(request.nonce.session),
            0};
}

PortState Archive::state(const IpAddress& at, Protocol protocol, Port port, TimePoint since) const {
    const PortState state = ports_.state(at, protocol, port, since);
    const bool deaf =
        state == PortState::listening && record_.deaf().any(protocol, at, port, since);
    return deaf ? PortState::deaf : state;
}

ArrivalRecord::Scan Archive::scan_of(std::uint64_t session, const IpAddress& at,
                                     const Journal::Others& others, TimePoint asked) const {
    ArrivalRecord::Scan scan{{}, {}, others.time, others.time.began.earliest + arrival_inaccuracy};
    scan.any_astray = record_.may_be_astray(others.time.began.earliest);
    for (const auto& [source, destination] : others.elsewhere) {
        scan.elsewhere.push_back(record_.key(source, destination));
    }
    for (const IpAddress& source : journal_.sources(session)) {
        scan.sources.push_back(record_.key(source, at));
    }
    scan.incomplete_tcp = !record_.is_exact() &&
                          !(half_open_ && half_open_->knows_all(others.time.began.earliest, asked));
    return scan;
}

bool Archive::counts_unheld(std::uint64_t session, Port port, const ArrivalRecord::Scan& scan,
                            KeyMatch match) const {
    using Trace = ArrivalRecord::Trace;
    if (journal_.arrived_on(session, port)) {
        return false;  // what counts there are attempts that brought no frame
    }
    const Trace trace = record_.trace(port, scan, match);
    return trace == Trace::left || trace == Trace::left_early;
}

PortRecord Archive::record_of(std::uint64_t session, const IpAddress& at, Protocol protocol,
                              Port port, const ArrivalRecord::Scan& scan, KeyMatch match) const {
    const PortRecord all = record_.record(protocol, at, port, scan);
    PortRecord record;
    if (ports_.state(at, protocol, port, scan.time.began.earliest) == PortState::listening) {
        record = all;
        record.listening = true;
    } else {
        // What others send to other services is none of its business, but what counts among the
        // ports without a frame is: the client must be able to account for it.
        record.attempt = all.attempt;
        record.astray = all.astray;
        record.other =
            protocol == Protocol::tcp && !all.attempt && counts_unheld(session, port, scan, match);
        record.incomplete = true;
    }
    record.frame = journal_.arrived(session, protocol, port);
    if (record.frame && protocol == Protocol::tcp) {
        record.unfinished = static_cast<std::uint8_t>(std::min<std::size_t>(
            record_.unfinished(port, scan, match), PortRecord::many_unfinished));
    }
    record.late = record.frame && journal_.arrived_late(session, protocol, port);
    return record;
}

Archive::PortCount Archive::unexplained(std::uint64_t session, const IpAddress& at,
                                        const ArrivalRecord::Scan& scan, KeyMatch match) const {
    using Trace = ArrivalRecord::Trace;
    PortCount count;
    for (std::uint32_t number = 0; number < port_count; ++number) {
        const Port port{static_cast<std::uint16_t>(number)};
        if (journal_.arrived_on(session, port)) {
            count.ports += record_.unfinished(port, scan, match) > 0 ? 1U : 0U;
            continue;
        }
        const Trace trace = record_.trace(port, scan, match);
        if (trace == Trace::none) {
            continue;
        }
        const bool held =
            ports_.state(at, Protocol::tcp, port, scan.time.began.earliest) == PortState::listening;
        if (trace == Trace::left_early && held) {
            ++count.early;
        } else if (trace != Trace::may_be || held) {
            // Where many others come, as to another service of this host, most have to make room.
            ++count.ports;
        }
    }
    return count;
}

const Archive::Burst& Archive::burst(std::uint64_t session, const IpAddress& at,
                                     const ScanTime& time, TimePoint asked, TimePoint now) {
    if (bursts_.size() >= max_bursts && !bursts_.contains(session)) {
        bursts_.clear();
    }
    Burst& burst = bursts_[session];
    const bool fresh = burst.complete && burst.asked == asked && burst.at == at &&
                       burst.time == time && now - burst.found <= burst_shared_for;
    if (fresh) {
        return burst;
    }
    burst = {asked,           now, at, time, {time, false, {}}, {}, false, KeyMatch::source,
             walks_.take(now)};
    if (burst.complete) {
        burst.others = journal_.others(session, time, at);
        burst.counts_others = journal_.sources(session).size() > 1;
        burst.match = match_of(burst.others.any, burst.counts_others);
        burst.unexplained =
            unexplained(session, at, scan_of(session, at, burst.others, asked), burst.match);
    }
    return burst;
}

Expected<std::vector<std::uint8_t>, Archive::NoAnswer> Archive::answer(
    const Frame& query, std::span<const std::uint8_t> bytes, const Frame& header,
    const PacketInfo& arrival, TimePoint now) {
    const auto inquiry = decode_query(query, bytes);
    const std::uint64_t session = query.nonce.session;
    if (!inquiry || !journal_.knows(session, now)) {
        return NoAnswer::refused;
    }
    auto& queries = arrival.protocol == Protocol::tcp ? tcp_queries_ : udp_queries_;
    if (!queries.take(now)) {
        return NoAnswer::refused;  // the asker knows less then, and echoes do not wait
    }
    const IpAddress at = asked_address(arrival);
    Frame answer = header;
    if (record_.is_exact()) {
        answer.flags |= exact_record;
    }
    const TimePoint asked = journal_.note_query(session, arrival, now);
    if (inquiry->kind == Inquiry::Kind::manifest) {
        return encode_answer(answer, *inquiry, {}, manifest(*inquiry, at, now));
    }
    if (inquiry->protocol == Protocol::tcp) {
        poll(HalfOpenSource::Reason::query, now);
    }
    const auto beginning = journal_.beginning(session);
    const ScanTime time = scan_time(not_before(beginning, *inquiry), beginning.began);
    const bool may_wait = inquiry->protocol == Protocol::tcp && now - asked < max_wait_for_poll;
    if (may_wait && half_open_ && half_open_->is_awaited(time.began.earliest, asked)) {
        return NoAnswer::not_yet;
    }
    const Burst& burst = this->burst(session, at, time, asked, now);
    auto scan = scan_of(session, at, burst.others, asked);
    scan.incomplete_frames = !reaches_back(beginning, *inquiry);
    scan.incomplete_tcp = scan.incomplete_tcp || !burst.complete;
    if (stalls_.any(time.began.earliest, now, now)) {
        answer.flags |= server_stalled;
    }
    if (burst.counts_others) {
        answer.flags |= counts_others;
    }
    std::vector<std::uint8_t> values(inquiry->count);
    for (std::size_t place = 0; place < values.size(); ++place) {
        const auto port = static_cast<std::uint16_t>(to_number(inquiry->first) + place);
        values[place] = to_value(inquiry->protocol, record_of(session, at, inquiry->protocol,
                                                              Port{port}, scan, burst.match));
    }
    auto counters = journal_.counters(session);
    counters.ports_without_frame = burst.unexplained.ports;
    counters.early_ports = burst.unexplained.early;
    return encode_answer(answer, *inquiry, counters, values);
}

std::vector<std::uint8_t> Archive::manifest(const Inquiry& inquiry, const IpAddress& at,
                                            TimePoint now) const {
    std::vector<std::uint8_t> values(inquiry.count);
    for (std::size_t place = 0; place < values.size(); ++place) {
        const auto port = static_cast<std::uint16_t>(to_number(inquiry.first) + place);
        values[place] = static_cast<std::uint8_t>(state(at, inquiry.protocol, Port{port}, now));
    }
    return values;
}

}  // namespace pt::server
