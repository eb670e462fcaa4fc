#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "client/conclude/known_server.hpp"
#include "client/probe/socket_setup.hpp"
#include "client/scan/inquiry_outcome.hpp"
#include "common/core/inquiry.hpp"

namespace pt::client {

struct InquirySettings {
    SourceSettings source;
    /// Where the kernel takes source ports from; nothing: not known.
    std::optional<std::pair<Port, Port>> ephemeral_range;
    std::uint64_t session = 0;
    TimePoint began{};  ///< the run: frames say how long after that they are sent
    /// One for each inquiry and one more are nobody else's from here on.
    std::uint32_t first_sequence = 0;
    std::vector<std::uint64_t> instances;  ///< all servers known at the address
    /// A scan never ends later than this because a server does not answer.
    std::chrono::milliseconds timeout{3000};
    /// UDP ports that proved open, and the source ports that their echoes came to: the flows that
    /// are known to work.
    std::vector<std::pair<Port, Port>> udp_flows;
    /// Sends a datagram from one of these source ports.
    std::function<bool(std::span<const std::uint8_t> bytes, Port port, Port source)> send;
};

/// The inquiries of one server that are in flight. Holds itself until they are over.
class Asking {
public:
    virtual ~Asking() = default;
    /// What came by UDP; not necessarily an answer to one of these.
    virtual void take_datagram(const Frame& frame, std::span<const std::uint8_t> bytes) = 0;
    /// An ICMP error that quotes a query with that sequence number, not necessarily one of these:
    /// nothing listens on the port.
    virtual void take_refusal(std::uint32_t sequence) = 0;
};

/// Asks one server that has proved itself, over the very ports that proved open: there is no
/// control port. Over UDP the flows that worked are used again; over TCP all inquiries follow each
/// other on one connection, and fresh connections join in while none has answered; at once where
/// one was refused or led to another server, as behind a balancer. The first answer to each inquiry
/// counts. `done` is called once, from `context`.
std::shared_ptr<Asking> ask_server(boost::asio::io_context& context, const KnownServer& server,
                                   const std::vector<Inquiry>& inquiries,
                                   const InquirySettings& settings,
                                   std::function<void(InquiryOutcome)> done);

}  // namespace pt::client
