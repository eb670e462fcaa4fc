#pragma once

#include <optional>
#include <vector>

#include "server/kernel/socket_dump.hpp"
#include "server/record/arrival_record.hpp"
#include "server/record/time_span.hpp"

namespace pt::server {

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
    /// at least. Notes each handshake in the record once, dated by its beginning.
    void add_poll(const std::vector<UsedSocket>& handshakes, const TimeSpan& when,
                  Nanoseconds min_life, ArrivalRecord& record);
    /// Without a poll: nothing has come since the last one until then.
    void skip(TimePoint time);
    /// The kernel did not tell, or has not kept all of them.
    void miss(TimePoint time);

    /// Whether none that has come about since then can have been missed. Before the first poll,
    /// which comes with the ports, there were none.
    bool knows_all(TimePoint since) const { return last_ && (!blind_ || *blind_ < since); }

private:
    /// What tells a handshake from all others.
    struct Ends {
        IpAddress local;
        Port port{};
        SocketAddress peer;
        friend auto operator<=>(const Ends&, const Ends&) = default;
    };
    struct Entry {
        Ends ends;
        TimePoint first_seen{};
        TimePoint seen{};
        TimeSpan began;
        bool long_half_open = false;  ///< and noted so
    };

    TimeSpan beginning(const UsedSocket& handshake, const TimeSpan& when) const;

    Nanoseconds tick_;
    std::vector<Entry> entries_;      ///< in the order of their ends
    std::optional<TimeSpan> last_;    ///< when the last poll was
    std::optional<TimePoint> blind_;  ///< what began until then may have been missed
};

}  // namespace pt::server
