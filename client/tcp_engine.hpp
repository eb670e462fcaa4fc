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
#include <vector>

#include "client/engine.hpp"
#include "client/probe.hpp"
#include "client/tcp_attempt.hpp"
#include "client/tcp_sockets.hpp"

namespace pt::client {

/// Drives the TCP probes of a run: fresh connects, staggered, the first echo wins. Several attempts
/// of one probe live side by side, since a lost SYN is sent again by the kernel only after a
/// second; where descriptors are short a probe's attempts give way to its next.
class TcpEngine final : public TcpAttempt::Owner {
public:
    /// `probes` are the numbers, in `table`, of the probes to drive; `descriptors` is how many
    /// sockets may be open at once. `table` outlives the engine.
    TcpEngine(boost::asio::io_context& context, ProbeTable& table,
              std::vector<std::uint32_t> probes, const EngineSettings& settings,
              std::size_t descriptors);

    void start();
    /// Closes everything; no event comes after it.
    void stop();

private:
    /// One probe that has started and is not finished.
    struct Active {
        std::vector<std::shared_ptr<TcpAttempt>> attempts;
        unsigned broken_off = 0;   ///< connections that ended without an echo
        TimePoint connected_at{};  ///< the latest one
        /// --count: frames still to be sent on the connection that brought the echo.
        std::uint32_t frames_left = 0;
        std::unique_ptr<boost::asio::steady_timer> sample_timer;
    };

    void on_tcp_event(TcpAttempt& attempt, TcpEvent event) override;
    void pump_soon();
    void pump();
    void look_at_started();
    void arm(TimePoint until);
    void begin_attempt(const Schedule::Step& step);
    TcpAttempt::Frames frames_of(unsigned attempt) const;
    void note_connected(std::size_t place);
    std::optional<Nanoseconds> measured_trip(const TcpAttempt& attempt) const;
    void on_shortage(const Schedule::Step& step, std::error_code error);
    bool source_is_taken(const IpAddress& address);
    void make_room(Active& active);
    bool acknowledged(Active& active);
    bool fresh_connection(const Active& active) const;
    void on_echo(TcpAttempt& attempt);
    void send_sample(TcpAttempt& attempt, Active& active);
    void lose_samples(std::size_t place, const std::shared_ptr<TcpAttempt>& attempt);
    void note(Probe& probe, const TcpAttempt& attempt, TcpEvent event);
    void drop(TcpAttempt& attempt);
    void close_others(Active& active, const TcpAttempt& survivor);
    void let_go(std::size_t place);
    void finish(std::size_t place);

    boost::asio::io_context& context_;
    ProbeTable& table_;
    std::vector<std::uint32_t> probes_;
    EngineSettings settings_;
    std::map<bool, bool> source_taken_;  ///< --source-port, by another program; by "is IPv4"
    std::size_t descriptors_;
    Schedule schedule_;
    boost::asio::steady_timer timer_;
    TcpSockets sockets_;
    std::unordered_map<std::size_t, Active> active_;
    std::vector<std::shared_ptr<TcpAttempt>> started_;  ///< not looked at yet
    std::size_t open_ = 0;                              ///< attempts, each with a socket
    std::optional<TimePoint> shortage_since_;           ///< no attempt could start since then
    bool pump_posted_ = false;
    bool stopped_ = false;
};

}  // namespace pt::client
