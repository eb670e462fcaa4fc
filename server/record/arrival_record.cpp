#include "server/record/arrival_record.hpp"

#include <algorithm>

namespace pt::server {

void ArrivalRecord::note_unattributed(Protocol protocol, Port port, TimePoint now) {
    ++changes_;
    unattributed(protocol).note(port, now);
}

void ArrivalRecord::note_unseen(Protocol protocol, Port port, TimePoint now) {
    ++changes_;
    unseen(protocol).note(port, now);
}

void ArrivalRecord::note_unseen(Protocol protocol, TimePoint now) {
    ++changes_;
    unseen(protocol).note_all(now);
}

void ArrivalRecord::add_tcp(PortRecord& record, Port port, const Scan& scan) const {
    const auto traces = tcp_.find(port, scan.sources, scan.elsewhere, scan.time);
    record.attempt = traces.attempt.ours;
    record.established = traces.established.ours;
    record.reset = traces.reset;
    record.other = traces.attempt.other || traces.established.other;
    if (is_exact()) {
        const auto syns =
            attribute(load(syn_entries_[to_number(port)]), scan.sources, scan.elsewhere, scan.time);
        record.attempt = record.attempt || syns.ours;
        record.other = record.other || syns.other;
        record.marked =
            (record.attempt || record.established) && marks(port, scan, KeyMatch::source).both;
        record.astray = scan.any_astray || strays_.may_be_of(port, scan.time.began.earliest);
    } else {
        record.incomplete = traces.standing;
    }
}

PortRecord ArrivalRecord::record(Protocol protocol, const IpAddress& at, Port port,
                                 const Scan& scan) const {
    PortRecord record;
    const TimePoint since = scan.time.began.earliest;
    const bool tcp = protocol == Protocol::tcp;
    if (tcp) {
        add_tcp(record, port, scan);
    }
    const PortTimes& strange = tcp ? tcp_unattributed_ : udp_unattributed_;
    record.other = record.other || strange.any_since(port, since);
    record.incomplete = record.incomplete || untouched(protocol, scan).incomplete ||
                        (tcp ? tcp_unseen_ : udp_unseen_).any_since(port, since);
    record.deaf = deaf_.any(protocol, at, port, since);
    return record;
}

PortRecord ArrivalRecord::untouched(Protocol protocol, const Scan& scan) const {
    const TimePoint since = scan.time.began.earliest;
    const bool tcp = protocol == Protocol::tcp;
    PortRecord record;
    const bool covered = began_ && *began_ <= scan.began;
    record.incomplete = scan.incomplete_frames || (tcp && scan.incomplete_tcp) || !covered ||
                        (tcp ? tcp_unseen_ : udp_unseen_).all_since(since);
    return record;
}

bool ArrivalRecord::has_any(Protocol protocol, Port port, TimePoint since) const {
    // A handshake from before may still stand.
    const TimePoint stood_since = since - TcpTraces::max_half_open;
    const bool tcp = protocol == Protocol::tcp;
    return (tcp ? tcp_unattributed_ : udp_unattributed_).any_since(port, since) ||
           (tcp ? tcp_unseen_ : udp_unseen_).any_since(port, since) ||
           (tcp && tcp_.has_any(port, stood_since)) ||
           (tcp && is_exact() && pt::server::has_any(syn_entries_[to_number(port)], since));
}

SynMarks ArrivalRecord::marks(Port port, const Scan& scan, KeyMatch match) const {
    return is_exact() ? marks_from(syn_entries_[to_number(port)], scan.sources, match,
                                   scan.time.began.earliest)
                      : SynMarks{false, false, false};
}

ArrivalRecord::Trace ArrivalRecord::trace(Port port, const Scan& scan, KeyMatch match) const {
    const TimePoint since = scan.time.began.earliest;
    const SynEntry* const syns = is_exact() ? &syn_entries_[to_number(port)] : nullptr;
    // Whose they are is not known: they are `other` to every session.
    if (takes_any_peer(match) && tcp_unattributed_.any_since(port, since)) {
        return Trace::left;
    }
    const auto left_since = [&](TimePoint time) {
        return tcp_.has_from(port, scan.sources, match, time) ||
               (syns != nullptr && has_from(*syns, scan.sources, match, time));
    };
    if (left_since(since) && !marks(port, scan, match).both) {
        const bool certain = takes_any_peer(match) || left_since(scan.time.began.latest);
        return certain ? Trace::left : Trace::left_early;
    }
    const bool displaced =
        tcp_.has_displaced(port, since) || (syns != nullptr && has_displaced(*syns, since));
    return displaced ? Trace::may_be : Trace::none;
}

std::size_t ArrivalRecord::unfinished(Port port, const Scan& scan, KeyMatch match) const {
    const TimePoint since = scan.time.began.earliest;
    if (marks(port, scan, match).all) {
        return 0;
    }
    const std::size_t connections = tcp_.has_displaced(port, since)
                                        ? UnfinishedTable::many
                                        : tcp_.established_count(port, scan.sources, match, since);
    // Neither did the kernel count where it was not told to, nor do polls count.
    const bool uncounted = tcp_unseen_.any_since(port, since) ||
                           tcp_.has_long_half_open(port, scan.sources, match, since);
    return connections + (uncounted ? UnfinishedTable::many : 0) +
           unfinished_.count(port, scan.sources, match, since);
}

TimePoint ArrivalRecord::last_syn() const {
    TimePoint last{};
    for (const SynEntry& entry : syn_entries_) {
        last = std::max(last, last_of(entry));
    }
    return last;
}

}  // namespace pt::server
