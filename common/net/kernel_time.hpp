#pragma once

#include <sys/socket.h>

#include <chrono>

/// The kernel's receive timestamps (SO_TIMESTAMPNS): when a packet came in, before it lay in the
/// receive queue.
namespace pt::net {

/// The clock that they are taken from, since its epoch. People set it, so only differences over
/// short times mean anything.
std::chrono::nanoseconds wall_clock();

/// Whether a control message is such a timestamp.
bool is_timestamp(const cmsghdr& header);

/// The time from that timestamp to `now` (of wall_clock); 0 where the clock was set in between,
/// as far as that can be told.
std::chrono::nanoseconds time_since(const cmsghdr& timestamp, std::chrono::nanoseconds now);

}  // namespace pt::net
