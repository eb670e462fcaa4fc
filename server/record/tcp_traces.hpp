#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/core/port.hpp"
#include "server/record/attribution.hpp"
#include "server/record/scan_time.hpp"
#include "server/record/source_key.hpp"

namespace pt::server {

/// What TCP connections left behind that no frame tells of: for each port the latest of each of
/// three sources. Bounded: a source that has left nothing for longest makes room, and that it did
/// is remembered. About 4 MiB where one source has left something on all ports, at most 13 MiB.
class TcpTraces {
public:
    static constexpr std::size_t sources_per_port = 3;
    /// So many neighbouring ports are kept together.
    static constexpr std::size_t stretch_ports = 32;
    /// As long as the kernel keeps a half-open handshake: net.ipv4.tcp_synack_retries is 5 by
    /// default, which makes 63 s; with 6 it is this.
    static constexpr auto max_half_open = std::chrono::seconds{127};

    /// A handshake that was not completed (half-open), begun between two times. Of several, the
    /// latest of either bound is kept: enough to say of any time whether one certainly came after
    /// it, and whether one may have.
    void note_attempt(Port port, SourceKey source, const TimeSpan& began);
    /// A handshake was not completed for long: its SYN-ACK was sent again, or polls have shown it
    /// for a while.
    void note_long_half_open(Port port, SourceKey source, TimePoint began);
    /// A connection was accepted, and has not delivered a frame. Returns what was noted before, for
    /// `withdraw_established`.
    TimePoint note_established(Port port, SourceKey source, TimePoint accepted);
    /// It has delivered one after all. Where another connection has come since, nothing changes.
    void withdraw_established(Port port, SourceKey source, TimePoint accepted, TimePoint before);
    /// A connection was reset from the peer's side, whether it had brought a frame or not.
    void note_reset(Port port, SourceKey source, TimePoint accepted);

    struct Found {
        Attribution attempt;
        Attribution established;
        bool reset = false;
        /// A handshake from before the scan, by one of its sources or one that is not known any
        /// more, may have stood when it began: a SYN from the very same port leaves no trace then.
        bool standing = false;
    };
    /// `ours` are the keys of the scan's sources; what has one of those in `ignored` does not
    /// count.
    Found find(Port port, std::span<const SourceKey> ours, std::span<const SourceKey> ignored,
               const ScanTime& scan) const;
    /// Whether a source that matches one of the keys has left something since then, as far as is
    /// still known; and whether that may not be known any more.
    bool has_from(Port port, std::span<const SourceKey> keys, KeyMatch match,
                  TimePoint since) const;
    bool has_displaced(Port port, TimePoint since) const;
    /// The same, of handshakes that were open for long.
    bool has_long_half_open(Port port, std::span<const SourceKey> keys, KeyMatch match,
                            TimePoint since) const;
    /// How many connections without a frame there were, at least; some may have come shortly
    /// before.
    std::size_t established_count(Port port, std::span<const SourceKey> keys, KeyMatch match,
                                  TimePoint since) const;
    /// Whether any source has.
    bool has_any(Port port, TimePoint since) const;

    /// Grows with each trace.
    std::size_t changes() const { return changes_; }

private:
    struct Source {
        SourceKey key = 0;
        TimeSpan attempt;
        TimePoint established{};
        TimePoint reset{};
        TimePoint long_half_open{};  ///< the attempt that was
        /// Connections without a frame, each little later than the one before.
        std::uint32_t established_count = 0;
        std::uint8_t port_in_stretch = 0;
        TimePoint latest() const;
    };
    /// Most ports have traces of one source or none, so that each source takes room of its own.
    struct Stretch {
        std::vector<Source> sources;
        /// The latest one of each port that had to make room; not there while none had to.
        std::unique_ptr<std::array<TimePoint, stretch_ports>> displaced;
    };

    template <typename Matches>
    bool any_source(Port port, std::span<const SourceKey> keys, KeyMatch match,
                    Matches matches) const;
    const Stretch* find_stretch(Port port) const;
    TimePoint displaced(Port port) const;
    Source* find_source(Port port, SourceKey key);
    Source& source(Port port, SourceKey key);
    void forget(Port port, Source& source);

    std::array<std::unique_ptr<Stretch>, port_count / stretch_ports> stretches_;
    std::size_t changes_ = 0;
};

}  // namespace pt::server
