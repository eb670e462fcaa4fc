#include "server/serve/worker_state.hpp"

#include <string>

#include "common/core/service_names.hpp"
#include "common/net/log.hpp"

namespace pt::server {

using net::field;
using net::LogKey;
using net::LogLevel;

void WorkerState::note_answer(const PacketInfo& arrival, TimePoint now) {
    const Port port = arrival.destination.port;
    if (responder.answered_query()) {
        ++counters.queries;
    } else {
        counters.echoed(arrival.protocol, port);
    }
    if (responder.take_new_session() && on_new_session) {
        on_new_session();
    }
    if (!net::is_logged(LogLevel::info)) {
        return;
    }
    switch (new_peers->note(arrival.protocol, port, arrival.source.address, now)) {
        case NewPeers::Novelty::known:
        case NewPeers::Novelty::held_back: return;
        case NewPeers::Novelty::to_log: break;
    }
    const auto service = service_name(arrival.protocol, port);
    net::log(LogLevel::info, "{protocol} {port}{service}: first frame from {peer}",
             field<LogKey::protocol>(arrival.protocol), field<LogKey::port>(port),
             field<LogKey::service>(service, service.empty() ? "" : ' ' + std::string{service}),
             field<LogKey::peer>(arrival.source));
}

void WorkerState::note_silence(const PacketInfo& arrival, Silence silence) {
    counters.ignored(arrival.protocol, arrival.destination.port, silence);
    // Even the fields cost more than the rest: only where they are wanted.
    if (net::is_logged(LogLevel::debug) && throttles.not_answered.take(net::steady_now())) {
        net::log(LogLevel::debug, "{protocol} {port}: not answered, {reason}; from {peer}",
                 field<LogKey::protocol>(arrival.protocol),
                 field<LogKey::port>(arrival.destination.port),
                 field<LogKey::reason>(to_string(silence)), field<LogKey::peer>(arrival.source));
    }
}

bool WorkerState::make_room(const char* reason, TimePoint now) {
    if (!connections.make_room(now)) {
        return false;
    }
    ++counters.made_room;
    if (const auto suppressed = throttles.room.pass(now)) {
        net::log(LogLevel::warn,
                 "{reason}: the oldest connections make room for new ones{suppressed}",
                 field<LogKey::reason>(reason), *suppressed);
    }
    return true;
}

}  // namespace pt::server
