#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/core/inquiry.hpp"
#include "server/arrival.hpp"
#include "server/connection_log.hpp"
#include "server/journal.hpp"
#include "server/port_table.hpp"

namespace pt::server {

/// All that the server can be asked about: which ports it holds (the manifest), and what has
/// arrived of a session (the journal). No socket, no clock.
///
/// Only who knows a session's random id learns anything of it, and connections and half-open
/// handshakes are told only to the address that they came from. Whoever asks wrongly, or of a
/// session that is not known, gets the same answer: none.
class Archive {
public:
    /// Calls its last argument for each TCP port that the address has a handshake on; false where
    /// it cannot be known.
    using HandshakeSource = std::function<bool(const IpAddress& peer, TimePoint time,
                                               const std::function<void(Port)>& take)>;

    /// What became of a port since a time, where that changes as the server runs; nothing where
    /// what `set_ports` said holds.
    using StateSource =
        std::function<std::optional<PortState>(Protocol protocol, Port port, TimePoint since)>;

    explicit Archive(std::uint64_t secret);

    /// What became of the ports that were asked for. Replaces what was said before.
    void set_ports(const PortTable& table);

    /// Outweighs `set_ports`.
    void set_state_source(StateSource source) { state_source_ = std::move(source); }

    /// Where to learn of connections that are mute now, and of half-open ones, those that have come
    /// about since a time. Without the latter, answers say that handshakes are not known.
    void set_handshake_sources(HandshakeSource mute_now, HandshakeSource half_open);

    Journal& journal() { return journal_; }
    const Journal& journal() const { return journal_; }
    ConnectionLog& connections() { return connections_; }

    /// What became of a port since a time, on addresses of the family of `at`.
    PortState state(const IpAddress& at, Protocol protocol, Port port, TimePoint since) const;
    /// Whether it is held on an address of any family.
    bool is_held(Protocol protocol, Port port, TimePoint since) const;

    /// Calls `take` for all that connections from `peer` left behind since a time, those that are
    /// mute now among it.
    void for_each_trace(const IpAddress& peer, TimePoint since, TimePoint now,
                        const std::function<void(Port, ConnectionTrace, TimePoint)>& take) const;
    /// Whether no trace since then has been forgotten.
    bool remembers_traces(TimePoint since) const { return connections_.remembers(since); }

    /// The answer to a query frame, exactly as long as the query; nothing where there is none to
    /// be given. `header` are the fields that every frame of the server's bears.
    std::optional<std::vector<std::uint8_t>> answer(const Frame& query,
                                                    std::span<const std::uint8_t> bytes,
                                                    const Frame& header, const Arrival& arrival,
                                                    TimePoint now);

private:
    std::vector<std::uint8_t> manifest(const Inquiry& inquiry, const IpAddress& asker,
                                       TimePoint now) const;
    std::vector<PortRecord> frames(const Inquiry& inquiry, std::uint64_t session,
                                   const IpAddress& asker, TimePoint now) const;
    bool add_handshakes(const Inquiry& inquiry, const IpAddress& asker, TimePoint now,
                        std::vector<PortRecord>& records) const;

    Journal journal_;
    ConnectionLog connections_;
    StateSource state_source_;
    HandshakeSource mute_now_;
    HandshakeSource half_open_;
    /// Of IPv6 and of IPv4: of all TCP ports, then of all UDP ports.
    std::array<std::vector<PortState>, 2> states_;
};

}  // namespace pt::server
