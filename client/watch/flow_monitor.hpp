#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "client/watch/flow_state.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// A state that has come in the place of another. The change itself lies between the last attempt
/// that found the former and the first that found the latter, by when they were sent.
struct FlowChange {
    FlowState before = FlowState::unknown;
    FlowState after = FlowState::unknown;
    std::optional<TimePoint> earliest;  ///< nothing: no attempt found the former
    TimePoint latest;
};

/// Decides from single attempts which state the flows of one kind and port are in. Pure: time is
/// an argument.
///
/// An echo is proof, so that one is enough. A single loss or refusal is not: packets are lost by
/// chance, and a reset may be forged. `min_silent` attempts in a row without an answer are
/// needed, and more where attempts are lost now and then; or `min_refused` of them with a refusal.
/// ICMP errors are limited (RFC 4443 section 2.4 (f)): between refusals silence changes nothing.
class FlowMonitor {
public:
    struct Rules {
        std::size_t min_silent = 5;
        /// Until then no attempt counts as silent.
        Nanoseconds min_timeout{};
        /// Before any round trip is known.
        Nanoseconds first_timeout = std::chrono::seconds{3};
        /// That a reply takes: with TCP, one for the handshake and one for the echo.
        int round_trips = 1;
        /// Attempts are sent again until they are answered (TCP's frames): when one passed is not
        /// known better than by its reply.
        bool repeats = false;
    };

    explicit FlowMonitor(const Rules& rules) : rules_{rules} {}

    /// An attempt starts; `id` is above 0 and all before it.
    void sent(std::uint64_t id, TimePoint now);
    /// Its connection is established: if no echo follows, it is answered.
    void connected(std::uint64_t id);
    /// What came of an attempt, at any time after it was sent: anything but unknown and no_reply.
    /// `round_trip`, where it was measured.
    void finished(std::uint64_t id, FlowState outcome, std::optional<Nanoseconds> round_trip,
                  TimePoint now);
    /// This machine was not able to make the attempt, or to see what came of it.
    void discard(std::uint64_t id);
    /// The same, of all that are under way.
    void discard_all();
    /// The time of those that are under way begins anew.
    void restart(TimePoint now);
    /// Attempts that are over their time by now have had no reply.
    void advance(TimePoint now);

    /// Of what has happened since the last call; the oldest first.
    std::optional<FlowChange> take_change();

    FlowState state() const { return state_; }
    /// When `advance` has something to do; nothing: not before the next attempt.
    std::optional<TimePoint> next_due() const;
    /// How long a reply is waited for.
    Nanoseconds timeout() const;
    /// When the last attempt that was answered was sent.
    std::optional<TimePoint> last_answered() const { return last_answered_; }

    /// Attempts that were decided, and those of them without an answer.
    std::uint64_t decided() const { return decided_; }
    std::uint64_t unanswered() const { return unanswered_; }

private:
    static constexpr std::size_t min_refused = 3;
    static constexpr std::size_t max_silent = 30;
    static constexpr std::size_t max_kept = 512;

    struct Attempt {
        std::uint64_t id = 0;
        TimePoint sent;
        FlowState outcome = FlowState::unknown;  ///< unknown: under way
        bool connected = false;
        TimePoint waits_since{};  ///< its time begins then
    };

    Attempt* find(std::uint64_t id);
    /// It was sent after the last one with an answer, and has none.
    bool is_failure(const Attempt& attempt) const {
        return attempt.outcome != FlowState::unknown && attempt.id > last_answered_id_;
    }
    void take_answer(const Attempt& attempt, TimePoint now);
    void wait_again(TimePoint now);
    void decide(Attempt& attempt, FlowState outcome);
    void drop_outdated();
    void judge();
    /// How many losses in a row chance does not explain.
    std::size_t needed_losses() const;
    FlowState state_of_failures() const;
    void change(FlowState after, std::optional<TimePoint> earliest, TimePoint latest);
    void note_round_trip(Nanoseconds round_trip);

    Rules rules_;
    FlowState state_ = FlowState::unknown;
    /// Those under way and those that have failed since the last answer, in the order they were
    /// sent.
    std::deque<Attempt> attempts_;
    std::uint64_t last_answered_id_ = 0;
    std::optional<TimePoint> last_answered_;  ///< when that one was sent
    std::optional<TimePoint> last_failed_;
    std::deque<FlowChange> changes_;
    std::optional<Nanoseconds> smoothed_;
    Nanoseconds variation_{};
    double loss_ = 0;  ///< share of attempts that are lost while others are answered
    std::uint64_t decided_ = 0;
    std::uint64_t unanswered_ = 0;
};

}  // namespace pt::client
