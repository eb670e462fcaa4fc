#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/conclude/address_notes.hpp"
#include "client/options/options.hpp"
#include "client/options/targets.hpp"
#include "client/report/exit_code.hpp"
#include "client/report/progress.hpp"
#include "client/report/report.hpp"
#include "client/saved/conclude_again.hpp"
#include "client/saved/resume.hpp"
#include "client/scan/host_lookups.hpp"
#include "client/scan/run.hpp"

namespace pt::client {

/// What pt-client does once it knows what is asked: look names up, run, report, and stop early on
/// SIGINT, SIGTERM or SIGHUP with all that is finished. Used once.
class Session {
public:
    /// `progress` is set where a person watches stderr. All references outlive the session.
    /// Of `past`, nothing is asked again that it says of the network.
    Session(const Options& options, Targets targets, Reporter& reporter, std::ostream& errors,
            std::optional<Progress> progress, PastRun past);

    ExitCode run();

private:
    std::vector<std::string> names_to_look_up() const;
    void on_resolved(std::vector<net::Resolution> resolutions);
    void note_addresses(const std::vector<net::Resolution>& resolutions);
    std::vector<ProbeBlock> list_all(std::vector<net::Resolution> resolutions) const;
    void set_up_run(std::vector<ProbeBlock> blocks);
    void on_result(const Result& result);
    void take(const Result& result, bool reported);
    void report(const Result& result, bool reported);
    void consult_journal();
    void judge_by_journal();
    void on_signal();
    void note_missing_lists();
    void show_progress();
    void run_events();
    void wind_up(int error);
    void report_doubtful(const std::vector<Result>& before);
    const RunSummary& summary();
    void finish();

    const Options& options_;
    Targets targets_;
    Reporter& reporter_;
    std::ostream& errors_;
    std::optional<Progress> progress_;
    PastRun past_;
    boost::asio::io_context context_{1};
    boost::asio::signal_set signals_{context_};
    boost::asio::steady_timer progress_timer_{context_};
    HostLookups lookups_;
    /// For each host why it has no address; "" where it has one.
    std::vector<std::string> lookup_errors_;
    std::set<std::uint32_t> other_addresses_;  ///< hosts that have more than the one that is probed
    std::unique_ptr<Run> run_;
    /// With --journal: results that it may change, and which of them are reported already.
    std::vector<Result> doubtful_;
    std::vector<bool> doubtful_reported_;
    std::size_t doubtful_done_ = 0;  ///< of those, by now reported
    SessionAddresses addresses_;
    boost::asio::steady_timer journal_timer_{context_};
    std::map<std::size_t, std::set<IpAddress>> asked_for_list_;  ///< the addresses of each host
    std::size_t hosts_without_list_ = 0;
    AddressNotes address_notes_;
    std::uint64_t past_instance_ = 0;  ///< the first server of the results that stand
    Tally tally_;
    std::chrono::system_clock::time_point started_at_;
    TimePoint started_;
    std::optional<RunSummary> summary_;  ///< once all results are reported
    bool printed_ = false;
    bool resolved_ = false;
    bool interrupted_ = false;
};

}  // namespace pt::client
