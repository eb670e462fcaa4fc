#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/inquiry.hpp"
#include "server/record/deaf_sockets.hpp"
#include "server/record/kernel_record.hpp"
#include "server/record/port_times.hpp"
#include "server/record/tcp_traces.hpp"

namespace pt::server {

/// What arrived on which port beside whole frames, and what may have arrived unseen. No socket, no
/// clock.
///
/// First segments (SYNs) are known in one of two ways. The kernel counts each one
/// (`use_kernel_record`): the record is exact. Or half-open handshakes are polled and noted here:
/// the record is sampled, and whatever shows that some ended unseen is noted too.
class ArrivalRecord {
public:
    explicit ArrivalRecord(std::uint64_t secret) : keys_{secret} {}

    SourceKey key(const IpAddress& peer, const IpAddress& local) const {
        return keys_.key(peer, local);
    }

    /// `owner` keeps what it refers to.
    void use_kernel_record(const KernelRecord& tables, std::shared_ptr<const void> owner) {
        syn_entries_ = tables.syns;
        strays_ = StrayTable{tables.strays};
        unfinished_ = UnfinishedTable{tables.unfinished};
        kernel_owner_ = std::move(owner);
    }
    bool is_exact() const { return !syn_entries_.empty(); }
    /// The record begins: whatever came before is not in it.
    void begin(TimePoint now) { began_ = now; }

    TcpTraces& tcp() { return tcp_; }
    const TcpTraces& tcp() const { return tcp_; }
    DeafSockets& deaf() { return deaf_; }
    const DeafSockets& deaf() const { return deaf_; }

    /// Something came then that no session can be told of: no frame, one that was altered, the
    /// first one of a session, whose id may have been altered on the way, or one of a session that
    /// was not recorded, or is forgotten.
    void note_unattributed(Protocol protocol, Port port, TimePoint now);
    /// Something may have come unseen until now: a queue was full, a handshake ended between two
    /// polls. On one port, or on any of the protocol's.
    void note_unseen(Protocol protocol, Port port, TimePoint now);
    void note_unseen(Protocol protocol, TimePoint now);

    /// Who asks: one scan, as far as its session tells of it.
    struct Scan {
        std::vector<SourceKey> sources;  ///< each with the address that is asked about
        /// Known to be of other sessions: they tell nothing of this one.
        std::vector<SourceKey> elsewhere;
        ScanTime time;
        /// Since when all must be in the record. The scan's time also has arrivals that only may be
        /// its own.
        TimePoint began{};
        bool incomplete_frames = false;  ///< of this session
        bool incomplete_tcp = false;     ///< of handshakes
        bool any_astray = false;         ///< `may_be_astray` since it began
    };
    /// All but `listening` and `frame` of what is recorded of a port on the address `at`.
    PortRecord record(Protocol protocol, const IpAddress& at, Port port, const Scan& scan) const;
    /// Whether a port's record may differ from that of one on which nothing happened since then.
    bool has_any(Protocol protocol, Port port, TimePoint since) const;
    /// The record of a port on which nothing happened.
    PortRecord untouched(Protocol protocol, const Scan& scan) const;
    /// What one of the scan's sources left on a TCP port since it began, unless marks tell that it
    /// was sent to that port: certainly, or at a time at which it may not have begun yet; or may
    /// have left, as some had to make room.
    enum class Trace { none, left, left_early, may_be };
    Trace trace(Port port, const Scan& scan, KeyMatch match) const;
    /// How many attempts of the scan's sources on a TCP port brought no frame, unless marks tell
    /// that they were sent to it: handshakes that were not completed, and connections.
    /// `UnfinishedTable::many` or more where that is not known.
    std::size_t unfinished(Port port, const Scan& scan, KeyMatch match) const;

    /// Whether SYNs came to other TCP ports than they were sent to since then, by their marks.
    bool has_strays(TimePoint since) const { return strays_.any(since); }
    /// Whether SYNs to any port may have gone astray since then, as marks were changed on the way.
    bool may_be_astray(TimePoint since) const { return strays_.may_be_of_any(since); }

    std::size_t changes() const { return changes_ + tcp_.changes(); }
    /// When the kernel last counted a first segment; the beginning of time where it does not.
    TimePoint last_syn() const;

private:
    SynMarks marks(Port port, const Scan& scan, KeyMatch match) const;
    void add_tcp(PortRecord& record, Port port, const Scan& scan) const;
    PortTimes& unattributed(Protocol protocol) {
        return protocol == Protocol::tcp ? tcp_unattributed_ : udp_unattributed_;
    }
    PortTimes& unseen(Protocol protocol) {
        return protocol == Protocol::tcp ? tcp_unseen_ : udp_unseen_;
    }

    SourceKeys keys_;
    std::span<const SynEntry> syn_entries_;
    StrayTable strays_;
    UnfinishedTable unfinished_;
    std::shared_ptr<const void> kernel_owner_;
    std::optional<TimePoint> began_;
    TcpTraces tcp_;
    DeafSockets deaf_;
    PortTimes tcp_unattributed_;
    PortTimes udp_unattributed_;
    PortTimes tcp_unseen_;
    PortTimes udp_unseen_;
    std::size_t changes_ = 0;
};

}  // namespace pt::server
