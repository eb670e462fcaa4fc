#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <random>
#include <unordered_map>
#include <vector>

#include "client/pace/congestion_window.hpp"
#include "client/pace/control_attempt.hpp"
#include "client/pace/loss_meter.hpp"
#include "client/pace/pacing_modes.hpp"
#include "client/pace/scan_work.hpp"
#include "client/pace/slot.hpp"
#include "client/pace/steady_round.hpp"
#include "client/pace/work_tally.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// Decides when each attempt of each probe of one protocol starts, and when a probe is given up.
/// Pure: time is an argument, and nothing is sent from here.
///
/// A run of very many probes makes do with fewer attempts for each as long as what does answer
/// answers at once: silence is then no work of chance. Such probes rest once they have had those,
/// and have the others too if loss shows by the end. Where a great many answers have come, and all
/// of them fast, it does not wait for long either, and asks each silent probe once more at the end:
/// what was silent because the way was down for a moment is not taken for filtered.
///
/// A silent probe is believed only where attempts on open ports of the same host were answered at
/// the time of its own (LossMeter); while there are silent ones, open ports are asked again now and
/// then (control attempts), so that this is known. What cannot be believed has further attempts at
/// the end, at a rate that the path lets through (SteadyRound).
///
/// Two bounds keep a run from harming its own answers:
///  - `in_flight`: probes that have started and are neither decided nor given up (each may hold a
///    descriptor);
///  - the window: outstanding probes, those whose latest attempt may still be in the
///    network. It is what queues on the way have to hold at once, and shrinks where they do not.
class Schedule {
public:
    struct Limits {
        std::size_t in_flight = 1;
        std::size_t window = 1;  ///< at the start
        double rate = 0;         ///< attempts per second; 0: no bound
        /// Up to so many attempts in all, none are spared.
        std::size_t unsparing = 327'680;
        /// Until an answer tells, packets are taken to be in flight for this long.
        Nanoseconds assumed_trip = std::chrono::milliseconds{25};
        /// The user has set them: no probe has fewer attempts, or waits for less or longer.
        bool exact_tries = false;
        bool exact_timeout = false;
        bool exact() const { return exact_tries || exact_timeout; }
        /// Whether open ports may be asked again.
        bool controls = true;
        /// An attempt ends the one before it of the same probe (both have one source port): it
        /// waits until that one has had several round trips or, where none was measured, the whole
        /// time.
        bool one_at_a_time = false;
        /// Silent probes that are kept for further attempts; beyond that the oldest have them.
        std::size_t max_resting = 16'384;
    };
    /// The host that a probe is about, as a number: loss is each host's own. None: all of one.
    using GroupOf = std::function<std::size_t(Slot slot)>;

    enum class Action {
        attempt,       ///< start this attempt of this probe now
        rest,          ///< let go of what this probe holds: it may have further attempts much later
        give_up,       ///< the last attempt of this probe has had its time
        control,       ///< ask this open port again, as control attempt number `control`
        drop_control,  ///< that control attempt has had its time: it is lost
        wait,          ///< nothing to do before `until`, or before a call of `decided`
        done           ///< every probe is decided or given up
    };
    struct Step {
        Action action = Action::done;
        Slot slot{};
        unsigned attempt = 0;  ///< 1 is the first
        TimePoint until;
        std::uint32_t control = 0;
    };

    Schedule(std::size_t probes, const AttemptPlan& plan, const Limits& limits, std::uint64_t seed,
             GroupOf group_of = {});

    /// What to do at `now`. To be called until it says wait or done.
    Step next(TimePoint now);

    /// No more attempts for this probe: it has its answer. Idempotent.
    void decided(Slot slot);

    /// The probe has not its answer, but it is not silent either (a handshake completed, after
    /// `round_trip`): it keeps its full timeout, however fast the others are.
    void showed_life(Slot slot, Nanoseconds round_trip);

    /// Something has answered that must do so again to be believed: the probe has all its attempts.
    void must_repeat(Slot slot);

    /// An attempt of this probe was refused. One refusal is one packet: the next attempt comes
    /// soon, and tells whether it was more.
    void refused(Slot slot, TimePoint now);

