#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "common/net/resolution.hpp"

namespace pt::net {

/// Looks a host name up; numeric addresses (IPv6 with zone as "%eth0" too, with and without
/// brackets) are read at once, without a thread. `done` is called once, from `context`, at the
/// latest after `timeout`, whatever the system's resolver does: it works in a detached thread that
/// nothing waits for. Where no thread can be created, the look-up blocks the context, for about
/// twice as long at most.
void async_resolve(boost::asio::io_context& context, const std::string& host, AddressFamily family,
                   std::chrono::milliseconds timeout, std::function<void(Resolution)> done);

}  // namespace pt::net
