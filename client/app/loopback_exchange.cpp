#include "client/app/loopback_exchange.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "client/app/loopback_datagrams.hpp"
#include "client/probe/kernel_sockets.hpp"
#include "common/net/clock.hpp"
#include "common/net/sockaddr.hpp"
#include "common/net/tcp_measurements.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto max_duration = 2s;
constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

constexpr std::string_view request =
    "GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: pt-client\r\nAccept: text/html\r\n\r\n";
constexpr std::string_view reply =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nhello\r\n";

/// Whether the kernel keeps the client's end of the closed connection in TIME_WAIT (proc(5)).
bool is_in_time_wait(Port client, Port server) {
    const auto loopback = htonl(INADDR_LOOPBACK);  // printed in the machine's own byte order
    std::array<char, 64> line{};
    std::snprintf(line.data(), line.size(), "%08X:%04X %08X:%04X 06 ", loopback, to_number(client),
                  loopback, to_number(server));
    return read_kernel_table("/proc/net/tcp").find(line.data()) != std::string::npos;
}

bool is_established(int descriptor) {
    tcp_info info{};
    socklen_t size = sizeof info;
    return getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
           info.tcpi_state == TCP_ESTABLISHED;
}

/// Thrown within this file alone: which step failed, and why.
struct StepFailed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void check(const char* what, const error_code& error) {
    if (error) {
        throw StepFailed{std::string{what} + ": " + error.message()};
    }
}

/// Binds the first of the ports that can be bound, and listens.
void listen(tcp::acceptor& acceptor, LoopbackExchange& exchange) {
    const std::array<std::uint16_t, 3> ports{to_number(exchange.wanted), 8080, 0};
    error_code error;
    acceptor.open(tcp::v4(), error);
    check("a TCP socket could not be opened", error);
    for (const std::uint16_t port : ports) {
        acceptor.bind({asio::ip::address_v4::loopback(), port}, error);
        if (!error) {
            acceptor.listen(1, error);
        }
        if (!error) {
            exchange.listener = net::local_address(acceptor.native_handle());
            return;
        }
        if (port == to_number(exchange.wanted)) {
            exchange.why_not_wanted = error.message();
        }
    }
    check("127.0.0.1 could not be bound", error);
}

/// The server's end of the client's own connection; what others open is closed.
asio::awaitable<tcp::socket> accept_from(tcp::acceptor& acceptor, SocketAddress client,
                                         LoopbackExchange& exchange) {
    constexpr int max_others = 16;
    for (int i = 0; i < max_others; ++i) {
        auto [error, accepted] = co_await acceptor.async_accept(use_tuple);
        check("the connection was not accepted", error);
        exchange.client_seen = net::peer_address(accepted.native_handle());
        if (exchange.client_seen == client) {
            co_return std::move(accepted);
        }
    }
    throw StepFailed{"the connection was not accepted: others came first"};
}

/// Sends the whole text from one end and reads it at the other.
asio::awaitable<void> transfer(tcp::socket& from, tcp::socket& to, std::string_view text) {
    auto [write_error, written] = co_await asio::async_write(from, asio::buffer(text), use_tuple);
    check("a request or reply was not sent", write_error);
    std::string received(text.size(), '\0');
    auto [read_error, size] = co_await asio::async_read(to, asio::buffer(received), use_tuple);
    check("a request or reply was not received", read_error);
}

/// Waits for the FIN of the other end.
asio::awaitable<void> read_end(tcp::socket& socket) {
    std::array<char, 1> byte{};
    auto [error, size] = co_await socket.async_read_some(asio::buffer(byte), use_tuple);
    if (error != asio::error::eof) {
        throw StepFailed{"the connection was not closed in order"};
    }
}

asio::awaitable<void> make_exchange(LoopbackExchange& exchange) {
    const auto context = co_await asio::this_coro::executor;
    tcp::acceptor acceptor{context};
    listen(acceptor, exchange);

    const TimePoint start = net::steady_now();
    tcp::socket client{context};
    const tcp::endpoint listener{asio::ip::address_v4::loopback(),
                                 to_number(exchange.listener.port)};
    auto [connect_error] = co_await client.async_connect(listener, use_tuple);
    check("the listener on 127.0.0.1 could not be reached", connect_error);
    exchange.connected = net::steady_now() - start;
    exchange.client = net::local_address(client.native_handle());
    tcp::socket server = co_await accept_from(acceptor, exchange.client, exchange);

    exchange.request = request;
    co_await transfer(client, server, request);
    exchange.request_received = net::steady_now() - start;
    exchange.reply = reply;
    co_await transfer(server, client, reply);
    exchange.reply_received = net::steady_now() - start;
    if (const auto measured = net::read_tcp_measurements(client.native_handle())) {
        exchange.round_trip = measured->min_round_trip;
    }
    exchange.established = is_established(client.native_handle());

    error_code error;
    client.shutdown(tcp::socket::shutdown_send, error);
    check("the connection could not be closed", error);
    co_await read_end(server);
    server.close(error);
    co_await read_end(client);
    client.close(error);
    exchange.closed = net::steady_now() - start;
    exchange.time_wait = is_in_time_wait(exchange.client.port, exchange.listener.port);
    co_await exchange_datagrams(exchange);
}

}  // namespace

Expected<LoopbackExchange, ExchangeFailure> exchange_over_loopback() {
    LoopbackExchange exchange;
    std::string failure;
    bool finished = false;
    {
        asio::io_context context{1};
        asio::co_spawn(context, make_exchange(exchange), [&](const std::exception_ptr& thrown) {
            finished = true;
            try {
                if (thrown) {
                    std::rethrow_exception(thrown);
                }
            } catch (const StepFailed& failed) {
                failure = failed.what();
            }
        });
        context.run_for(max_duration);
    }
    if (!finished) {
        failure = "it did not end within 2 s; a firewall on this host may drop packets on lo";
    }
    if (!failure.empty()) {
        return ExchangeFailure{"the exchange over loopback failed: " + failure};
    }
    return exchange;
}

}  // namespace pt::client
