#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "server/serve/connection_list.hpp"
#include "server/serve/conversation.hpp"
#include "server/serve/worker_state.hpp"

namespace pt::server {

/// Serves one connection until it ends: an echo for each request, and nothing before a whole valid
/// frame. Bytes that no frame can begin with end it at once. `next` is what it waits for first;
/// `place` is removed from the list at the end. When the server stops, what has arrived is still
/// answered.
boost::asio::awaitable<void> serve(std::shared_ptr<WorkerState> state, ConnectionList::Place place,
                                   Next next);

}  // namespace pt::server
