#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "client/conclude/hint.hpp"
#include "client/conclude/path_notes.hpp"
#include "client/pace/forecast.hpp"
#include "client/probe/engine.hpp"
#include "client/probe/no_address.hpp"
#include "client/probe/probe.hpp"
#include "client/probe/probe_list.hpp"
#include "client/probe/tcp_engine.hpp"
#include "client/probe/udp_engine.hpp"
#include "client/result/result.hpp"
#include "client/scan/scanned_address.hpp"

namespace pt::client {

struct RunSettings {
    EngineSettings tcp;
    EngineSettings udp;
    bool ask_journal = true;    ///< ask servers that proved themselves about ports in doubt
    bool ask_manifest = false;  ///< and about all ports that they hold
    /// Where nothing is open, look for one on the default ports. Not with --journal, whose file
    /// tells: what the look leaves there would have to be told apart.
    bool look_for_server = true;
    /// In very large scans of both protocols UDP starts first, but TCP no later than this.
    std::chrono::milliseconds max_head_start{500};
    bool isolated_scan = true;    ///< of ports whose attempts may be on others (DNAT)
    std::size_t descriptors = 1;  ///< sockets that may be open at once
    /// Random: makes the frames to one address this scan's own.
    std::function<std::uint64_t()> new_session;
    HintFacts hint_facts;                     ///< what is the same for all hosts and addresses
    std::set<std::uint32_t> other_addresses;  ///< hosts that have addresses which are not probed
};

/// One scan over many endpoints: both engines (in very large scans UDP starts first), then for each
/// address the journals of the servers that proved themselves, and all of it turned into results.
/// Results come as they are decided; those that a server record may change come when the address is
/// done.
class Run final : private ProbeTable {
public:
    using ResultHandler = std::function<void(const Result&)>;

    /// `hosts` are the names, as typed, that the blocks point into. Handlers are called from the
    /// context; `done` once, after the last result.
    Run(boost::asio::io_context& context, const RunSettings& settings,
        std::vector<std::string> hosts, std::vector<ProbeBlock> blocks, ResultHandler on_result,
        std::function<void()> done);
    ~Run() override;

    void start();
    /// Stops probing: what is not finished is reported as interrupted, and the scan is done.
    void interrupt();
    /// Stops for a failure of this machine's own, at any point: reports what is decided, and what
    /// is not with this error (errno). Nothing comes after it, `done` neither. May be called again
    /// if it fails itself.
    void abandon(int error);
    /// How many results were reported though they were not decided.
    std::size_t abandoned() const { return abandoned_; }

    std::size_t total() const { return total_; }
    std::size_t finished_count() const { return finished_; }
    /// The first pt-server that answered; 0 while none has.
    std::uint64_t server_instance() const { return server_instance_; }
    /// What shows only over several ports; complete once the scan is done.
    std::vector<std::string> notes() const;
    /// TCP attempts arrived at other ports than they were sent to, or may have.
    bool saw_strays() const { return saw_strays_; }
    const std::vector<Manifest>& manifests() const { return manifests_; }
    /// How long the scan will take from now on, as far as that is known. To be asked several times
    /// a second from the start on, as it goes by how the work proceeds.
    std::optional<TimeRange> time_left(TimePoint now);
    /// The rate that the path lets through, where it is known, while the scan keeps to it.
    struct Slowdown {
        std::optional<double> rate;
    };
    std::optional<Slowdown> slowdown() const;

private:
    /// What the probes of an engine are for.
    enum class Purpose {
        result,   ///< to be reported
        server,   ///< to find a pt-server to ask
        confirm,  ///< to see whether a refusal repeats
    };
    struct Part;
    using Parts = std::map<ProbeNumber, std::shared_ptr<Part>>;  ///< by first number

    // ProbeTable
    Probe& probe(ProbeNumber number) override;
    void finished(ProbeNumber number) override;
    void is_own_port(ProbeNumber number) override;
    Frame request(const Endpoint& endpoint, std::uint32_t sequence, unsigned attempt) override;
    bool is_session_of(const IpAddress& address, std::uint64_t session) const override;
    TimePoint sent_at(const Frame& echo) const override;
    void note_echo(const IpAddress& address, const Frame& echo) override;
    std::uint32_t new_sequence() override { return next_sequence_++; }
    void note_flow(const Endpoint& endpoint, Port source, TimePoint sent, bool answered) override;
    void note_given_up(const Endpoint& endpoint, std::uint32_t attempts) override;
    void on_reply(const Frame& frame) override;
    void on_answer(const Frame& frame, std::span<const std::uint8_t> bytes) override;
    void on_query_refused(const Nonce& nonce) override;
    void note_shortage(int error) override { shortages_.insert(error); }

