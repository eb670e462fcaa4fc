#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <random>
#include <vector>

#include "client/congestion_window.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// Decides when each attempt of each probe of one protocol starts, and when a probe is given up.
/// Pure: time is an argument, and nothing is sent from here. Probes are numbers from 0.
///
/// A run of very many probes makes do with fewer attempts for each as long as what does answer
/// answers at once: silence is then no work of chance. Such probes rest once they have had those,
/// and have the others too if loss shows by the end. Where a great many answers have come, and all
/// of them fast, it does not wait for long either, and asks each silent probe once more at the end:
/// what was silent because the way was down for a moment is not taken for filtered.
///
/// Two bounds keep a run from harming its own answers:
///  - `in_flight`: probes that have started and are neither decided nor given up (each may hold a
///    descriptor);
///  - the window: probes whose latest attempt is so young that its packets may still be in the
///    network. It is what queues on the way have to hold at once, and shrinks where they do not.
class Schedule {
public:
    struct Limits {
        std::size_t in_flight = 1;
        std::size_t window = 1;  ///< at the start
        double rate = 0;         ///< attempts per second; 0: no bound
        /// Up to so many attempts in all, none are spared.
        std::size_t unsparing = 327'680;
        /// Until an answer tells, packets are taken to be under way for this long.
        Nanoseconds assumed_trip = std::chrono::milliseconds{25};
    };

    enum class Action {
        attempt,  ///< start this attempt of this probe now
        rest,     ///< let go of what this probe holds: it may have further attempts much later
        give_up,  ///< the last attempt of this probe has had its time
        wait,     ///< nothing to do before `until`, or before a call of `decided`
        done      ///< every probe is decided or given up
    };
    struct Step {
        Action action = Action::done;
        std::size_t probe = 0;
        unsigned attempt = 0;  ///< 1 is the first
        TimePoint until;
    };

    Schedule(std::size_t probes, const AttemptPlan& plan, const Limits& limits, std::uint64_t seed);

    /// What to do at `now`. To be called until it says wait or done.
    Step next(TimePoint now);

    /// No more attempts for this probe: it has its answer. Idempotent.
    void decided(std::size_t probe);

    /// The probe has not its answer, but it is not silent either (a handshake completed): it is not
    /// hurried, however fast the others are.
    void showed_life(std::size_t probe) { states_[probe].alive = true; }

    /// The attempt just ordered could not start (no descriptor, no source port): it is ordered
    /// again at `until`, and no other before.
    void postpone(std::size_t probe, TimePoint until);

    /// A probe was answered on its `attempt`; those before it were lost. No `round_trip`: a kernel
    /// had to send something again for it, so that the time it took tells of one more loss and not
    /// of the way (Karn's algorithm, RFC 6298 section 3). The window counts only attempts younger
    /// than a few of the round trips that were measured.
    void observe(TimePoint now, std::optional<Nanoseconds> round_trip, unsigned attempt);

    /// Smoothed; nothing before the first answer.
    std::optional<Nanoseconds> round_trip() const { return smoothed_round_trip_; }

    std::size_t in_flight() const { return in_flight_; }
    /// Has started, and is neither decided nor given up.
    bool open(std::size_t probe) const {
        return states_[probe].phase == Phase::active || states_[probe].phase == Phase::resting;
    }

private:
    enum class Phase : std::uint8_t { fresh, active, resting, over };
    struct State {
        Phase phase = Phase::fresh;
        bool young = false;
        bool alive = false;       ///< not silent
        bool confirming = false;  ///< has its one attempt more than the plan has
        std::uint16_t attempts = 0;
        TimePoint began{};  ///< the first attempt
        TimePoint due{};    ///< of the next step; an entry of `dues_` with another time is stale
    };
    struct Due {
        TimePoint at;
        std::size_t probe;
        friend bool operator>(const Due& a, const Due& b) { return a.at > b.at; }
    };
    struct Started {
        TimePoint at;
        std::size_t probe;
        unsigned attempt;
    };

    Step start(std::size_t probe, TimePoint now);
    Step out_of_time(std::size_t probe);
    std::optional<Step> wake(TimePoint now);
    bool lossy() const;
    bool brisk() const;
    bool has_had_all(const State& state) const;
    const AttemptPlan& plan(const State& state) const;
    void finish(State& state);
    void no_longer_young(State& state);
    void age(TimePoint now);
    void set_due(std::size_t probe, TimePoint at);
    void drop_stale_dues();
    Nanoseconds young_age(TimePoint now) const;
    TimePoint wake_time(TimePoint now) const;

    AttemptPlan plan_;
    AttemptPlan calm_plan_;   ///< while nothing is lost
    AttemptPlan brisk_plan_;  ///< while nothing is lost, and all that answers does so fast
    Limits limits_;
    CongestionWindow window_;
    std::vector<State> states_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> dues_;
    std::deque<Started> started_;
    std::size_t fresh_ = 0;  ///< the first probe that has not started
    std::size_t over_ = 0;
    std::deque<std::size_t> resting_;
    bool waking_ = false;
    std::size_t answered_ = 0;
    std::size_t lost_ = 0;
    std::size_t in_flight_ = 0;
    std::size_t young_ = 0;
    TimePoint not_before_{};
    std::optional<TimePoint> first_start_;
    std::optional<Nanoseconds> smoothed_round_trip_;
    Nanoseconds slowest_round_trip_{};
    std::minstd_rand random_;
};

}  // namespace pt::client
