// What the journal costs: an echo as the server makes it beside one that remembers nothing, first
// alone, then with the system calls that an echo over UDP takes on loopback. Google Benchmark's
// options apply: --benchmark_repetitions=9 --benchmark_enable_random_interleaving=true

#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "common/core/frame.hpp"
#include "server/serve/responder.hpp"

namespace pt::server {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr TimePoint now{std::chrono::hours{1}};
constexpr std::size_t ports = 1000;

/// One run's requests: each for another port, with a sequence of its own.
std::vector<Bytes> requests() {
    std::vector<Bytes> all;
    for (std::uint32_t number = 0; number < ports; ++number) {
        Frame frame;
        frame.nonce = {0x1122334455667788, number};
        frame.port = Port{static_cast<std::uint16_t>(1024 + number)};
        frame.protocol = Protocol::udp;
        frame.attempt = 1;
        all.push_back(encode_request(frame));
    }
    return all;
}

PacketInfo arrival() {
    PacketInfo arrival;
    arrival.protocol = Protocol::udp;
    arrival.source = {*IpAddress::parse("192.0.2.1"), Port{40000}};
    arrival.destination = {*IpAddress::parse("192.0.2.9"), Port{53}};
    return arrival;
}

class WithJournal {
public:
    std::span<const std::uint8_t> echo(std::span<const std::uint8_t> request) {
        return *responder_.answer_datagram(request, arrival_, now);
    }

private:
    PacketInfo arrival_ = arrival();
    Responder responder_{1, 2};
};

/// The same work on the frame, and nothing remembered.
class WithoutJournal {
public:
    std::span<const std::uint8_t> echo(std::span<const std::uint8_t> request) {
        Frame reply = *decode(request);
        const std::uint32_t sent = reply.padding_crc;
        reply.type = FrameType::reply;
        reply.length = frame_header_size;
        reply.seen_source = arrival_.source;
        reply.seen_destination = arrival_.destination;
        reply.received_length = static_cast<std::uint16_t>(request.size());
        reply.padding_crc = crc32c(padding(request));
        benchmark::DoNotOptimize(reply.padding_crc == sent);
        encode_header(reply, out_);
        return out_;
    }

private:
    PacketInfo arrival_ = arrival();
    Bytes out_ = Bytes(frame_header_size);
};

template <class Echo>
void frame_alone(benchmark::State& state) {
    const auto all = requests();
    Echo echo;
    std::size_t next = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(echo.echo(all[next]).data());
        next = (next + 1) % all.size();
    }
}

/// A UDP socket on loopback.
class LoopbackSocket {
public:
    LoopbackSocket() {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address_;
        if (bind(descriptor_, generic(), size) != 0 ||
            getsockname(descriptor_, generic(), &size) != 0) {
            std::abort();
        }
    }
    ~LoopbackSocket() { close(descriptor_); }
    LoopbackSocket(const LoopbackSocket&) = delete;
    LoopbackSocket& operator=(const LoopbackSocket&) = delete;

    void connect_to(LoopbackSocket& other) {
        if (connect(descriptor_, other.generic(), sizeof other.address_) != 0) {
            std::abort();
        }
    }
    void send(std::span<const std::uint8_t> bytes) const {
        if (::send(descriptor_, bytes.data(), bytes.size(), 0) < 0) {
            std::abort();
        }
    }
    std::span<const std::uint8_t> receive() {
        const ssize_t size = recv(descriptor_, buffer_.data(), buffer_.size(), 0);
        if (size < 0) {
            std::abort();
        }
        return std::span{buffer_}.first(static_cast<std::size_t>(size));
    }

private:
    sockaddr* generic() { return reinterpret_cast<sockaddr*>(&address_); }

    int descriptor_ = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address_{};
    std::array<std::uint8_t, max_frame_size> buffer_{};
};

template <class Echo>
void over_loopback(benchmark::State& state) {
    const auto all = requests();
    Echo echo;
    LoopbackSocket client;
    LoopbackSocket server;
    client.connect_to(server);
    server.connect_to(client);
    std::size_t next = 0;
    for (auto _ : state) {
        client.send(all[next]);
        server.send(echo.echo(server.receive()));
        benchmark::DoNotOptimize(client.receive().data());
        next = (next + 1) % all.size();
    }
}

BENCHMARK(frame_alone<WithJournal>);
BENCHMARK(frame_alone<WithoutJournal>);
BENCHMARK(over_loopback<WithJournal>);
BENCHMARK(over_loopback<WithoutJournal>);

}  // namespace
}  // namespace pt::server

BENCHMARK_MAIN();