    /// This attempt of the probe brought the echo: to be called before `decided`. Those before it
    /// are lost, unless they are so recent that they may still be answered.
    void note_echo(Slot slot, unsigned attempt, TimePoint now, Nanoseconds round_trip);

    /// When an attempt of the probe was sent, as far as that is known.
    std::optional<TimePoint> sent_at(Slot slot, unsigned attempt) const;
    /// How many attempts of the probe before that one were sent before `until`.
    unsigned count_lost(Slot slot, unsigned attempt, TimePoint until) const;

    void control_answered(std::uint32_t control, TimePoint now);
    /// One that did not leave this machine: neither answered nor lost.
    void forget_control(std::uint32_t control, TimePoint now);

    /// The attempt just ordered could not start (no descriptor, no source port): it is ordered
    /// again at `until`, and no other before.
    void postpone(Slot slot, TimePoint until);

    /// The attempt just ordered was left out: an earlier one has just connected.
    void not_sent(Slot slot);

    /// When a further frame of --count may go: for the rate it counts as an attempt does. To be
    /// called once for each.
    TimePoint take_turn(TimePoint now);

    /// A probe was answered on its `attempt`; those before it were lost. No `round_trip`: a kernel
    /// had to send something again for it, so that the time it took tells of one more loss and not
    /// of the way (Karn's algorithm, RFC 6298 section 3). The window counts only attempts more
    /// recent than a few of the round trips that were measured.
    void observe(TimePoint now, std::optional<Nanoseconds> round_trip, unsigned attempt);

    /// Smoothed; nothing before the first answer.
    std::optional<Nanoseconds> round_trip() const { return smoothed_round_trip_; }

    std::size_t in_flight() const { return in_flight_; }
    /// How many probes have had their first attempt.
    std::size_t started() const { return fresh_; }
    /// Has started, and is neither decided nor given up.
    bool open(Slot slot) const { return states_.contains(slot); }

    /// What the path lets through, where that was found: attempts per second.
    std::optional<double> rate_limit() const { return steady_.limit(); }
    /// Answers per second, where many attempts on open ports were lost in a short while and it is
    /// not known whether a limit is the reason.
    std::optional<double> rate_that_passed() const;
    /// How many probes wait for attempts at the steady rate.
    std::size_t in_steady_round() const { return steady_.size(); }
    /// Until these are done. Nothing while little is known of the rate that passes.
    std::optional<TimeRange> steady_time_left(TimePoint now) const;
    /// All but the steady rate's; what blocks and frames of --count are is the caller's to add.
    /// Open ports have `frames` each.
    ScanWork work(TimePoint now, std::uint32_t frames) const;
    /// The hosts whose open ports have stopped answering, by number.
    const std::vector<std::size_t>& stopped_answering() const { return stopped_; }

private:
    enum class Phase : std::uint8_t { active, resting, steady };
    struct Group {
        LossMeter meter;
        std::vector<Slot> open;  ///< a few ports that proved open
        std::size_t next_open = 0;
        std::size_t retries = 0;  ///< since the last control attempt
        TimePoint last_control{};
        TimePoint last_sent{};
        Nanoseconds slowest_round_trip{};  ///< 0: none was measured
        TimePoint last_answer{};           ///< of an open port
        std::size_t controls_answered = 0;
        std::size_t controls_lost = 0;         ///< before the last answer
        std::size_t controls_lost_in_row = 0;  ///< since
        bool stopped = false;                  ///< open ports have stopped answering
        std::size_t begun = 0;                 ///< probes
        std::size_t silent = 0;                ///< of those: they ended without an answer
    };
    struct State {
        Group* group = nullptr;
        Phase phase = Phase::active;
        bool outstanding = false;
        bool alive = false;       ///< not silent
        bool refused = false;     ///< not silent either
        bool repeats = false;     ///< has answered something
        bool ended = false;       ///< the latest attempt is not in flight any more
        bool confirming = false;  ///< has its one attempt more than the plan has
        std::uint16_t attempts = 0;
        TimePoint began{};  ///< the first attempt
        TimePoint due{};    ///< of the next step; an entry of `dues_` with another time is stale
        /// Of the second attempt and later: ms since `began`, or `unsent`.
        std::vector<std::uint32_t> sent;
    };
    struct Due {
        TimePoint at;
        Slot slot;
        friend bool operator>(const Due& a, const Due& b) { return a.at > b.at; }
    };
    struct Started {
        TimePoint at;
        Slot slot;
        unsigned attempt;
    };

