#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/core/inquiry.hpp"
#include "server/arrival.hpp"
#include "server/connection_log.hpp"
#include "server/half_open_source.hpp"
#include "server/journal.hpp"
#include "server/port_table.hpp"
#include "server/port_traces.hpp"
#include "server/stalls.hpp"

namespace pt::server {

/// All that the server can be asked about: which ports it holds (the manifest), and what has
/// arrived of a session (the journal). No socket, no clock.
///
/// Only who knows a session's random id learns anything of it, and connections and half-open
/// handshakes are told only to the address that they came from. Whoever asks wrongly, or of a
/// session that is not known, gets the same answer: none.
class Archive {
public:
    /// Calls its last argument for each mute connection that the address has open, with the port
    /// and when it was accepted.
    using MuteSource = std::function<void(const IpAddress& peer,
                                          const std::function<void(Port, TimePoint)>& take)>;

    /// What became of a port since a time, where that changes as the server runs; nothing where
    /// what `set_ports` said holds.
    using StateSource =
        std::function<std::optional<PortState>(Protocol protocol, Port port, TimePoint since)>;

    explicit Archive(std::uint64_t secret);

    /// What became of the ports that were asked for. Replaces what was said before.
    void set_ports(const PortTable& table);

    /// Outweighs `set_ports`.
    void set_state_source(StateSource source) { state_source_ = std::move(source); }

    /// Where to learn of connections that are mute now, and of half-open ones. Without the latter,
    /// answers say that handshakes are not known.
    void set_handshake_sources(MuteSource mute_now, std::unique_ptr<HalfOpenSource> half_open);

    /// Looks for half-open handshakes, where it is time to. Every now and then (`routine`), that is
    /// to be done whatever happens, so that each is dated and none is missed.
    void look(HalfOpenSource::Reason reason, TimePoint now);

    Journal& journal() { return journal_; }
    const Journal& journal() const { return journal_; }
    ConnectionLog& connections() { return connections_; }

    /// What became of a port since a time, on addresses of the family of `at`.
    PortState state(const IpAddress& at, Protocol protocol, Port port, TimePoint since) const;
    /// Whether it is held on an address of any family.
    bool is_held(Protocol protocol, Port port, TimePoint since) const;

    /// What a run from `peer` left behind on the ports between two, both within.
    TracesByPort traces(const IpAddress& peer, Port first, Port last, const RunTime& run) const;
    /// Whether no handshake that came about between two times can be missing among the traces.
    bool knows_handshakes(TimePoint since, TimePoint until) const;

    Stalls& stalls() { return stalls_; }
    const Stalls& stalls() const { return stalls_; }

    /// The answer to a query frame, exactly as long as the query; nothing where there is none to
    /// be given. `header` are the fields that every frame of the server's bears.
    std::optional<std::vector<std::uint8_t>> answer(const Frame& query,
                                                    std::span<const std::uint8_t> bytes,
                                                    const Frame& header, const Arrival& arrival,
                                                    TimePoint now);

private:
    std::vector<std::uint8_t> manifest(const Inquiry& inquiry, const IpAddress& asker,
                                       TimePoint now) const;
    std::vector<PortRecord> records(const Inquiry& inquiry, std::uint64_t session,
                                    const IpAddress& asker, const RunTime& run) const;

    Journal journal_;
    ConnectionLog connections_;
    StateSource state_source_;
    MuteSource mute_now_;
    std::unique_ptr<HalfOpenSource> half_open_;
    Stalls stalls_;
    /// Of IPv6 and of IPv4: of all TCP ports, then of all UDP ports.
    std::array<std::vector<PortState>, 2> states_;
};

}  // namespace pt::server
