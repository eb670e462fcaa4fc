#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/core/inquiry.hpp"
#include "server/journal/allowance.hpp"
#include "server/journal/half_open_source.hpp"
#include "server/journal/journal.hpp"
#include "server/journal/packet_info.hpp"
#include "server/journal/replay_guard.hpp"
#include "server/journal/stalls.hpp"
#include "server/ports/port_states.hpp"
#include "server/record/arrival_record.hpp"

namespace pt::server {

/// All that the server can be asked about: which ports it holds (the manifest), and what has
/// arrived of a session (the journal). No socket, no clock.
///
/// Only who knows a session's random id learns anything of it. Of what others sent, the answer has
/// one bit for each port: that something came; and on how many ports something did, where the
/// session comes from several addresses, so that any of it may be its own. Whoever asks wrongly, or
/// of a session that is not known, gets the same answer: none.
class Archive {
public:
    explicit Archive(std::uint64_t secret) : journal_{secret}, record_{secret} {}

    /// Where to learn of half-open handshakes, where the kernel does not count first segments.
    void set_half_open_source(std::unique_ptr<HalfOpenSource> source) {
        half_open_ = std::move(source);
    }
    /// Polls the half-open handshakes, where it is time to. Every now and then (`routine`), that is
    /// to be done whatever happens, so that each is dated and none is missed.
    void poll(HalfOpenSource::Reason reason, TimePoint now);

    PortStates& ports() { return ports_; }
    const PortStates& ports() const { return ports_; }
    Journal& journal() { return journal_; }
    const Journal& journal() const { return journal_; }
    ArrivalRecord& record() { return record_; }
    const ArrivalRecord& record() const { return record_; }
    Stalls& stalls() { return stalls_; }
    const Stalls& stalls() const { return stalls_; }

    /// A request has arrived: notes it in the journal and in the record.
    std::uint32_t note(const Frame& request, const PacketInfo& arrival, bool intact, TimePoint now);

    /// The same of a genuine request, which may be a copy of an earlier one that somebody has
    /// recorded: a copy is counted, and nothing else is taken from it.
    std::uint32_t note_genuine(const Frame& request, const PacketInfo& arrival, bool intact,
                               TimePoint now);

    /// What is recorded of a session's port on the address `at` of this host. `match` is what else
    /// counts as its own among unfinished handshakes.
    PortRecord record_of(std::uint64_t session, const IpAddress& at, Protocol protocol, Port port,
                         const ArrivalRecord::Scan& scan, KeyMatch match = KeyMatch::source) const;
    /// The scan of a known session, at the address `at`, with what `Journal::others` tells of it;
    /// until `asked`, its arrivals must be in the record.
    ArrivalRecord::Scan scan_of(std::uint64_t session, const IpAddress& at,
                                const Journal::Others& others, TimePoint asked) const;

    /// The answer to a query frame, shorter than the query; nothing where there is none to
    /// be given. `header` are the fields that every frame of the server's has.
    std::optional<std::vector<std::uint8_t>> answer(const Frame& query,
                                                    std::span<const std::uint8_t> bytes,
                                                    const Frame& header, const PacketInfo& arrival,
                                                    TimePoint now);

private:
    /// Ports with something that no frame of the session explains, as SessionCounters has them.
    struct PortCount {
        std::uint32_t ports = 0;
        std::uint32_t early = 0;
    };
    /// What is found out once for all queries of a burst, as it takes a walk over all sessions and
    /// ports.
    struct Burst {
        TimePoint asked{};  ///< when it began
        TimePoint found{};
        IpAddress at;
        ScanTime time;
        Journal::Others others;
        PortCount unexplained;
        bool counts_others = false;  ///< among those
        KeyMatch match = KeyMatch::source;
        bool complete = false;  ///< false: there was no time for it
    };
    const Burst& burst(std::uint64_t session, const IpAddress& at, const ScanTime& time,
                       TimePoint asked, TimePoint now);
    /// Whether a port that the server does not hold is among those that `unexplained` counts.
    bool counts_unheld(std::uint64_t session, Port port, const ArrivalRecord::Scan& scan,
                       KeyMatch match) const;
    PortCount unexplained(std::uint64_t session, const IpAddress& at,
                          const ArrivalRecord::Scan& scan, KeyMatch match) const;
    PortState state(const IpAddress& at, Protocol protocol, Port port, TimePoint since) const;
    std::vector<std::uint8_t> manifest(const Inquiry& inquiry, const IpAddress& at,
                                       TimePoint now) const;

    Journal journal_;
    ArrivalRecord record_;
    PortStates ports_;
    std::unique_ptr<HalfOpenSource> half_open_;
    Stalls stalls_;
    ReplayGuard replays_;
    std::map<std::uint64_t, Burst> bursts_;
    Allowance walks_{40, 40};
    /// An answer about 1,024 ports takes some 100 us, and a scan of all ports takes 128 of them. A
    /// query over UDP may come from a forged address: those over TCP have an allowance of their
    /// own.
    Allowance udp_queries_{2000, 1024};
    Allowance tcp_queries_{2000, 1024};
};

}  // namespace pt::server
