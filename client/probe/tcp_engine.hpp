#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "client/probe/engine.hpp"
#include "client/probe/probe.hpp"
#include "client/probe/probe_list.hpp"
#include "client/probe/refusals.hpp"
#include "client/probe/source_spread.hpp"
#include "client/probe/tcp_attempt.hpp"
#include "client/probe/tcp_sockets.hpp"
#include "common/net/resolution.hpp"

namespace pt::client {

/// Drives the TCP probes of a scan: fresh connects, staggered, the first echo wins. Several
/// attempts of one probe live side by side, since a lost SYN is sent again by the kernel only after
/// a second; where descriptors are short a probe's attempts give way to its next.
class TcpEngine final : public TcpAttempt::Owner {
public:
    /// Probes are numbered from `first_number` in `table`, in the order of the list; `descriptors`
    /// is how many sockets may be open at once. `list` and `table` outlive the engine.
    TcpEngine(boost::asio::io_context& context, ProbeTable& table, const ProbeList& list,
              ProbeNumber first_number, const EngineSettings& settings, std::size_t descriptors);

    void start();
    /// Closes everything; no event comes after it.
    void stop();

    const Schedule& schedule() const { return schedule_; }
    /// The ports of an address with control attempts in flight.
    std::vector<Port> controls_in_flight(const IpAddress& address) const;

private:
    /// One probe that has started and is not finished.
    struct Active {
        std::vector<std::shared_ptr<TcpAttempt>> attempts;
        unsigned broken_off = 0;  ///< connections that ended without an echo
        Refusals refusals;
        /// Attempts that were closed for later ones: when they began, and for how long they waited.
        std::vector<std::pair<TimePoint, Nanoseconds>> gave_way;
        int port_failure = 0;      ///< errno: the one source port could not be used
        TimePoint connected_at{};  ///< the latest one
        /// --count: frames still to be sent on the connection that brought the echo.
        std::uint32_t frames_left = 0;
        bool sample_in_flight = false;  ///< else the next one waits until --rate allows it
        std::unique_ptr<boost::asio::steady_timer> sample_timer;
    };

    void on_tcp_event(TcpAttempt& attempt, TcpEvent event) override;
    void pump_soon();
    void pump();
    bool take_step(const Schedule::Step& step);
    void check_started();
    void arm(TimePoint until);
    ProbeNumber number_of(Slot slot) const { return number_at(first_number_, slot); }
    Probe& probe_at(Slot slot) { return table_.probe(number_of(slot)); }
    void begin_attempt(const Schedule::Step& step);
    void begin_control(const Schedule::Step& step);
    void drop_control(std::uint32_t control);
    TcpAttempt::Frames frames_of(unsigned attempt) const;
    void note_connected(const TcpAttempt& attempt);
    void on_shortage(const Schedule::Step& step, std::error_code error);
    bool is_port_failure(std::error_code error, const IpAddress& address);
    static unsigned count_given_up_early(const Active& active, Nanoseconds age);
    bool source_is_taken(const IpAddress& address);
    void make_room(Active& active);
    void close_earlier_attempts();
    static bool has_connection(const Active& active);
    bool acknowledged(Active& active);
    bool fresh_connection(const Active& active) const;
    void on_control_event(const TcpAttempt& attempt, TcpEvent event);
    void on_echo(TcpAttempt& attempt);
    void note_losses(Active& active, const TcpAttempt& echoed, Probe& probe);
    void on_refusal(Slot slot, const TcpAttempt& attempt);
    void on_broken_off(Slot slot);
    void send_sample(TcpAttempt& attempt, Active& active);
    Active* holder_of(Slot slot, const std::shared_ptr<TcpAttempt>& attempt);
    void send_sample_now(TcpAttempt& attempt, Active& active);
    void lose_samples(Slot slot, const std::shared_ptr<TcpAttempt>& attempt);
    void note(Probe& probe, const TcpAttempt& attempt, TcpEvent event);
    void drop(TcpAttempt& attempt);
    void close_others(Active& active, const TcpAttempt& survivor);
    void let_go(Slot slot);
    void finish(Slot slot);

    boost::asio::io_context& context_;
    ProbeTable& table_;
    const ProbeList& list_;
    ProbeNumber first_number_;
    EngineSettings settings_;
    std::map<net::AddressFamily, bool> source_taken_;  ///< --source-port, by another program
    std::size_t max_controls_;
    std::size_t descriptors_;  ///< for attempts that are no controls
    Schedule schedule_;
    SourceSpread spread_;
    boost::asio::steady_timer timer_;
    TcpSockets sockets_;
    std::unordered_map<Slot, Active> active_;
    std::unordered_map<std::uint32_t, std::shared_ptr<TcpAttempt>> controls_;
    std::vector<std::shared_ptr<TcpAttempt>> started_;  ///< not looked at yet
    std::size_t open_ = 0;                     ///< attempts with a socket, but for controls
    std::optional<TimePoint> shortage_since_;  ///< no attempt could start since then
    TimePoint earlier_closed_{};
    bool pump_posted_ = false;
    bool stopped_ = false;
};

}  // namespace pt::client