    // The engines (run_parts.cpp).
    std::shared_ptr<Part> list_part(const std::vector<ProbeBlock>& blocks, Protocol protocol,
                                    Purpose purpose);
    std::shared_ptr<Part> make_part(const std::vector<ProbeBlock>& blocks, Protocol protocol,
                                    Purpose purpose, const EngineSettings& settings);
    std::shared_ptr<Part> add_part(const std::vector<ProbeBlock>& blocks, Protocol protocol,
                                   Purpose purpose, const EngineSettings& settings);
    void make_engine(Part& part, Protocol protocol, const EngineSettings& settings);
    void hold_back(const std::shared_ptr<Part>& tcp, const std::shared_ptr<Part>& udp);
    void start_held_back(TimePoint by);
    void end_part(const std::shared_ptr<Part>& part);
    std::chrono::milliseconds time_until_own_ports() const;

    // (run_progress.cpp)
    std::optional<TimeRange> estimate(TimePoint now);
    TimeRange own_ports_left(std::size_t ports, double silent_share, Nanoseconds until) const;
    std::optional<TimeRange> part_left(Part& part, TimePoint now) const;

    const std::shared_ptr<Part>& part_of(ProbeNumber number) const;
    void add_key_notes(const FrameKey& key, std::vector<std::string>& notes) const;
    void take_finished(const Probe& probe);
    void count_finished(const IpAddress& address);
    void note_server(const Probe& probe);
    static void note_host(ScannedAddress& state, const Probe& probe);

    // What follows when all probes of an address are finished (run_address.cpp).
    void address_done(const IpAddress& address);
    bool check_flows(const IpAddress& address, ScannedAddress& state);
    bool look_for_server(const IpAddress& address, ScannedAddress& state);
    bool ask_servers(const IpAddress& address, ScannedAddress& state);
    static void mark_lost(ScannedAddress& state);
    bool seems_frozen(const IpAddress& address, const ScannedAddress& state) const;
    void ask(const IpAddress& address, ScannedAddress& state, const KnownServer& server);
    UdpEngine* udp_engine() const;
    UdpEngine* udp_engine_with(Port source, const IpAddress& address) const;
    void take_outcome(const IpAddress& address, const KnownServer& server,
                      const InquiryOutcome& outcome);
    bool confirm_refusals(const IpAddress& address, ScannedAddress& state);
    bool scan_in_isolation(const IpAddress& address, ScannedAddress& state);
    double isolated_rate() const;
    void start_isolated_scan(const IpAddress& address, const RunSettings& settings,
                             const std::vector<ProbeBlock>& blocks);
    void take_confirmation(const Probe& probe);
    static void look_for_neighbour(const IpAddress& address, ScannedAddress& state);
    void conclude_address(const IpAddress& address, ScannedAddress& state);
    void note_address(const IpAddress& address, const ScannedAddress& state);

    // (run_early_end.cpp)
    void report_rest(const std::function<void(Findings&)>& mark);
    void report_unresolved();
    void report_held(ScannedAddress& state);
    void stop();

    // (run_report.cpp)
    void report(const Probe& probe, const ScannedAddress* state);
    static bool may_be_elsewhere(const Probe& probe, const ScannedAddress& state);
    int round_trips_needed(Protocol protocol) const;
    std::optional<int> hops(const Probe& probe);
    PortSet probed_ports(const IpAddress& address) const;
    void end();

    boost::asio::io_context& context_;
    RunSettings settings_;
    std::vector<std::string> hosts_;
    std::vector<ProbeBlock> blocks_;
    ResultHandler on_result_;
    std::function<void()> done_;
    TimePoint started_;
    Parts parts_;
    /// Starts once all of `head_start_of_` has started, or after a while.
    std::shared_ptr<Part> held_back_;
    std::shared_ptr<Part> head_start_of_;
    boost::asio::steady_timer head_start_timer_{context_};
    std::unordered_map<ProbeNumber, Probe> live_;  ///< started, and not finished
    std::vector<ProbeBlock> own_ports_;            ///< to be probed from other sockets
    unsigned own_port_rounds_ = 0;
    /// Set while these wait: when they are probed, and the share of silent ones before.
    std::optional<TimePoint> own_ports_at_;
    double own_ports_silent_share_ = 1;
    std::map<IpAddress, ScannedAddress> addresses_;
    std::map<IpAddress, std::uint64_t> sessions_;  ///< of addresses that are concluded, too
    std::uint32_t next_sequence_ = 0;
    std::size_t total_ = 0;
    std::size_t finished_ = 0;
    std::size_t unresolved_ = 0;  ///< reported of names that have no address
    std::size_t abandoned_ = 0;
    std::vector<Manifest> manifests_;
    PathNotes path_notes_;
    SessionCounters counters_;
    std::vector<std::string> scan_notes_;
    std::set<int> shortages_;
    std::map<net::AddressFamily, int> hop_limits_;  ///< that our packets start with
    std::optional<AddressFacts> address_facts_;     ///< once they were needed
    Forecast forecast_;
    TimePoint next_estimate_{};
    std::uint64_t server_instance_ = 0;
    bool saw_strays_ = false;
    bool ended_ = false;
};

}  // namespace pt::client
