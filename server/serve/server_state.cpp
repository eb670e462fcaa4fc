#include "server/serve/server_state.hpp"

#include <spdlog/spdlog.h>

#include "common/core/service_names.hpp"

namespace pt::server {

void ServerState::note_echo(const PacketInfo& arrival, TimePoint now) {
    const Port port = arrival.destination.port;
    counters.echoed(arrival.protocol, port);
    if (responder.take_new_session() && on_new_session) {
        on_new_session();
    }
    if (!spdlog::should_log(spdlog::level::info)) {
        return;
    }
    switch (new_peers->note(arrival.protocol, port, arrival.source.address, now)) {
        case NewPeers::Novelty::known:
        case NewPeers::Novelty::held_back: return;
        case NewPeers::Novelty::to_log: break;
    }
    const auto service = service_name(arrival.protocol, port);
    spdlog::info("{} {}{}{}: first frame from {}", to_string(arrival.protocol), to_number(port),
                 service.empty() ? "" : " ", service, arrival.source.to_string());
}

void ServerState::note_silence(const PacketInfo& arrival, Silence silence) {
    counters.ignored(arrival.protocol, arrival.destination.port, silence);
    // Formatting costs more than the rest: only where it is wanted.
    if (spdlog::should_log(spdlog::level::debug)) {
        spdlog::debug("{} {}: not answered, {}; from {}", to_string(arrival.protocol),
                      to_number(arrival.destination.port), to_string(silence),
                      arrival.source.to_string());
    }
}

bool ServerState::make_room(const char* reason, TimePoint now) {
    if (!connections.make_room(now)) {
        return false;
    }
    ++counters.made_room;
    if (const auto suppressed = room_log.pass(now)) {
        spdlog::warn("{}: the oldest connections make room for new ones{}", reason, *suppressed);
    }
    return true;
}

}  // namespace pt::server
