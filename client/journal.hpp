#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "common/core/inquiry.hpp"
#include "common/core/verdict.hpp"

/// What a run asks a server's journal, and what the answers mean. Pure.
namespace pt::client {

struct ProtocolPort {
    Protocol protocol = Protocol::tcp;
    Port port{};
    friend auto operator<=>(const ProtocolPort&, const ProtocolPort&) = default;
};

/// Whether the journal may still change what is concluded from these findings.
bool in_doubt(const Findings& findings);

/// The fewest inquiries that cover the ports.
std::vector<Inquiry> inquiries_for(Inquiry::Kind kind, std::vector<ProtocolPort> ports,
                                   std::uint32_t lead_ms);

/// Answers of one or several servers, put together for each address and port: what any of them
/// holds or has seen, is held or seen.
class ArrivalRecords {
public:
    void add(const IpAddress& address, const InquiryAnswer& answer);
    /// What is recorded of an endpoint; nothing where no server told.
    struct Found {
        PortRecord record;
    };
    std::optional<Found> find(const Endpoint& endpoint) const;
    /// The sum over all servers; each tells its counters with every answer.
    SessionCounters counters() const;

private:
    std::map<Endpoint, Found> records_;
    std::map<IpAddress, SessionCounters> counters_;
};

/// What a record adds to what is known of a port.
void learn(Knowledge& knowledge, const PortRecord& record);

}  // namespace pt::client