    Step next_step(TimePoint now);
    bool is_held_up(TimePoint now) const;
    bool is_silent_for_long(TimePoint now) const;
    void keep_rate(TimePoint now);
    Step start(Slot slot, TimePoint now);
    bool must_wait(Slot slot, TimePoint now);
    Nanoseconds time_for_attempt(const State& state) const;
    TimePoint end_of(const State& state) const;
    bool may_bring_echo(const State& state, TimePoint now) const;
    static TimePoint latest_sent(const State& state);
    Step out_of_time(Slot slot);
    Step settle(Slot slot);
    bool believed(const State& state) const;
    static double nats_at(const State& state, TimePoint sent);
    static double nats(const State& state);
    static unsigned attempts_wanted(const State& state);
    static void note_sent(Group& group, TimePoint now);
    void note_answer_of(Group& group, TimePoint now);
    std::optional<Step> wake(TimePoint now);
    std::optional<Step> next_control(TimePoint now);
    Step begin_control(std::size_t group, TimePoint now);
    void end_control(const ControlAttempt& control, TimePoint now);
    void end_answered_controls(TimePoint now);
    bool has_stopped(const Group& group, TimePoint now) const;
    Nanoseconds control_timeout() const;
    void want_control(Slot slot, TimePoint now);
    Step next_steady(TimePoint now);
    void begin_steady_round(TimePoint now);
    Step steady_attempt(TimePoint now);
    Step give_up_steady_group();
    /// The time of an attempt as its probe's state keeps it.
    static constexpr std::uint32_t unsent = 0xFFFFFFFF;
    /// Of all attempts before that one that were sent before `until`.
    template <class Take>
    static void for_each_before(const State& state, unsigned attempt, TimePoint until, Take take);
    static std::uint32_t to_ms(Nanoseconds time) {
        return static_cast<std::uint32_t>(time / std::chrono::milliseconds{1});
    }
    std::size_t group_number(Slot slot) const { return group_of_ ? group_of_(slot) : 0; }
    bool lossy() const;
    bool is_fast() const;
    bool has_had_all(const State& state, TimePoint now) const;
    const AttemptPlan& plan(const State& state) const;
    void finish(Slot slot);
    void give_up(Slot slot);
    void note_silence(const State& state);
    bool may_be_answered(const State& state, TimePoint now) const;
    void add_work_of(const State& state, TimePoint now, ScanWork& work) const;
    void add_shares_of_blocks(TimePoint now, ScanWork& work) const;
    bool will_be_doubted() const;
    void no_longer_outstanding(State& state);
    void age(TimePoint now);
    void set_due(Slot slot, TimePoint at);
    void drop_stale_dues();
    Nanoseconds outstanding_time(TimePoint now) const;
    TimePoint wake_time(TimePoint now) const;

    std::size_t probes_;
    PacingModes modes_;
    Limits limits_;
    GroupOf group_of_;
    CongestionWindow window_;
    std::unordered_map<Slot, State> states_;  ///< of probes that are open, no others
    std::unordered_map<std::size_t, Group> groups_;
    std::deque<ControlAttempt> controls_;  ///< in flight, the oldest first
    std::deque<DueControl> controls_due_;
    std::size_t attempts_started_ = 0;
    WorkTally tally_;
    std::uint32_t next_control_ = 1;
    SteadyRound steady_;
    std::vector<std::size_t> stopped_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> dues_;
    std::deque<Started> started_;
    std::size_t fresh_ = 0;  ///< how many have started: the next slot
    std::deque<Slot> resting_;
    bool waking_ = false;
    std::size_t answered_ = 0;
    std::size_t lost_ = 0;
    TimePoint last_answer_{};
    std::size_t in_flight_ = 0;
    std::size_t outstanding_ = 0;
    TimePoint not_before_{};
    std::optional<TimePoint> first_start_;
    std::optional<Nanoseconds> smoothed_round_trip_;
    Nanoseconds slowest_round_trip_{};
    std::minstd_rand random_;
};

}  // namespace pt::client
