#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client/watch/availability.hpp"
#include "client/watch/flow_monitor.hpp"
#include "client/watch/flow_state.hpp"
#include "client/watch/pause_detector.hpp"
#include "client/watch/rtt_histogram.hpp"
#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"
#include "common/core/verdict.hpp"

namespace pt::client {

/// How often attempts and frames are sent.
struct WatchRhythm {
    static constexpr int attempts_per_interval = 5;

    explicit WatchRhythm(Nanoseconds interval);

    /// A change is to be reported after that time, and the time of a reply.
    Nanoseconds every;
    Nanoseconds attempt;  ///< from one new flow of a port to the next
    Nanoseconds frame;    ///< from one frame of an established flow to the next
    FlowMonitor::Rules fresh_tcp;
    FlowMonitor::Rules fresh_udp;
    FlowMonitor::Rules established_tcp;
    FlowMonitor::Rules established_udp;
};

/// New or established flows of a port are in another state.
struct StateChange {
    FlowKind flow = FlowKind::fresh;
    FlowChange change;
    /// What the port's other flows are in at that time, as far as it is known by then.
    FlowState other = FlowState::unknown;
    std::optional<Nanoseconds> outage{};  ///< that ends by it; of new flows alone
};

/// Why there is no established flow any more.
enum class FlowEnd { reset, closed, timed_out, given_up, other_data, error };

std::string_view to_string(FlowEnd reason);

struct EstablishedEnd {
    FlowEnd reason = FlowEnd::reset;
    FlowState before = FlowState::open;
    TimePoint at;
    /// Since when new flows had no answer; nothing: they have one.
    std::optional<TimePoint> blocked_since;
};

using PortEvent = std::variant<StateChange, EstablishedEnd>;

/// All that is known of one port that is watched. Pure: time is an argument; of bounded size.
class WatchedPort {
public:
    /// One character an interval, the last one being the present: '.' every attempt had an answer,
    /// '+' some had, 'x' none had, ' ' none was decided.
    static constexpr std::size_t max_history = 60;

    /// `only_echoes`: an answer of another program never counts as available.
    WatchedPort(std::string host, const Endpoint& endpoint, const WatchRhythm& rhythm,
                bool only_echoes = false);

    const std::string& host() const { return host_; }
    const Endpoint& endpoint() const { return endpoint_; }

    FlowMonitor& fresh() { return fresh_; }
    const FlowMonitor& fresh() const { return fresh_; }
    FlowMonitor& established() { return established_; }
    const FlowMonitor& established() const { return established_; }

    /// A reply to a new flow came.
    void note_round_trip(Nanoseconds round_trip);
    /// A new attempt was made; or this machine was not able to make it.
    void note_attempt(TimePoint now);
    void note_failure(TimePoint now);
    /// What pt-server saw of a new flow: whether that is another path than that of many flows
    /// before. Behind a pool of addresses each may have another one.
    bool note_path(const SocketAddress& destination, const IpAddress& source);
    void established_ended(FlowEnd reason, TimePoint now);
    /// Takes what has been decided. To be called after each event.
    void collect();
    /// Decides what is over its time, when `next_due` says; not before all that came has been read.
    void advance(TimePoint now);
    void end_interval();
    void pause(const PauseDetector::Pause& pause, TimePoint now);
    /// A scan has found out more: "filtered, direction forward".
    void name_verdict(const Conclusion& conclusion, const std::string& text);
    void end(TimePoint now);

    /// What has happened since the last call, in order.
    std::vector<PortEvent> take_events();
    std::optional<TimePoint> next_due() const;

    /// As good as it has ever been: where pt-server's echo was received, nothing less counts.
    bool available() const { return availability_.begun() && availability_.available(); }
    bool has_established() const { return has_answer(established_.state()); }
    /// Since when the established flow has had no reply, though new ones have.
    std::optional<TimePoint> established_lost_since() const;
    /// Attempts that this machine was not able to make, and the time in which it made none for
    /// that.
    std::uint64_t failures() const { return failures_; }
    Nanoseconds failing() const { return failing_; }
    const Availability& availability() const { return availability_; }
    const RttHistogram& round_trips() const { return round_trips_; }
    std::optional<Nanoseconds> last_round_trip() const { return last_round_trip_; }
    /// When new flows came into the state that they are in.
    std::optional<TimePoint> since() const { return since_; }
    const std::string& history() const { return history_; }
    const std::string& verdict() const { return verdict_; }

private:
    void take_fresh_changes();
    void take_established_changes();
    bool is_available(FlowState state) const;

    std::string host_;
    Endpoint endpoint_;
    FlowMonitor fresh_;
    FlowMonitor established_;
    FlowMonitor::Rules established_rules_;
    Nanoseconds every_;
    Availability availability_;
    RttHistogram round_trips_;
    std::vector<PortEvent> events_;
    std::optional<Nanoseconds> last_round_trip_;
    std::optional<TimePoint> since_;
    std::optional<TimePoint> blocked_since_;
    std::optional<TimePoint> established_lost_;
    std::optional<TimePoint> failing_since_;
    Nanoseconds failing_{};
    std::optional<std::pair<SocketAddress, IpAddress>> path_;
    unsigned flows_on_path_ = 0;  ///< in a row
    std::uint64_t failures_ = 0;
    bool established_was_open_ = false;
    std::string history_;
    std::string verdict_;
    std::uint64_t decided_before_ = 0;
    std::uint64_t unanswered_before_ = 0;
    bool only_echoes_;  ///< asked for, or known: pt-server has answered
};

}  // namespace pt::client
