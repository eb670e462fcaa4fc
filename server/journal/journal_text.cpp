#include "server/journal/journal_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>
#include <vector>

#include "common/version/version.hpp"

namespace pt::server {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// What is known of the beginning of a scan comes from its frames, and all of them may have been
/// delayed: by no more than clients wait, nor were they sent much longer after each other.
constexpr auto margin = 10s;

std::int64_t ms_ago(TimePoint time, TimePoint now) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - time).count();
}

std::string hex(std::uint64_t number) { return fmt::format("{:016x}", number); }

json::array addresses(const std::vector<IpAddress>& all) {
    json::array texts;
    for (const IpAddress& address : all) {
        texts.emplace_back(address.to_string());
    }
    return texts;
}

/// The lists of a session's line, by the bit of the record.
struct List {
    const char* name;
    bool PortRecord::*bit;
};
constexpr std::array lists{List{"established", &PortRecord::established},
                           List{"attempt", &PortRecord::attempt},
                           List{"marked", &PortRecord::marked},
                           List{"reset", &PortRecord::reset},
                           List{"other", &PortRecord::other},
                           List{"incomplete", &PortRecord::incomplete},
                           List{"deaf", &PortRecord::deaf}};

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

struct JournalWriter::PortLists {
    void insert(const PortRecord& record, Protocol protocol, Port first, Port last) {
        for (std::size_t i = 0; i < lists.size(); ++i) {
            if (record.*lists[i].bit) {
                ports[i].insert(protocol, first, last);
            }
        }
    }

    std::array<PortSet, lists.size()> ports;
    PortSet beside;       ///< with frames, and with something that no frame explains
    bool strays = false;  ///< SYNs came to other ports than they were sent to
};

JournalWriter::JournalWriter(SharedArchive& shared, std::uint64_t instance,
                             std::chrono::system_clock::time_point written, TimePoint now)
    : archive_{shared}, now_{now} {
    const auto seconds = std::chrono::system_clock::to_time_t(written);
    const auto archive = archive_.lock();
    find_touched(*archive);
    sessions_ = archive->journal().ids();
    sessions_.resize(std::min(sessions_.size(), max_journal_sessions));
    json::object held;
    for (const IpAddress& address : archive->ports().addresses()) {
        held[address.to_string()] = archive->ports().held(address).to_string();
    }
    const json::object header{
        {"pt_journal", 3},
        {"pt", version()},
        {"instance", hex(instance)},
        {"written", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds))},
        {"record", archive->record().is_exact() ? "exact" : "sampled"},
        {"held", std::move(held)},
    };
    text_ = json::serialize(header) + '\n';
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
                              const IpAddress& destination, PortLists& all) {
    const std::size_t cost = touched_.size() + archive.journal().sessions();
    if (port_visits_ + cost > max_journal_visits) {
        for (const auto protocol : all_protocols) {
            all.insert({.incomplete = true}, protocol, Port{1}, Port{port_count - 1});
        }
        return;
    }
    port_visits_ += cost;
    visits_ += cost;
    auto scan = archive.scan_of(session.id, destination, others(archive, session, destination), {});
    scan.began = session.beginning.began;
    scan.incomplete_frames = !session.reaches_back;
    for (const auto protocol : all_protocols) {
        all.insert(archive.record().untouched(protocol, scan), protocol, Port{1},
                   Port{port_count - 1});
    }
    const TimePoint since = scan.time.began.earliest;
    constexpr std::size_t deaf = lists.size() - 1;
    all.ports[deaf].insert(archive.record().deaf().ports(destination, since));
    all.strays = all.strays || archive.record().has_strays(since);
    for (const auto& [protocol, port] : touched_) {
        if (!archive.record().has_any(protocol, port, since)) {
            continue;
        }
        all.insert(archive.record_of(session.id, destination, protocol, port, scan), protocol, port,
                   port);
        const bool framed =
            protocol == Protocol::tcp && archive.journal().arrived_on(session.id, port);
        if (framed && archive.record().unfinished(port, scan, KeyMatch::source) > 0) {
            all.beside.insert(protocol, port);
        }
    }
}

std::string JournalWriter::line(std::uint64_t id) {
    const auto archive = archive_.lock();
    const auto session = archive->journal().account(id);
    if (!session) {
        return "";
    }
    PortLists all;
    for (const IpAddress& destination : session->destinations) {
        add_ports(*archive, *session, destination, all);
    }
    json::object line{
        {"session", hex(session->id)},
        {"sources", addresses(session->sources)},
        {"destinations", addresses(session->destinations)},
        {"first_ms_ago", ms_ago(session->beginning.first, now_)},
        {"last_ms_ago", ms_ago(session->last_heard, now_)},
        {"frames", session->counters.frames},
        {"duplicates", session->counters.duplicates},
        {"altered_padding", session->counters.altered_padding},
        {"reordered", session->counters.reordered},
        {"stalled", archive->stalls().any(session->beginning.began - arrival_inaccuracy,
                                          session->last + margin, now_)},
        {"arrived", session->arrived.to_string()},
        {"late", session->late.to_string()},
    };
    for (std::size_t i = 0; i < lists.size(); ++i) {
        line[lists[i].name] = all.ports[i].to_string();
    }
    line["beside"] = all.beside.to_string();
    line["strays"] = all.strays;
    return json::serialize(line) + '\n';
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
