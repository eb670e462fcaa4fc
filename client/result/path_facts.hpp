#pragma once

#include <optional>

#include "client/result/result.hpp"

/// What a result proves of the path between the two ends: the only source of such claims, for notes
/// and reports. Zones are each host's own names for its links and do not travel: addresses are
/// compared without them.
namespace pt::client {

/// One of our own ends; nothing where the kernel did not tell its address or its port (0), as where
/// getsockname(2) failed: nothing can be compared with it.
std::optional<SocketAddress> known_end(const std::optional<SocketAddress>& local);

/// Our address and port as pt-server saw them, where they are other ones than ours (NAT); nothing
/// where they are the same, or one of the two is not known.
std::optional<SocketAddress> rewritten_source(const Result& result);

/// The address and port that the frame arrived at, where they are other ones than were probed
/// (DNAT); nothing where they are the same, or not known.
std::optional<SocketAddress> rewritten_destination(const Result& result);

/// pt-server told which of its addresses the frame arrived at: some systems do not say.
bool is_destination_known(const Result& result);

/// Who sent the ICMP error: by its address, no more.
enum class Sender { unknown, target, this_host, device };
Sender error_sender(const Result& result);

}  // namespace pt::client
