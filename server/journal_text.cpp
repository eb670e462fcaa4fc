#include "server/journal_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <set>

namespace pt::server {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// What is known of a run's beginning comes from its frames, and all of them may have been delayed:
/// by no more than clients wait, nor were they sent much longer after each other.
constexpr auto margin = 10s;

std::int64_t ms_ago(TimePoint time, TimePoint now) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - time).count();
}

std::string hex(std::uint64_t number) { return fmt::format("{:016x}", number); }

PortSet held_ports(const Archive& archive, TimePoint now) {
    PortSet held;
    for (const Protocol protocol : all_protocols) {
        for (std::uint32_t number = 1; number < port_count; ++number) {
            const Port port{static_cast<std::uint16_t>(number)};
            if (archive.is_held(protocol, port, now)) {
                held.insert(protocol, port);
            }
        }
    }
    return held;
}

/// Begins of the runs written so far, by their address. They were heard of later than the one that
/// is written next: what came since one of them began may be its.
using Begins = std::map<IpAddress, std::set<TimePoint>>;

TimePoint next_begin(const Begins& begins, const IpAddress& source, TimePoint began) {
    const auto of_source = begins.find(source);
    if (of_source == begins.end()) {
        return TimePoint::max();
    }
    const auto next = of_source->second.upper_bound(began);
    return next == of_source->second.end() ? TimePoint::max() : *next;
}

/// What is known of a session's connections beside its frames.
struct Handshakes {
    PortSet connected;
    PortSet half_open;
    PortSet uncertain;
    PortSet earlier;
};

/// Of ports that the server holds alone: other services' are none of its business.
void add_traces(Handshakes& handshakes, const TracesByPort& traces, const PortSet& held) {
    for (const auto& [port, left] : traces) {
        const auto add = [port = port](PortSet& ports, bool wanted) {
            if (wanted) {
                ports.insert(Protocol::tcp, port);
            }
        };
        const bool ours = held.contains(Protocol::tcp, port);
        add(handshakes.connected, left.mute);
        add(handshakes.half_open, ours && left.half_open);
        add(handshakes.uncertain, ours && left.uncertain && !left.mute && !left.half_open);
        add(handshakes.earlier, ours && left.earlier);
    }
}

/// A run's time, as far as it is known without its client's word.
RunTime time_of(const Journal::Account& session, TimePoint until) {
    return run_time(session.beginning, session.beginning.began - margin,
                    std::min(session.last + margin, until));
}

std::string session_line(const Archive& archive, const Journal::Account& session,
                         const PortSet& held, Begins& begins, TimePoint now) {
    Handshakes handshakes;
    json::array sources;
    const RunTime longest = time_of(session, TimePoint::max());
    for (const IpAddress& source : session.sources) {
        const auto until = next_begin(begins, source, longest.began.latest);
        add_traces(handshakes,
                   archive.traces(source, Port{0}, Port{port_count - 1}, time_of(session, until)),
                   held);
        begins[source].insert(longest.began.latest);
        sources.emplace_back(source.to_string());
    }
    const json::object line{
        {"session", hex(session.id)},
        {"sources", std::move(sources)},
        {"first_ms_ago", ms_ago(session.beginning.first, now)},
        {"last_ms_ago", ms_ago(session.last, now)},
        {"frames", session.counters.frames},
        {"duplicates", session.counters.duplicates},
        {"altered_padding", session.counters.altered_padding},
        {"reordered", session.counters.reordered},
        {"arrived", session.arrived.to_string()},
        {"handshakes_known", archive.knows_handshakes(longest.began.earliest, {})},
        {"stalled", archive.stalls().any(longest.began.latest, longest.until, now)},
        {"connected", handshakes.connected.to_string()},
        {"half_open", handshakes.half_open.to_string()},
        {"uncertain", handshakes.uncertain.to_string()},
        {"earlier", handshakes.earlier.to_string()},
    };
    return json::serialize(line) + '\n';
}

}  // namespace

std::string journal_text(const Archive& archive, std::uint64_t instance,
                         std::chrono::system_clock::time_point written, TimePoint now) {
    const auto seconds = std::chrono::system_clock::to_time_t(written);
    const PortSet held = held_ports(archive, now);
    const json::object header{
        {"pt_journal", 1},
        {"pt", PT_VERSION},
        {"instance", hex(instance)},
        {"written", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds))},
        {"held", held.to_string()},
    };
    std::string text = json::serialize(header) + '\n';
    Begins begins;
    archive.journal().for_each([&](const Journal::Account& session) {
        text += session_line(archive, session, held, begins, now);
        return text.size() < longest_journal_text;
    });
    return text;
}

}  // namespace pt::server
