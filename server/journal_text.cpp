#include "server/journal_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>
#include <vector>

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
                           List{"reset", &PortRecord::reset},
                           List{"other", &PortRecord::other},
                           List{"incomplete", &PortRecord::incomplete},
                           List{"deaf", &PortRecord::deaf}};
using PortLists = std::array<PortSet, lists.size()>;

void insert(PortLists& ports, const PortRecord& record, Protocol protocol, Port first, Port last) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
        if (record.*lists[i].bit) {
            ports[i].insert(protocol, first, last);
        }
    }
}

/// Writes one text.
class Writer {
public:
    Writer(SharedArchive& archive, TimePoint now) : archive_{archive}, now_{now} {}

    std::string header(std::uint64_t instance, std::chrono::system_clock::time_point written);
    /// "" for a session that is no longer known.
    std::string line(std::uint64_t session);

private:
    struct Touched {
        Protocol protocol = Protocol::tcp;
        Port port{};
    };

    void find_touched(const Archive& archive);
    void add_ports(const Archive& archive, const Journal::Account& session,
                   const IpAddress& destination, PortLists& ports);

    SharedArchive& archive_;
    TimePoint now_;
    std::vector<Touched> touched_;  ///< ports on which anything happened in any session's time
    std::size_t visits_ = 0;
};

std::string Writer::header(std::uint64_t instance, std::chrono::system_clock::time_point written) {
    const auto seconds = std::chrono::system_clock::to_time_t(written);
    const auto archive = archive_.lock();
    find_touched(*archive);
    json::object held;
    for (const IpAddress& address : archive->ports().addresses()) {
        held[address.to_string()] = archive->ports().held(address).to_string();
    }
    const json::object header{
        {"pt_journal", 2},
        {"pt", PT_VERSION},
        {"instance", hex(instance)},
        {"written", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds))},
        {"record", archive->record().is_exact() ? "exact" : "sampled"},
        {"held", std::move(held)},
    };
    return json::serialize(header) + '\n';
}

void Writer::find_touched(const Archive& archive) {
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

/// A scan's time, as far as it is known without its client's word.
Journal::Others others(const Archive& archive, const Journal::Account& session,
                       const IpAddress& at) {
    ScanTime time = scan_time(session.beginning.began - margin, session.beginning.began);
    time.until = session.last + margin;
    return archive.journal().others(session.id, time, at);
}

void Writer::add_ports(const Archive& archive, const Journal::Account& session,
                       const IpAddress& destination, PortLists& ports) {
    auto scan = archive.scan_of(session.id, destination, others(archive, session, destination), {});
    const bool skipped = visits_ + touched_.size() > max_journal_visits;
    scan.began = session.beginning.began;
    scan.incomplete_frames = !session.reaches_back || skipped;
    for (const auto protocol : all_protocols) {
        insert(ports, archive.record().untouched(protocol, scan), protocol, Port{1},
               Port{port_count - 1});
    }
    const TimePoint since = scan.time.began.earliest;
    constexpr std::size_t deaf = lists.size() - 1;
    ports[deaf].insert(archive.record().deaf().ports(destination, since));
    if (skipped) {
        return;
    }
    visits_ += touched_.size();
    for (const auto& [protocol, port] : touched_) {
        if (archive.record().has_any(protocol, port, since)) {
            insert(ports, archive.record_of(session.id, destination, protocol, port, scan),
                   protocol, port, port);
        }
    }
}

std::string Writer::line(std::uint64_t id) {
    const auto archive = archive_.lock();
    const auto session = archive->journal().account(id);
    if (!session) {
        return "";
    }
    PortLists ports;
    for (const IpAddress& destination : session->destinations) {
        add_ports(*archive, *session, destination, ports);
    }
    const ScanTime time = scan_time(session->beginning.began, session->beginning.began);
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
        {"stalled", archive->stalls().any(time.began.latest, session->last + margin, now_)},
        {"arrived", session->arrived.to_string()},
    };
    for (std::size_t i = 0; i < lists.size(); ++i) {
        line[lists[i].name] = ports[i].to_string();
    }
    return json::serialize(line) + '\n';
}

}  // namespace

std::string journal_text(SharedArchive& archive, std::uint64_t instance,
                         std::chrono::system_clock::time_point written, TimePoint now) {
    Writer writer{archive, now};
    std::string text = writer.header(instance, written);
    const auto ids = archive.lock()->journal().ids();
    for (const std::uint64_t session : ids) {
        if (text.size() >= max_journal_text) {
            break;
        }
        text += writer.line(session);
    }
    return text;
}

}  // namespace pt::server
