#include "server/tcp_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <span>
#include <utility>

#include "server/stream_io.hpp"

namespace pt::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

enum class Next { wait_readable, wait_writable, end };

/// Takes the connection off the list however its coroutine ends, also where that is destroyed, and
/// remembers one that never delivered a frame, or was reset.
class Removal {
public:
    Removal(ServerState& state, ConnectionList::Place place) : state_{state}, place_{place} {}
    ~Removal() {
        if (!place_->delivered) {
            note(ConnectionTrace::mute);
        }
        if (place_->reset) {
            note(ConnectionTrace::reset);
        }
        state_.connections.remove(place_);
    }
    Removal(const Removal&) = delete;
    Removal& operator=(const Removal&) = delete;

private:
    void note(ConnectionTrace trace) {
        state_.responder.archive().connections().note(place_->peer.address, place_->local.port,
                                                      trace, place_->since);
    }

    ServerState& state_;
    ConnectionList::Place place_;
};

/// Puts the echo of the frame that the reader has into `replies`; false: the connection is to end.
bool answer_frame(ServerState& state, ConnectionList::Place place, Arrival arrival, TimePoint read,
                  std::vector<std::uint8_t>& replies) {
    const TimePoint now = steady_now();
    arrival.in_server += now - read;
    const auto answer =
        state.responder.answer_frame(place->reader.frame(), place->reader.bytes(), arrival, now);
    if (!answer) {
        state.note_silence(arrival, answer.error());
        return false;
    }
    replies.insert(replies.end(), answer->begin(), answer->end());
    state.connections.heard(place, now);
    state.note_echo(arrival, now);
    return true;
}

/// Answers each whole frame in what was read; false: the connection is to end.
bool answer_all(ServerState& state, ConnectionList::Place place,
                std::span<const std::uint8_t> bytes, std::chrono::nanoseconds waited,
                std::vector<std::uint8_t>& replies) {
    const TimePoint read = steady_now();
    const Arrival arrival{.protocol = Protocol::tcp,
                          .source = place->peer,
                          .destination = place->local,
                          .ttl = place->hops.ttl,
                          .tos = place->hops.tos,
                          .in_server = waited};
    while (!bytes.empty()) {
        bytes = bytes.subspan(place->reader.feed(bytes));
        switch (place->reader.next()) {
            case FrameReader::Status::need_more: break;
            case FrameReader::Status::frame:
                if (!answer_frame(state, place, arrival, read, replies)) {
                    return false;
                }
                break;
            case FrameReader::Status::bad:
                state.note_silence(arrival, Silence::not_a_frame);
                return false;
        }
    }
    return true;
}

/// Hands the kernel what it takes now, and keeps the rest.
Next send_replies(Connection& connection, std::span<const std::uint8_t> bytes) {
    const auto written = write_stream(connection.socket.native_handle(), bytes);
    connection.reset = written.status == StreamStatus::reset;
    if (connection.reset || written.status == StreamStatus::ended) {
        return Next::end;
    }
    const auto rest = bytes.subspan(written.size);
    connection.unsent = {rest.begin(), rest.end()};
    return rest.empty() ? Next::wait_readable : Next::wait_writable;
}

/// Does all that can be done without waiting, within a bound so that others have their turn.
Next exchange(ServerState& state, ConnectionList::Place place) {
    constexpr int most_reads = 16;
    Connection& connection = *place;
    if (!connection.unsent.empty()) {
        const auto unsent = std::exchange(connection.unsent, {});
        if (const Next next = send_replies(connection, unsent); next != Next::wait_readable) {
            return next;
        }
    }
    for (int reads = 0; reads < most_reads; ++reads) {
        const auto read = read_stream(connection.socket.native_handle(), state.stream_chunk);
        switch (read.status) {
            case StreamStatus::would_block: return Next::wait_readable;
            case StreamStatus::reset: connection.reset = true; return Next::end;
            case StreamStatus::ended: return Next::end;
            case StreamStatus::moved: break;
        }
        state.stream_replies.clear();
        const bool goes_on =
            answer_all(state, place, std::span{state.stream_chunk}.first(read.size), read.waited,
                       state.stream_replies);
        if (!state.stream_replies.empty()) {
            const Next next = send_replies(connection, state.stream_replies);
            if (next != Next::wait_readable) {
                return goes_on ? next : Next::end;
            }
        }
        if (!goes_on) {
            return Next::end;
        }
        if (read.size < state.stream_chunk.size()) {
            return Next::wait_readable;
        }
    }
    return Next::wait_readable;
}

}  // namespace

asio::awaitable<void> serve(std::shared_ptr<ServerState> state, ConnectionList::Place place) {
    const Removal removal{*state, place};
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    // What comes with the handshake's last packet is there already.
    for (;;) {
        const Next next = exchange(*state, place);
        if (next == Next::end || (state->stopping && next == Next::wait_readable)) {
            co_return;
        }
        const auto [error] = co_await place->socket.async_wait(
            next == Next::wait_readable ? tcp::socket::wait_read : tcp::socket::wait_write, token);
        // When the server stops, the wait is cancelled: what has arrived is answered, then.
        const bool last_round = state->stopping && place->stage != Connection::Stage::closing;
        if (error && !last_round) {
            co_return;
        }
    }
}

}  // namespace pt::server
