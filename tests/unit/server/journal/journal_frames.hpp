#pragma once

#include <cstdint>

#include "server/journal/journal.hpp"

/// Frames of scans, and how they come to a journal.
namespace pt::server::test {

using namespace std::chrono_literals;

inline constexpr TimePoint start{1h};
inline const IpAddress source = *IpAddress::parse("192.0.2.1");
inline const IpAddress local = *IpAddress::parse("192.0.2.9");

inline Frame request(std::uint64_t session, Port port, std::uint32_t sequence = 0,
                     std::uint8_t attempt = 1, Protocol protocol = Protocol::udp) {
    Frame frame;
    frame.nonce = {session, sequence};
    frame.port = port;
    frame.protocol = protocol;
    frame.attempt = attempt;
    return frame;
}

/// `frame` as it came from an address, to the port that it was aimed at.
inline PacketInfo arrival(const Frame& frame, const IpAddress& from = source) {
    PacketInfo arrival;
    arrival.protocol = frame.protocol;
    arrival.source = {from, Port{40000}};
    arrival.destination = {local, frame.port};
    return arrival;
}

inline std::uint32_t note(Journal& journal, const Frame& frame, TimePoint now = start,
                          bool intact = true, const IpAddress& from = source) {
    return journal.note(frame, arrival(frame, from), intact, now);
}

}  // namespace pt::server::test
