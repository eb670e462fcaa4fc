#include "server/serve/tcp_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <new>

#include "common/net/clock.hpp"

namespace pt::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Takes the connection off the list however its coroutine ends, also where that is destroyed.
class Removal {
public:
    Removal(WorkerState& state, ConnectionList::Place place) : state_{state}, place_{place} {}
    ~Removal() {
        try {
            note_end(state_, place_->conversation, place_->accepted);
        } catch (const std::bad_alloc&) {
            // What could not be noted has come: the record is not whole.
            state_.responder.archive()->record().note_unseen(Protocol::tcp, net::steady_now());
        }
        state_.connections.remove(place_);
    }
    Removal(const Removal&) = delete;
    Removal& operator=(const Removal&) = delete;

private:
    WorkerState& state_;
    ConnectionList::Place place_;
};

}  // namespace

asio::awaitable<void> serve(std::shared_ptr<WorkerState> state, ConnectionList::Place place,
                            Next next) {
    const Removal removal{*state, place};
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    while (next != Next::end && !(state->lifecycle.stopping && next == Next::wait_readable)) {
        const auto [error] = co_await place->socket.async_wait(
            next == Next::wait_readable ? tcp::socket::wait_read : tcp::socket::wait_write, token);
        // When the server stops, the wait is cancelled: what has arrived is answered, then.
        const bool last_round =
            state->lifecycle.stopping && place->stage != Connection::Stage::closing;
        if (error && !last_round) {
            co_return;
        }
        next = exchange(*state, place->conversation, place->socket.native_handle());
        state->connections.note_heard(place);
    }
}

}  // namespace pt::server
