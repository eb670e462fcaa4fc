// Part of Run: what its engines ask of it, and the replies that they hand on.
#include <algorithm>

#include "client/scan/run.hpp"
#include "client/scan/run_part.hpp"

namespace pt::client {
Frame Run::request(const Endpoint& endpoint, std::uint32_t sequence, unsigned attempt) {
    Frame frame;
    frame.type = FrameType::request;
    frame.key_id = id_of(settings_.tcp.source.key);
    frame.nonce = {sessions_[endpoint.address], sequence};
    frame.port = endpoint.port;
    frame.protocol = endpoint.protocol;
    frame.attempt = static_cast<std::uint8_t>(std::min(attempt, 255U));
    frame.client_time =
        static_cast<std::uint64_t>((std::chrono::steady_clock::now() - started_).count());
    if (const auto known = addresses_.find(endpoint.address);
        known != addresses_.end() && endpoint.protocol == Protocol::udp) {
        frame.cookie = known->second.cookie;
    }
    return frame;
}

void Run::note_echo(const IpAddress& address, const Frame& echo) {
    const auto known = addresses_.find(address);
    if (known == addresses_.end() || echo.cookie == 0) {
        return;
    }
    ScannedAddress& state = known->second;
    // The first one is kept for as long as it is good.
    if (state.cookie == 0 || echo.session_frames == 0) {
        state.cookie = echo.cookie;
        state.cookie_at = std::chrono::steady_clock::now();
    }
}

bool Run::is_session_of(const IpAddress& address, std::uint64_t session) const {
    const auto found = sessions_.find(address);
    return found != sessions_.end() && found->second == session;
}

TimePoint Run::sent_at(const Frame& echo) const {
    // The echo may be altered: a time beyond any scan is one that was never sent.
    constexpr std::uint64_t beyond = std::uint64_t{1} << 62U;
    return echo.client_time < beyond
               ? started_ + Nanoseconds{static_cast<std::int64_t>(echo.client_time)}
               : TimePoint::max();
}

void Run::note_flow(const Endpoint& endpoint, Port source, TimePoint sent, bool answered) {
    if (source != Port{0}) {  // else it is not known which flow it was
        addresses_[endpoint.address].flows.add(endpoint, source, answered, sent - started_);
    }
}

void Run::note_given_up(const Endpoint& endpoint, std::uint32_t attempts) {
    const auto found = addresses_.find(endpoint.address);
    // What is given up after the servers were asked is in no record.
    if (found != addresses_.end() && !found->second.asked && attempts > 0) {
        found->second.given_up[endpoint.port] += attempts;
    }
}

void Run::on_reply(const Frame& frame) {
    for (auto& [address, state] : addresses_) {
        if (state.session == frame.nonce.session && state.flow_check) {
            state.flow_check->take_reply(frame);
        }
    }
}

void Run::on_answer(const Frame& frame, std::span<const std::uint8_t> bytes) {
    for (auto& [address, state] : addresses_) {
        if (state.session == frame.nonce.session) {
            for (const auto& asking : std::vector{state.asking}) {
                asking->take_datagram(frame, bytes);
            }
            return;
        }
    }
}

void Run::on_query_refused(const Nonce& nonce) {
    for (auto& [address, state] : addresses_) {
        if (state.session == nonce.session) {
            for (const auto& asking : std::vector{state.asking}) {
                asking->take_refusal(nonce.sequence);
            }
            return;
        }
    }
}

}  // namespace pt::client
