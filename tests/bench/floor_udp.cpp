// What the same exchange costs a bare program: one frame to every UDP port of a host from one
// socket, by sendmmsg, and every echo read by recvmmsg. No retries: a lost one stays lost and
// counts as failed. Exit 1 if any port did not echo. Usage: floor_udp ADDRESS [WINDOW]

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common/core/frame.hpp"

namespace {

constexpr std::uint32_t ports = 65'535;
constexpr std::size_t batch = 64;
constexpr std::size_t sequence_at = 20;
constexpr std::size_t port_at = 24;

union Address {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
};

struct Messages {
    std::array<std::array<std::uint8_t, 256>, batch> bytes{};
    std::array<Address, batch> addresses{};
    std::array<iovec, batch> vectors{};
    std::array<mmsghdr, batch> headers{};

    Messages() {
        for (std::size_t i = 0; i < batch; ++i) {
            vectors[i] = {bytes[i].data(), bytes[i].size()};
            headers[i].msg_hdr.msg_name = &addresses[i];
            headers[i].msg_hdr.msg_namelen = sizeof addresses[i];
            headers[i].msg_hdr.msg_iov = &vectors[i];
            headers[i].msg_hdr.msg_iovlen = 1;
        }
    }
};

std::uint16_t big_endian(std::uint32_t number) { return htons(static_cast<std::uint16_t>(number)); }

void write_frame(Messages& out, std::size_t i, const Address& target, std::uint32_t port) {
    pt::Frame fields;
    fields.nonce = {0x5054666C6F6F7221U, port};
    fields.port = pt::Port{static_cast<std::uint16_t>(port)};
    fields.protocol = pt::Protocol::udp;
    fields.attempt = 1;
    const auto bytes = pt::encode_request(fields);
    std::memcpy(out.bytes[i].data(), bytes.data(), bytes.size());
    out.vectors[i].iov_len = bytes.size();
    out.addresses[i] = target;
    const bool v4 = target.any.sa_family == AF_INET;
    (v4 ? out.addresses[i].v4.sin_port : out.addresses[i].v6.sin6_port) = big_endian(port);
    out.headers[i].msg_hdr.msg_namelen = v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
}

/// The port that an echo is for, from which it must have come; 0: it is none.
std::uint32_t echoed_port(const Messages& in, std::size_t i) {
    const auto& bytes = in.bytes[i];
    std::uint32_t sequence = 0;
    std::uint16_t port = 0;
    std::memcpy(&sequence, bytes.data() + sequence_at, sizeof sequence);
    std::memcpy(&port, bytes.data() + port_at, sizeof port);
    const auto& from = in.addresses[i];
    const auto source = from.any.sa_family == AF_INET ? from.v4.sin_port : from.v6.sin6_port;
    const bool good = in.headers[i].msg_len == pt::frame_header_size && bytes[4] == 0xCA &&
                      source == port && ntohl(sequence) == ntohs(port);
    return good ? ntohs(port) : 0;
}

bool read_address(Address& address, const char* text) {
    if (inet_pton(AF_INET, text, &address.v4.sin_addr) == 1) {
        address.v4.sin_family = AF_INET;
        return true;
    }
    if (inet_pton(AF_INET6, text, &address.v6.sin6_addr) == 1) {
        address.v6.sin6_family = AF_INET6;
        return true;
    }
    return false;
}

}  // namespace

int main(int argc, char* argv[]) {
    Address target{};
    if (argc < 2 || !read_address(target, argv[1])) {
        std::fprintf(stderr, "usage: floor_udp ADDRESS [WINDOW]\n");
        return 2;
    }
    const std::size_t window = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1024;
    const int descriptor = socket(target.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    const int size = 4 << 20;
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }
    static Messages out;
    static Messages in;
    static std::bitset<ports + 1> echoed;
    std::uint32_t sent = 0;
    std::size_t received = 0;
    const auto began = std::chrono::steady_clock::now();
    constexpr int patience_ms = 1'000;
    while (received < ports) {
        while (sent < ports && sent - received < window) {
            const std::size_t count =
                std::min({batch, std::size_t{ports - sent}, window - (sent - received)});
            for (std::size_t i = 0; i < count; ++i) {
                write_frame(out, i, target, sent + 1 + static_cast<std::uint32_t>(i));
            }
            const int taken =
                sendmmsg(descriptor, out.headers.data(), static_cast<unsigned>(count), 0);
            if (taken <= 0) {
                break;
            }
            sent += static_cast<std::uint32_t>(taken);
        }
        pollfd waiting{descriptor, POLLIN, 0};
        if (poll(&waiting, 1, patience_ms) <= 0) {
            break;
        }
        for (;;) {
            const int count = recvmmsg(descriptor, in.headers.data(), batch, MSG_DONTWAIT, nullptr);
            for (int i = 0; i < count; ++i) {
                const auto port = echoed_port(in, static_cast<std::size_t>(i));
                received += std::size_t{port != 0 && !echoed[port]};
                echoed[port] = true;
            }
            if (count < static_cast<int>(batch)) {
                break;
            }
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%zu of %u ports echoed in %.3f s\n", received, ports, took.count());
    return received == ports ? 0 : 1;
}
