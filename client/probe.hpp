#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "client/result.hpp"
#include "common/core/endpoint.hpp"
#include "common/core/frame.hpp"
#include "common/core/timing.hpp"
#include "common/core/verdict.hpp"

namespace pt::client {

/// What a run gathers about one endpoint. Probes lie in one vector; a probe's place in it is its
/// number, and the sequence of its frames' nonce.
struct Probe {
    std::uint32_t host = 0;  ///< place in the run's list of hosts
    Endpoint endpoint;
    Findings findings;
    std::uint32_t attempts = 0;
    RttStatistics rtt;
    std::uint32_t frames_sent = 0;  ///< of --count
    std::uint32_t frames_lost = 0;
    std::optional<SocketAddress> local;
    std::optional<ServerView> seen;
    std::uint8_t sent_tos = 0;
    bool padding_altered = false;    ///< what the server received was not what we sent
    bool data_acknowledged = false;  ///< TCP: somebody's TCP acknowledged our frame
    bool unproven_icmp = false;      ///< UDP: an ICMP error came whose quote lacked our nonce
    bool reflected = false;          ///< what came back was our own request
    bool other_source = false;       ///< UDP: our echo came from another address
    bool server_stalled = false;     ///< pt-server stood still for a while: its silence is its own
    bool name_unresolved = false;    ///< there is no address to try
    TimePoint first_echo_at{};
    TimePoint finished_at{};
    bool finished = false;
};

/// Where the engines find and finish probes; the run is behind it.
class ProbeTable {
public:
    virtual ~ProbeTable() = default;
    virtual Probe& probe(std::uint32_t number) = 0;
    /// All is gathered: conclude.
    virtual void finished(std::uint32_t number) = 0;
    /// The request frame for an attempt, or for a later frame of --count (`sequence` then is one
    /// from `new_sequence`).
    virtual Frame request(std::uint32_t number, std::uint32_t sequence, unsigned attempt) = 0;
    /// When the request that this is the echo of was made, by the echo's own word.
    virtual TimePoint sent_at(const Frame& echo) const = 0;
    /// A sequence that no other frame of the session has.
    virtual std::uint32_t new_sequence() = 0;
};

}  // namespace pt::client
