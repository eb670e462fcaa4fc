#pragma once

#include <boost/asio/io_context.hpp>

namespace pt::server {

/// Runs a context until it is stopped or has nothing left to do. An exception that leaves a
/// handler, as for want of memory, costs that event and no other: it is logged.
void run_events(boost::asio::io_context& context);

}  // namespace pt::server
