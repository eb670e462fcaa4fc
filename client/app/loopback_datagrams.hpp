#pragma once

#include <boost/asio/awaitable.hpp>

#include "client/report/explain/lesson.hpp"

namespace pt::client {

/// The part over UDP: the reply to a datagram to the listener's number while no program listens
/// there, then a datagram and its reply. Sends nothing where another program has the UDP port.
/// Fills `udp`, or `why_no_udp`; `exchange` must outlive it.
boost::asio::awaitable<void> exchange_datagrams(LoopbackExchange& exchange);

}  // namespace pt::client
