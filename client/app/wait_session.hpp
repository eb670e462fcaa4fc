#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "client/app/wait_plan.hpp"
#include "client/cli/wait_options.hpp"
#include "client/options/targets.hpp"
#include "client/report/exit_code.hpp"
#include "client/report/report.hpp"
#include "client/scan/run.hpp"

namespace pt::client {

/// What pt-client wait does: follows the plan, round by round, tells on `errors` what
/// is missing, and reports at the end. Where a command follows and all is there, nothing is
/// reported. Stops early on SIGINT, SIGTERM or SIGHUP. Used once.
class WaitSession {
public:
    /// All references outlive the session.
    WaitSession(const WaitOptions& options, Targets targets, Reporter& reporter,
                std::ostream& errors);

    ExitCode run();

private:
    void step();
    void step_soon();
    void look_up(std::size_t host, Nanoseconds timeout);
    void start_round(Nanoseconds timeout);
    void end_round();
    void finish();
    void tell_end(Nanoseconds duration);
    void report(Nanoseconds duration);

    const WaitOptions& options_;
    Targets targets_;
    Reporter& reporter_;
    std::ostream& errors_;
    boost::asio::io_context context_{1};
    boost::asio::signal_set signals_{context_};
    boost::asio::steady_timer timer_{context_};
    std::chrono::system_clock::time_point started_at_;
    TimePoint started_;
    WaitPlan plan_;
    std::unique_ptr<Run> run_;  ///< the present round
    std::uint64_t server_instance_ = 0;
    std::vector<std::string> notes_;
    Tally tally_;
    bool spoken_ = false;
    bool interrupted_ = false;
    bool finishing_ = false;
};

}  // namespace pt::client
