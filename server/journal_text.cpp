#include "server/journal_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace pt::server {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// A client starts with all of its ports at once, or nearly so: what came this long before its
/// first frame, or after its last one, is its own, too.
constexpr auto margin = 10s;
/// A run over very many ports may have begun this long before its first frame; or another ended.
constexpr auto longest_lead = 5min;

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

/// What is known of a session's connections beside its frames.
struct Handshakes {
    PortSet connected;
    PortSet half_open;
    PortSet uncertain;
};

Handshakes handshakes_of(const Archive& archive, const Journal::Account& session, TimePoint now) {
    Handshakes found;
    const auto take = [&](Port port, ConnectionTrace trace, TimePoint time) {
        if (time < session.first - margin || time > session.last + margin) {
            found.uncertain.insert(Protocol::tcp, port);
            return;
        }
        switch (trace) {
            case ConnectionTrace::mute: found.connected.insert(Protocol::tcp, port); break;
            case ConnectionTrace::reset: break;  // beside what its connection left anyway
            case ConnectionTrace::half_open: found.half_open.insert(Protocol::tcp, port); break;
        }
    };
    for (const IpAddress& source : session.sources) {
        archive.for_each_trace(source, session.first - longest_lead, now, take);
    }
    return found;
}

std::string session_line(const Archive& archive, const Journal::Account& session,
                         bool half_open_known, TimePoint now) {
    const Handshakes handshakes = handshakes_of(archive, session, now);
    json::array sources;
    for (const IpAddress& source : session.sources) {
        sources.emplace_back(source.to_string());
    }
    const json::object line{
        {"session", hex(session.id)},
        {"sources", std::move(sources)},
        {"first_ms_ago", ms_ago(session.first, now)},
        {"last_ms_ago", ms_ago(session.last, now)},
        {"frames", session.counters.frames},
        {"duplicates", session.counters.duplicates},
        {"altered_padding", session.counters.altered_padding},
        {"reordered", session.counters.reordered},
        {"arrived", session.arrived.to_string()},
        {"handshakes_known",
         half_open_known && archive.remembers_traces(session.first - longest_lead)},
        {"connected", handshakes.connected.to_string()},
        {"half_open", handshakes.half_open.to_string()},
        {"uncertain", handshakes.uncertain.to_string()},
    };
    return json::serialize(line) + '\n';
}

}  // namespace

std::string journal_text(const Archive& archive, std::uint64_t instance, bool half_open_known,
                         std::chrono::system_clock::time_point written, TimePoint now) {
    const auto seconds = std::chrono::system_clock::to_time_t(written);
    const json::object header{
        {"pt_journal", 1},
        {"pt", PT_VERSION},
        {"instance", hex(instance)},
        {"written", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds))},
        {"held", held_ports(archive, now).to_string()},
    };
    std::string text = json::serialize(header) + '\n';
    archive.journal().for_each([&](const Journal::Account& session) {
        text += session_line(archive, session, half_open_known, now);
        return text.size() < longest_journal_text;
    });
    return text;
}

}  // namespace pt::server
