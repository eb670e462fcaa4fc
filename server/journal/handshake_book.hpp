#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "server/kernel/socket_dump.hpp"
#include "server/record/arrival_record.hpp"
#include "server/record/source_key.hpp"
#include "server/record/time_span.hpp"

namespace pt::server {

/// One half-open handshake as a poll has shown it, in as little room as possible: there may be very
/// many.
struct HalfOpen {
    std::uint64_t id = 0;  ///< stands for both of its ends: all of its addresses and ports
    SourceKey source = 0;
    std::chrono::duration<std::int32_t, std::milli> timer{};  ///< as UsedSocket has it
    Port port{};
    bool repeated = false;  ///< its SYN-ACK was sent again
};
HalfOpen to_half_open(const UsedSocket& socket, const SourceKeys& keys);

/// What a poll tells of a handshake that was not known before.
struct HandshakeNote {
    SourceKey source = 0;
    TimeSpan began;
    Port port{};
    bool is_new = false;
    bool long_half_open = false;

    void add_to(ArrivalRecord& record) const;
};

/// Follows the kernel's half-open TCP handshakes from poll to poll, and dates each one: the kernel
/// keeps them for a minute, so that those of an earlier scan from the same address are still there
/// when the next one asks; and those of a long scan are gone before it asks. Time and polls are
/// arguments.
class HandshakeBook {
public:
    /// `tick` is how exactly the kernel counts a handshake's time.
    explicit HandshakeBook(Nanoseconds tick) : tick_{tick} {}

    /// For how long a handshake stands at least whose SYN-ACKs are lost, by the kernel's setting
    /// net.ipv4.tcp_synack_retries.
    static Nanoseconds min_life(int synack_retries);

    /// What the kernel told between two times, in any order, while handshakes lasted for `min_life`
    /// at least. Returns what is to be noted in the record: each handshake once, dated by its
    /// beginning.
    std::vector<HandshakeNote> add_poll(std::vector<HalfOpen> handshakes, const TimeSpan& when,
                                        Nanoseconds min_life);
    /// Without a poll: nothing has come since the last one until then.
    void skip(TimePoint time);
    /// The kernel did not tell, or has not kept all of them.
    void miss(TimePoint time);

    /// Whether none that has come about since then can have been missed. Before the first poll,
    /// which comes with the ports, there were none.
    bool knows_all(TimePoint since) const { return last_ && (!blind_ || *blind_ < since); }
    /// What began until then may have been missed.
    std::optional<TimePoint> blind() const { return blind_; }

private:
    struct Entry {
        std::uint64_t id = 0;
        TimePoint first_seen{};
        TimePoint seen{};
        TimeSpan began;
        bool long_half_open = false;  ///< and noted so
    };

    TimeSpan beginning(const HalfOpen& handshake, const TimeSpan& when) const;

    Nanoseconds tick_;
    std::vector<Entry> entries_;      ///< in the order of their ids
    std::optional<TimeSpan> last_;    ///< when the last poll was
    std::optional<TimePoint> blind_;  ///< what began until then may have been missed
};

}  // namespace pt::server
