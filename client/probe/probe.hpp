#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "client/probe/probe_number.hpp"
#include "client/result/result.hpp"
#include "common/core/endpoint.hpp"
#include "common/core/frame.hpp"
#include "common/core/timing.hpp"
#include "common/core/verdict.hpp"

namespace pt::client {

/// What a scan gathers about one endpoint, while it is probed and until it is reported.
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
    /// When the first echo came of a request that pt-server has recorded.
    std::optional<TimePoint> first_echo_at;
    TimePoint last_echo_at{};
    TimePoint finished_at{};
};

/// Where the engines find and finish probes; the scan is behind it.
class ProbeTable {
public:
    virtual ~ProbeTable() = default;
    /// Of a number that has not been finished; made where it is not there yet.
    virtual Probe& probe(ProbeNumber number) = 0;
    /// All is gathered: conclude. The probe is not there any more then.
    virtual void finished(ProbeNumber number) = 0;
    /// The probe can only be tried from other sockets than those that are open now: it aims at one
    /// of them.
    virtual void is_own_port(ProbeNumber number) = 0;
    /// The request frame for an attempt, or for a further frame to the same endpoint (`sequence`
    /// then is one from `new_sequence`).
    virtual Frame request(const Endpoint& endpoint, std::uint32_t sequence, unsigned attempt) = 0;
    /// Whether a frame is of this scan: its session is that of the address.
    virtual bool is_session_of(const IpAddress& address, std::uint64_t session) const = 0;
    /// When the request that this is the echo of was made, as the echo says.
    virtual TimePoint sent_at(const Frame& echo) const = 0;
    /// A sequence that no other frame of the scan has.
    virtual std::uint32_t new_sequence() = 0;
    /// An echo of ours came over UDP: what it gives for further requests to that address.
    virtual void note_echo(const IpAddress& address, const Frame& echo) = 0;
    /// What became of an attempt, by its source port, on a port that proved open.
    virtual void note_flow(const Endpoint& endpoint, Port source, TimePoint sent,
                           bool answered) = 0;
    /// So many TCP attempts on a port that proved open were given up: each may have arrived.
    virtual void note_given_up(const Endpoint& endpoint, std::uint32_t attempts) = 0;
    /// A reply to a request with a sequence from `new_sequence` that is not the engine's own.
    virtual void on_reply(const Frame& frame) = 0;
    /// An answer to a query of ours; only UDP engines see any.
    virtual void on_answer(const Frame& frame, std::span<const std::uint8_t> bytes) = 0;
    /// A query of ours was refused: nothing listens on that port any more.
    virtual void on_query_refused(const Nonce& nonce) = 0;
    /// This machine ran out of something while it probed (errno); it went on with less.
    virtual void note_shortage(int error) = 0;
};

}  // namespace pt::client
