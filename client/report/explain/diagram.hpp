#pragma once

#include <string>

#include "client/result/result.hpp"

namespace pt::client {

/// Whether any packet of the last attempt is known to have left this host.
bool has_sent(const Result& result);

/// A TCP handshake was completed; with whom is another question.
bool is_connected(const Result& result);

/// The packets of a probe in order, between client, server and a device that is proven by what was
/// seen (a NAT by the rewritten addresses, the sender of an ICMP error by its address). '?' stands
/// where the other end of a packet is not known, 'x' where a packet is proven to be lost. Each kind
/// of packet once, however many attempts there were; "" where this host could not send.
std::string diagram(const Result& result);

}  // namespace pt::client
