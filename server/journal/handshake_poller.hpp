#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <vector>

#include "server/journal/handshake_book.hpp"
#include "server/kernel/listener_drops.hpp"
#include "server/kernel/socket_diag.hpp"
#include "server/record/source_key.hpp"

namespace pt::server {

/// What one poll of the half-open handshakes has found.
struct HandshakePoll {
    bool complete = false;  ///< false: it gave up, as there were too many for it; all else is unset
    bool able = false;      ///< the kernel has told all
    bool explained = false;  ///< and every handshake that it no longer had is accounted for
    bool settled = false;    ///< no segment had come between the poll before and this one
    TimePoint began{};
    TimePoint ended{};
    Nanoseconds took{};  ///< of the processor
    std::size_t handshakes = 0;
    std::size_t listeners = 0;  ///< 0: none was asked
    std::optional<std::uint64_t> segments;
    std::vector<HandshakeNote> notes;
    std::vector<Port> unseen;  ///< ports on which some may have ended unseen, until it ended
};

/// Asks the kernel for its half-open TCP handshakes, and what its counters tell of those that end
/// between two polls. Not locked: one thread at a time.
class HandshakePoller {
public:
    explicit HandshakePoller(const SourceKeys& keys);

    /// How much a poll may cost.
    struct Limits {
        std::size_t handshakes = max_handshakes;
        std::size_t listeners = max_listeners;
        const std::atomic<bool>* stop = nullptr;  ///< gives up as soon as this is set
    };
    /// More than these at once are not followed: nothing is known then.
    static constexpr std::size_t max_handshakes = 131'072;
    static constexpr std::size_t max_listeners = 1U << 20U;

    /// Within the greatest limits it is always complete, unless it was stopped.
    HandshakePoll poll(const Limits& limits);
    /// Without a poll: nothing has come since the last one until then.
    void skip(TimePoint time) { book_.skip(time); }
    /// What began until then may be missing.
    void miss(TimePoint time) { book_.miss(time); }
    Nanoseconds min_life() const { return min_life_; }
    const HandshakeBook& book() const { return book_; }

private:
    std::error_code find_handshakes(const Limits& limits, std::vector<HalfOpen>& found);
    std::error_code find_listeners(const Limits& limits, std::vector<UsedSocket>& found);

    SourceKeys keys_;
    SocketDiag diag_;
    HandshakeBook book_;
    ListenerDrops drops_;
    Nanoseconds min_life_;                           ///< of a handshake, as the last one was told
    std::optional<std::uint64_t> segments_;          ///< as the kernel had counted when it began
    std::optional<std::uint64_t> lost_;              ///< as the kernel had counted when it ended
    std::optional<std::uint64_t> ended_handshakes_;  ///< likewise
};

}  // namespace pt::server
