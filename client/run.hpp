#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "client/engine.hpp"
#include "client/hint.hpp"
#include "client/inquirer.hpp"
#include "client/journal.hpp"
#include "client/known_server.hpp"
#include "client/path_notes.hpp"
#include "client/probe.hpp"
#include "client/result.hpp"
#include "client/tcp_engine.hpp"
#include "client/udp_engine.hpp"

namespace pt::client {

struct RunSettings {
    EngineSettings tcp;
    EngineSettings udp;
    bool ask_journal = true;      ///< ask servers that proved themselves about ports in doubt
    bool ask_manifest = false;    ///< and about all ports that they hold
    std::size_t descriptors = 1;  ///< sockets that may be open at once
    std::uint64_t session = 0;    ///< random: what makes this run's frames its own
    HintFacts hint_facts;         ///< what is the same for all hosts and addresses
    std::set<std::uint32_t> other_addresses;  ///< hosts that have addresses which are not probed
};

/// One run over many endpoints: both engines side by side, then the journals of the servers that
/// proved themselves, and all of it turned into results. Results come as they are decided; those
/// that the journal may change come at the end.
class Run final : private ProbeTable {
public:
    using ResultHandler = std::function<void(const Result&)>;

    /// `hosts` are the names, as typed, that `Probe::host` points into. Handlers are called from
    /// the context; `done` once, after the last result.
    Run(boost::asio::io_context& context, const RunSettings& settings,
        std::vector<std::string> hosts, std::vector<Probe> probes, ResultHandler on_result,
        std::function<void()> done);

    void start();
    /// Stops probing: what is not finished is reported as interrupted, and the run is done.
    void interrupt();

    std::size_t total() const { return probes_.size(); }
    std::size_t finished_count() const { return finished_; }
    /// The first pt-server that answered; 0 while none has.
    std::uint64_t server_instance() const { return server_instance_; }
    /// What shows only over several ports; complete once the run is done.
    std::vector<std::string> notes() const;
    const std::vector<Manifest>& manifests() const { return manifests_; }

private:
    Probe& probe(std::uint32_t number) override { return probes_[number]; }
    void finished(std::uint32_t number) override;
    Frame request(std::uint32_t number, std::uint32_t sequence, unsigned attempt) override;
    TimePoint sent_at(const Frame& echo) const override;
    std::uint32_t new_sequence() override { return next_sequence_++; }

    std::vector<std::uint32_t> numbers(Protocol protocol) const;
    void report(const Probe& probe);
    void sum_up_answers();
    std::optional<int> hops(const Probe& probe);
    void ask_servers();
    void ask(const KnownServer& server);
    void take_outcome(const KnownServer& server, const InquiryOutcome& outcome);
    void note_lost_server(const IpAddress& address);
    void end();

    boost::asio::io_context& context_;
    RunSettings settings_;
    std::vector<std::string> hosts_;
    std::vector<Probe> probes_;
    ResultHandler on_result_;
    std::function<void()> done_;
    std::unique_ptr<TcpEngine> tcp_;
    std::unique_ptr<UdpEngine> udp_;
    TimePoint started_;
    std::uint32_t next_sequence_;
    std::size_t finished_ = 0;
    /// Finished, but not reported: the journal may change what is concluded.
    std::vector<std::uint32_t> held_back_;
    KnownServers servers_;
    std::map<IpAddress, TimePoint> last_echo_;
    ArrivalRecords records_;
    std::map<IpAddress, ServerKnowledge> known_;  ///< once all servers have answered or not
    PathNotes path_notes_;
    std::vector<Manifest> manifests_;
    std::map<bool, int> hop_limits_;  ///< that our packets start with, by "is IPv4"
    std::size_t asking_ = 0;          ///< servers that have not answered yet
    std::uint64_t server_instance_ = 0;
    bool ended_ = false;
};

}  // namespace pt::client
