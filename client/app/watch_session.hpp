#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/app/change_command.hpp"
#include "client/app/key_limit.hpp"
#include "client/app/watch_scan.hpp"
#include "client/cli/watch_options.hpp"
#include "client/flows/watched_flows.hpp"
#include "client/options/targets.hpp"
#include "client/report/exit_code.hpp"
#include "client/report/watch/watch_report.hpp"
#include "client/scan/host_lookups.hpp"
#include "client/watch/pause_detector.hpp"
#include "client/watch/watched_port.hpp"

namespace pt::client {

/// What pt-client watch does: looks names up once, keeps flows of every port going, and reports
/// what changes. Used once.
class WatchSession {
public:
    /// All references outlive the session.
    WatchSession(const WatchOptions& options, Targets targets, WatchReport& report,
                 std::ostream& errors);

    /// An error: so many ports are not watched.
    Expected<ExitCode> run();

private:
    ExitCode exit_code() const;
    void on_resolved(const std::vector<net::Resolution>& resolutions);
    void add_ports(const Target& target, const IpAddress& address);
    void begin();
    void wait();
    void tick(TimePoint due);
    void take_pause(const PauseDetector::Pause& pause);
    void take_events(std::size_t port);
    WallClock clock_now() const;
    void take_event(std::size_t port, const PortEvent& event);
    void on_verdict(std::size_t port, const Result& result);
    void end_if_met();
    void finish();

    const WatchOptions& options_;
    Targets targets_;
    WatchReport& report_;
    std::ostream& errors_;
    WatchRhythm rhythm_;
    boost::asio::io_context context_{1};
    boost::asio::signal_set signals_{context_};
    boost::asio::steady_timer timer_{context_};
    boost::asio::steady_timer limit_{context_};
    KeyLimit key_limit_;
    ChangeCommand command_;
    HostLookups lookups_;
    std::vector<WatchedPort> ports_;
    std::optional<WatchedFlows> flows_;
    WatchScan scan_;
    std::set<std::size_t> proved_blocked_;
    PauseDetector pauses_;
    TimePoint began_;
    WallClock::Sleeps sleeps_;
    TimePoint interval_end_;
    std::string too_many_;
    bool interrupted_ = false;
    bool met_ = false;
    bool finishing_ = false;
    bool unresolved_ = false;
};

}  // namespace pt::client
