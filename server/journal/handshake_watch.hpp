#pragma once

#include <cstdint>
#include <optional>
#include <system_error>
#include <vector>

#include "server/journal/half_open_source.hpp"
#include "server/journal/handshake_book.hpp"
#include "server/kernel/listener_drops.hpp"
#include "server/kernel/socket_diag.hpp"

namespace pt::server {

/// Watches the kernel's half-open TCP handshakes, of which it tells without privilege, and what its
/// counters tell of those that end between two polls. The server has one where first segments are
/// not counted; its archive owns it and polls through it.
///
/// A poll goes through the kernel's whole table of connections, those of all containers: half a
/// millisecond where it is large and empty, tens where it is full. There is none while no TCP
/// segment comes. Otherwise there is one whenever a client comes or asks, and in between some that
/// take one part in fifty of the time, or one in two hundred while nobody is there to ask, unless
/// there would be too few of them.
class HandshakeWatch final : public HalfOpenSource {
public:
    HandshakeWatch();

    void poll(Reason reason, TimePoint now, ArrivalRecord& record) override;
    bool knows_all(TimePoint since, TimePoint until) const override;

    /// More than these at once are not followed: nothing is known then.
    static constexpr std::size_t max_handshakes = 131'072;

private:
    bool is_quiet(TimePoint now);
    bool may_poll(Reason reason, TimePoint now) const;
    Nanoseconds debt(TimePoint now) const;
    void poll_now(ArrivalRecord& record);
    bool poll_handshakes(ArrivalRecord& record);
    bool poll_drops(ArrivalRecord& record);
    std::vector<UsedSocket> dump(std::uint32_t states, SocketDiag::WithDrops with_drops,
                                 std::error_code& error);

    SocketDiag diag_;
    HandshakeBook book_;
    ListenerDrops drops_;
    std::optional<TimePoint> known_until_;  ///< began the last poll, or found no need of one
    TimePoint ended_{};                     ///< the last one
    Nanoseconds took_{};                    ///< the last one, of the processor
    Nanoseconds debt_{};                    ///< when it ended: see `urgent_share`
    Nanoseconds min_life_;                  ///< of a handshake, as the last one was told
    bool able_ = false;
    bool new_session_ = false;                       ///< one has come since the last poll
    std::optional<std::uint64_t> segments_;          ///< as the kernel had counted when it began
    bool settled_ = false;                           ///< and no more when the one before it began
    std::optional<std::uint64_t> lost_;              ///< as the kernel had counted when it ended
    std::optional<std::uint64_t> ended_handshakes_;  ///< likewise
};

}  // namespace pt::server
