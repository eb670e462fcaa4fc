#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "common/core/inquiry.hpp"
#include "common/core/port_set.hpp"

/// What a scan asks a server's journal, and what the answers mean. Pure.
namespace pt::client {

struct ProtocolPort {
    Protocol protocol = Protocol::tcp;
    Port port{};
    friend auto operator<=>(const ProtocolPort&, const ProtocolPort&) = default;
};

/// The fewest inquiries that cover the ports.
std::vector<Inquiry> inquiries_for(Inquiry::Kind kind, std::vector<ProtocolPort> ports,
                                   std::uint32_t lead_ms, std::uint32_t rtt_us = 0);

/// How many TCP attempts a scan gave up on ports where others were answered: each may have
/// arrived without a frame.
using GivenUp = std::map<Port, std::uint32_t>;

/// Answers of one or several servers, put together for each address and port: what any of them
/// holds or has seen, is held or seen. Who does not hold a port that another one holds misses
/// nothing of it.
class ServerRecords {
public:
    /// From the server with this instance at this address.
    void add(const IpAddress& address, std::uint64_t instance, const InquiryAnswer& answer);
    /// What is recorded of an endpoint; nothing where no server told.
    struct Found {
        PortRecord record;
        /// No server that holds it was asked at the very address that was probed; where none holds
        /// it, none was asked there at all.
        bool rewritten = false;
    };
    std::optional<Found> find(const Endpoint& endpoint) const;

    /// What the answers of the servers at an address tell besides the record of each port.
    struct Summary {
        bool exact = true;         ///< the records of all of them are
        bool stalled = false;      ///< one stalled since the scan began
        bool rewritten = false;    ///< a query may have come to another address
        bool gone_astray = false;  ///< TCP attempts arrived at ports that were not probed (DNAT)
    };
    /// `probed` are the ports that this scan has probed at the address; what was left on others was
    /// sent elsewhere. On a port where frames arrived, attempts that were given up explain as many
    /// unfinished ones, but never very many.
    Summary summary(const IpAddress& address, const PortSet& probed, const GivenUp& given_up) const;

    /// Whether a server at the address has a TCP port on which something arrived, but no frame.
    bool has_traces_without_frame(const IpAddress& address) const;

    /// The sum over all servers; each tells its counters with every answer.
    SessionCounters counters() const;

private:
    struct Server {
        SessionCounters counters;
        bool exact = true;
        bool stalled = false;
        bool rewritten = false;
        /// TCP ports with a trace of an attempt or a connection, but without a frame.
        PortSet without_frame;
        PortSet perhaps_early;  ///< those with something that may be the session's or not
        std::map<Port, std::uint8_t> unfinished;  ///< attempts on ports with frames
    };
    std::map<std::pair<Endpoint, std::uint64_t>, PortRecord> records_;  ///< by instance
    std::map<std::pair<IpAddress, std::uint64_t>, Server> servers_;
};

}  // namespace pt::client
