#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "client/pace/slot.hpp"
#include "client/pace/steady_meter.hpp"
#include "client/pace/steady_pace.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// The probes whose silence could not be believed, and their further attempts: one host after the
/// other, at a pace that the path lets through, with a control attempt on an open port among every
/// few. Decides what goes next; attempts and their outcomes are the Schedule's. Pure.
class SteadyRound {
public:
    /// The probe is to have so many attempts before it is looked at again.
    void add(std::size_t group, Slot slot, unsigned attempts);
    /// The probe needs no more attempts: it is in flight no more.
    void remove(Slot slot);
    /// Leaves out what waits and is not open any more, and hosts that have nothing left.
    void prune(const std::function<bool(Slot)>& is_open);

    bool empty() const { return waiting_.empty() && in_flight_.empty(); }
    std::size_t size() const;
    bool begun() const { return pace_.has_value(); }
    /// The host whose turn it is; only where one waits.
    std::size_t group() const { return waiting_.begin()->first; }

    /// That host's turn begins: what was seen before, and what the user allows.
    void begin(const RateSample& before, double max_rate, TimePoint now);
    /// The host has had all the time that its probes are worth.
    bool out_of_time(TimePoint now) const { return pace_ && now >= end_; }
    /// Any probe of this host, in flight or waiting; nothing where none is left. It is taken out.
    std::optional<Slot> take_any();

    /// When the next attempt may go.
    TimePoint next_at() const { return next_at_; }
    enum class Turn { control, probe, nothing };
    /// Whose turn it is; the pace's next moment is set. `nothing`: no probe is ready. So many
    /// attempts of the scan have been answered, but for control attempts.
    Turn take_turn(TimePoint now, std::size_t answered);
    /// What cannot go now goes then.
    void postpone(TimePoint until) { next_at_ = std::max(next_at_, until); }
    /// The probe that waits for longest. It is ready for its next attempt at `again`; if this is
    /// its last for now, it is in flight until `until`.
    Slot take_slot(TimePoint again, TimePoint until);
    /// A probe whose last attempt has had its time by now.
    std::optional<Slot> expired(TimePoint now);
    TimePoint next_expiry() const {
        return in_flight_.empty() ? TimePoint::max() : in_flight_.front().until;
    }

    void note_control(TimePoint sent, bool answered, TimePoint now);
    std::optional<double> limit() const { return limit_; }
    /// The rate is known not to be why attempts on open ports are lost.
    bool lost_at_any_rate() const {
        return earlier_lost_at_any_rate_ || (pace_ && pace_->lost_at_any_rate());
    }
    /// Of the turn of this host.
    const SteadyMeter& meter() const { return meter_; }
    /// For all that wait, of this host or another: see SteadyMeter.
    std::optional<TimeRange> time_left(std::size_t probes, double if_silent, TimePoint now) const;

private:
    struct Waiting {
        Slot slot;
        unsigned attempts;
        TimePoint ready;
    };
    struct Flight {
        Slot slot;
        TimePoint until;
    };

    std::map<std::size_t, std::deque<Waiting>> waiting_;
    std::deque<Flight> in_flight_;
    std::optional<SteadyPace> pace_;
    std::optional<double> limit_;
    bool earlier_lost_at_any_rate_ = false;  ///< of hosts that had their turn
    TimePoint next_at_{};
    TimePoint end_{};
    std::size_t turns_ = 0;
    SteadyMeter meter_;
};

}  // namespace pt::client
