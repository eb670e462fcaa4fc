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
/// Of a scan that began earlier, what has come first is not looked for.
constexpr auto looked_back = 1h;

/// 0 for what has come since the document was begun.
std::int64_t ms_ago(TimePoint time, TimePoint now) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::max(now - time, 0ns)).count();
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

/// For so many entries the archive stays locked: some hundred microseconds.
constexpr std::size_t slice = 256;
/// Looking whether there is anything takes less.
constexpr std::size_t short_slice = 4096;

void mark_incomplete(JournalSession& line) {
    for (const auto protocol : all_protocols) {
        line.incomplete.insert(protocol, Port{1}, Port{port_count - 1});
    }
}

/// Whether that is still known which was looked up before.
bool is_same(const Archive& archive, const Journal::Account& session) {
    return archive.journal().knows(session.id) &&
           archive.journal().beginning(session.id).first == session.beginning.first;
}

/// What is known of other sessions, as far as it is without the client's word on when its scan
/// began.
Journal::Others others(const Archive& archive, const Journal::Account& session,
                       const IpAddress& at) {
    ScanTime time = scan_time(session.beginning.began - margin, session.beginning.began);
    time.until = session.last + margin;
    return archive.journal().others(session.id, time, at);
}

}  // namespace

std::string JournalWriter::head(std::uint64_t instance,
                                std::chrono::system_clock::time_point written) {
    const auto seconds = std::chrono::system_clock::to_time_t(written);
    JournalHeader header{
        .pt_version = std::string{version()},
        .instance = instance,
        .written = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds)),
        .exact = false,
        .held = {},
    };
    const auto archive = archive_.lock();
    header.exact = archive->record().is_exact();
    sessions_ = archive->journal().ids();
    sessions_.resize(std::min(sessions_.size(), max_journal_sessions));
    for (const IpAddress& address : archive->ports().addresses()) {
        header.held[address] = archive->ports().held(address);
    }
    return to_json_line(header);
}

void JournalWriter::find_touched() {
    const TimePoint since = now_ - looked_back;
    for (const auto protocol : all_protocols) {
        for (std::uint32_t first = 1; first < port_count && go_on(); first += short_slice) {
            const std::uint32_t end = std::min<std::uint32_t>(first + short_slice, port_count);
            const auto archive = archive_.lock();
            for (std::uint32_t number = first; number < end; ++number) {
                const Port port{static_cast<std::uint16_t>(number)};
                if (archive->record().has_any(protocol, port, since)) {
                    touched_.push_back({protocol, port});
                }
            }
        }
    }
}

void JournalWriter::add_port(const Archive& archive, const Journal::Account& session,
                             const IpAddress& destination, const ArrivalRecord::Scan& scan,
                             const Touched& touched, JournalSession& line) {
    const auto [protocol, port] = touched;
    if (!archive.record().has_any(protocol, port, scan.time.began.earliest)) {
        return;
    }
    insert(line, archive.record_of(session.id, destination, protocol, port, scan), protocol, port,
           port);
    const bool framed = protocol == Protocol::tcp && archive.journal().arrived_on(session.id, port);
    if (framed && archive.record().unfinished(port, scan, KeyMatch::source) > 0) {
        line.beside.insert(protocol, port);
    }
}

/// False: the session was forgotten meanwhile.
bool JournalWriter::add_ports(const Journal::Account& session, const IpAddress& destination,
                              JournalSession& line) {
    Journal::Others before;
    ArrivalRecord::Scan scan;
    {
        const auto archive = archive_.lock();
        const std::size_t cost = touched_.size() + archive->journal().sessions();
        if (visits_ + cost > max_journal_visits) {
            mark_incomplete(line);
            return true;
        }
        visits_ += cost;
        before = others(*archive, session, destination);
        scan = archive->scan_of(session.id, destination, before, {});
        scan.began = session.beginning.began;
        for (const auto protocol : all_protocols) {
            insert(line, archive->record().untouched(protocol, scan), protocol, Port{1},
                   Port{port_count - 1});
        }
        const TimePoint since = scan.time.began.earliest;
        line.deaf.insert(archive->record().deaf().ports(destination, since));
        line.strays = line.strays || archive->record().has_strays(since);
    }
    for (std::size_t first = 0; first < touched_.size() && go_on(); first += slice) {
        const auto archive = archive_.lock();
        if (!is_same(*archive, session)) {
            return false;
        }
        const std::size_t end = std::min(first + slice, touched_.size());
        for (std::size_t place = first; place < end; ++place) {
            add_port(*archive, session, destination, scan, touched_[place], line);
        }
    }
    const auto archive = archive_.lock();
    // Whatever another session brought meanwhile may have been taken for this one's.
    if (others(*archive, session, destination) != before ||
        scan.time.began.earliest < now_ - looked_back) {
        mark_incomplete(line);
    }
    return is_same(*archive, session);
}

std::string JournalWriter::line(std::uint64_t id) {
    std::optional<Journal::Account> session;
    JournalSession line;
    {
        const auto archive = archive_.lock();
        session = archive->journal().account(id);
        if (!session) {
            return "";
        }
        line.stalled = archive->stalls().any(session->beginning.began - arrival_inaccuracy,
                                             session->last + margin, now_);
    }
    line.session = session->id;
    line.sources = session->sources;
    line.destinations = session->destinations;
    line.first_ms_ago = ms_ago(session->beginning.first, now_);
    line.last_ms_ago = ms_ago(session->last_heard, now_);
    line.counters = session->counters;
    line.arrived = session->arrived;
    line.late = session->late;
    for (const IpAddress& destination : session->destinations) {
        if (!add_ports(*session, destination, line)) {
            return "";
        }
    }
    return to_json_line(line);
}

std::optional<std::string> JournalWriter::write(std::uint64_t instance,
                                                std::chrono::system_clock::time_point written) {
    std::string text = head(instance, written);
    find_touched();  // behind: what came before a session is known must be among these
    for (const std::uint64_t session : sessions_) {
        if (!go_on() || text.size() >= max_journal_text) {
            break;
        }
        text += line(session);
    }
    return stopped_ ? std::nullopt : std::optional{std::move(text)};
}

std::string journal_text(SharedArchive& archive, std::uint64_t instance,
                         std::chrono::system_clock::time_point written, TimePoint now) {
    return *JournalWriter{archive, now, [] { return true; }}.write(instance, written);
}

}  // namespace pt::server
