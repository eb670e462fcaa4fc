#include "server/journal/journal_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/version/version.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;

/// What is known of the beginning of a scan comes from its frames, and all of them may have been
/// delayed: by no more than clients wait, nor were they sent much longer after each other.
constexpr auto margin = 10s;

std::int64_t ms_ago(TimePoint time, TimePoint now) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - time).count();
}

/// A list of a session's line, and the bit of the record that it is made of.
struct List {
    PortSet JournalSession::*ports;
    bool PortRecord::*bit;
};
constexpr std::array lists{List{&JournalSession::established, &PortRecord::established},
                           List{&JournalSession::attempt, &PortRecord::attempt},
                           List{&JournalSession::marked, &PortRecord::marked},
                           List{&JournalSession::reset, &PortRecord::reset},
                           List{&JournalSession::other, &PortRecord::other},
                           List{&JournalSession::incomplete, &PortRecord::incomplete},
                           List{&JournalSession::deaf, &PortRecord::deaf}};

void insert(JournalSession& line, const PortRecord& record, Protocol protocol, Port first,
            Port last) {
    for (const auto& [ports, bit] : lists) {
        if (record.*bit) {
            (line.*ports).insert(protocol, first, last);
        }
    }
}

/// Roughly what one session's line costs besides its ports, in visits.
constexpr std::size_t visits_of_line = 300;

/// What is known of other sessions, as far as it is without the client's word on when its scan
/// began.
Journal::Others others(const Archive& archive, const Journal::Account& session,
                       const IpAddress& at) {
    ScanTime time = scan_time(session.beginning.began - margin, session.beginning.began);
    time.until = session.last + margin;
    return archive.journal().others(session.id, time, at);
}

}  // namespace

JournalWriter::JournalWriter(SharedArchive& shared, std::uint64_t instance,
                             std::chrono::system_clock::time_point written, TimePoint now)
    : archive_{shared}, now_{now} {
    const auto seconds = std::chrono::system_clock::to_time_t(written);
    const auto archive = archive_.lock();
    find_touched(*archive);
    sessions_ = archive->journal().ids();
    sessions_.resize(std::min(sessions_.size(), max_journal_sessions));
    JournalHeader header{
        .pt_version = std::string{version()},
        .instance = instance,
        .written = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds)),
        .exact = archive->record().is_exact(),
        .held = {},
    };
    for (const IpAddress& address : archive->ports().addresses()) {
        header.held[address] = archive->ports().held(address);
    }
    text_ = to_json_line(header);
}

void JournalWriter::find_touched(const Archive& archive) {
    const TimePoint since = now_ - Journal::max_age - margin;
    for (const auto protocol : all_protocols) {
        for (std::uint32_t number = 1; number < port_count; ++number) {
            const Port port{static_cast<std::uint16_t>(number)};
            if (archive.record().has_any(protocol, port, since)) {
                touched_.push_back({protocol, port});
            }
        }
    }
}

void JournalWriter::add_ports(const Archive& archive, const Journal::Account& session,
                              const IpAddress& destination, JournalSession& line) {
    const std::size_t cost = touched_.size() + archive.journal().sessions();
    if (port_visits_ + cost > max_journal_visits) {
        for (const auto protocol : all_protocols) {
            line.incomplete.insert(protocol, Port{1}, Port{port_count - 1});
        }
        return;
    }
    port_visits_ += cost;
    visits_ += cost;
    auto scan = archive.scan_of(session.id, destination, others(archive, session, destination), {});
    scan.began = session.beginning.began;
    scan.incomplete_frames = !session.reaches_back;
    for (const auto protocol : all_protocols) {
        insert(line, archive.record().untouched(protocol, scan), protocol, Port{1},
               Port{port_count - 1});
    }
    const TimePoint since = scan.time.began.earliest;
    line.deaf.insert(archive.record().deaf().ports(destination, since));
    line.strays = line.strays || archive.record().has_strays(since);
    for (const auto& [protocol, port] : touched_) {
        if (!archive.record().has_any(protocol, port, since)) {
            continue;
        }
        insert(line, archive.record_of(session.id, destination, protocol, port, scan), protocol,
               port, port);
        const bool framed =
            protocol == Protocol::tcp && archive.journal().arrived_on(session.id, port);
        if (framed && archive.record().unfinished(port, scan, KeyMatch::source) > 0) {
            line.beside.insert(protocol, port);
        }
    }
}

std::string JournalWriter::line(std::uint64_t id) {
    const auto archive = archive_.lock();
    const auto session = archive->journal().account(id);
    if (!session) {
        return "";
    }
    JournalSession line{
        .session = session->id,
        .sources = session->sources,
        .destinations = session->destinations,
        .first_ms_ago = ms_ago(session->beginning.first, now_),
        .last_ms_ago = ms_ago(session->last_heard, now_),
        .counters = session->counters,
        .stalled = archive->stalls().any(session->beginning.began - arrival_inaccuracy,
                                         session->last + margin, now_),
        .arrived = session->arrived,
        .late = session->late,
    };
    for (const IpAddress& destination : session->destinations) {
        add_ports(*archive, *session, destination, line);
    }
    return to_json_line(line);
}

bool JournalWriter::advance(std::size_t visits) {
    const std::size_t end = visits_ + visits;
    while (next_session_ < sessions_.size() && text_.size() < max_journal_text) {
        if (visits_ >= end) {
            return true;
        }
        text_ += line(sessions_[next_session_++]);
        visits_ += visits_of_line;
    }
    return false;
}

std::string journal_text(SharedArchive& archive, std::uint64_t instance,
                         std::chrono::system_clock::time_point written, TimePoint now) {
    JournalWriter writer{archive, instance, written, now};
    while (writer.advance(max_journal_visits)) {
    }
    return writer.text();
}

}  // namespace pt::server
