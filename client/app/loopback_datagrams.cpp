#include "client/app/loopback_datagrams.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "common/net/clock.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using namespace asio::experimental::awaitable_operators;
using boost::system::error_code;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view question = "hello?";
constexpr std::string_view reply = "hello";
constexpr std::chrono::milliseconds max_wait{300};
/// Datagrams of others that are passed over.
constexpr int max_others = 16;

/// Ends a wait for a datagram that was lost: `wait || timeout()` cancels the other one and has
/// ended both before it returns.
asio::awaitable<void> timeout() {
    asio::steady_timer timer{co_await asio::this_coro::executor, max_wait};
    co_await timer.async_wait(use_tuple);
}

/// Receives one datagram of the connected socket; the error is `timed_out` where none came.
asio::awaitable<error_code> receive(udp::socket& client) {
    std::array<char, 16> buffer{};
    const auto first =
        co_await (client.async_receive(asio::buffer(buffer), use_tuple) || timeout());
    const auto* received = std::get_if<0>(&first);
    co_return received != nullptr ? std::get<0>(*received) : asio::error::timed_out;
}

/// A socket of its own for each client: connected, it hears of ICMP errors (udp(7)).
error_code connect_and_send(udp::socket& client, const udp::endpoint& to) {
    error_code error;
    client.connect(to, error);
    if (!error) {
        client.send(asio::buffer(question), 0, error);
    }
    return error;
}

asio::awaitable<std::string> ask_closed_port(const udp::endpoint& to) {
    const auto context = co_await asio::this_coro::executor;
    udp::socket client{context};
    if (const auto error = connect_and_send(client, to)) {
        co_return error.message();
    }
    const auto error = co_await receive(client);
    if (error == asio::error::connection_refused) {
        co_return "ICMP port unreachable (\"connection refused\")";
    }
    co_return !error ? "a datagram" : "none";
}

/// Receives the client's datagram; whether it came.
asio::awaitable<bool> receive_from(udp::socket& server, udp::endpoint client,
                                   LoopbackExchange::Udp& seen) {
    std::array<char, 16> buffer{};
    udp::endpoint from;
    for (int i = 0; i < max_others; ++i) {
        auto [error, size] =
            co_await server.async_receive_from(asio::buffer(buffer), from, use_tuple);
        if (error) {
            co_return false;
        }
        if (from == client) {
            seen.client_seen = net::Sockaddr{*from.data(), static_cast<socklen_t>(from.size())}
                                   .to_socket_address();
            co_return true;
        }
    }
    co_return false;
}

asio::awaitable<bool> ask_server(udp::socket& server, const udp::endpoint& to,
                                 LoopbackExchange::Udp& seen) {
    const auto context = co_await asio::this_coro::executor;
    udp::socket client{context};
    const TimePoint start = net::steady_now();
    error_code error = connect_and_send(client, to);
    if (error) {
        co_return false;
    }
    seen.client = net::local_address(client.native_handle());
    const auto client_end = client.local_endpoint(error);
    const auto came = co_await (receive_from(server, client_end, seen) || timeout());
    if (came.index() != 0 || !std::get<0>(came)) {
        co_return false;
    }
    server.send_to(asio::buffer(reply), client_end, 0, error);
    const auto receive_error = co_await receive(client);
    seen.reply_received = net::steady_now() - start;
    co_return !receive_error;
}

}  // namespace

asio::awaitable<void> exchange_datagrams(LoopbackExchange& exchange) {
    const auto context = co_await asio::this_coro::executor;
    const udp::endpoint port{asio::ip::address_v4::loopback(), to_number(exchange.listener.port)};
    LoopbackExchange::Udp seen;
    for (const bool has_listener : {false, true}) {
        udp::socket server{context, udp::v4()};
        error_code error;
        server.bind(port, error);
        if (error) {
            exchange.why_no_udp = error.message();
            co_return;
        }
        if (!has_listener) {  // the port is free, so that no other program gets a datagram
            server.close(error);
            seen.without_listener = co_await ask_closed_port(port);
        } else if (co_await ask_server(server, port, seen)) {
            exchange.udp = seen;
        } else {
            exchange.why_no_udp = "no reply within 300 ms";
        }
    }
}

}  // namespace pt::client
