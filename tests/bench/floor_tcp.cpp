// What the same exchange costs a bare program: connect to every TCP port of a host, send one frame,
// read its echo, close. Sockets, epoll and nothing else: no retries, no verdicts, no names. Exit 1
// if any port did not echo. Usage: floor_tcp ADDRESS [WINDOW [save]]
//
// "save" keeps the client from sending the handshake's third packet by itself, so that the frame
// carries it (TCP_QUICKACK off): two packets less for each port.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "common/core/frame.hpp"

namespace {

constexpr std::uint32_t ports = 65'535;
using Frame = std::array<std::uint8_t, pt::default_request_size>;

/// The nonce and what follows it up to the client's time come back as they were sent.
constexpr std::size_t copied_at = 12;
constexpr std::size_t copied_size = 24;

struct Connection {
    int descriptor = -1;
    std::uint32_t port = 0;
    Frame frame{};
    bool sent = false;
};

struct Run {
    sockaddr_storage target{};
    socklen_t target_size = 0;
    bool save_packets = false;
    int epoll = -1;
    std::uint32_t next = 1;
    std::uint32_t done = 0;
    std::uint32_t failed = 0;
};

Frame make_frame(std::uint32_t port) {
    pt::Frame fields;
    fields.nonce = {0x5054666C6F6F7221U, port};
    fields.port = pt::Port{static_cast<std::uint16_t>(port)};
    fields.attempt = 1;
    const auto bytes = pt::encode_request(fields);
    Frame frame{};
    std::memcpy(frame.data(), bytes.data(), frame.size());
    return frame;
}

void set_port(sockaddr_storage& target, std::uint32_t port) {
    const auto number = htons(static_cast<std::uint16_t>(port));
    if (target.ss_family == AF_INET) {
        std::memcpy(reinterpret_cast<char*>(&target) + offsetof(sockaddr_in, sin_port), &number,
                    sizeof number);
    } else {
        std::memcpy(reinterpret_cast<char*>(&target) + offsetof(sockaddr_in6, sin6_port), &number,
                    sizeof number);
    }
}

/// False where there is nothing left to begin, or no descriptor for it now.
bool begin(Run& run, Connection& connection) {
    if (run.next > ports) {
        return false;
    }
    connection = Connection{};
    connection.port = run.next++;
    connection.frame = make_frame(connection.port);
    connection.descriptor =
        socket(run.target.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection.descriptor < 0) {
        std::perror("socket");
        std::exit(2);
    }
    if (run.save_packets) {
        const int off = 0;
        setsockopt(connection.descriptor, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
    }
    set_port(run.target, connection.port);
    if (connect(connection.descriptor, reinterpret_cast<const sockaddr*>(&run.target),
                run.target_size) != 0 &&
        errno != EINPROGRESS) {
        std::perror("connect");
        std::exit(2);
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.ptr = &connection;
    epoll_ctl(run.epoll, EPOLL_CTL_ADD, connection.descriptor, &event);
    return true;
}

bool is_echo(const Frame& frame, const std::uint8_t* bytes, ssize_t size) {
    return size == static_cast<ssize_t>(pt::frame_header_size) && bytes[4] == 0xCA &&
           std::memcmp(bytes + copied_at, frame.data() + copied_at, copied_size) == 0;
}

void end(Run& run, Connection& connection, bool good) {
    close(connection.descriptor);
    connection.descriptor = -1;
    ++run.done;
    run.failed += good ? 0 : 1;
    begin(run, connection);
}

void serve(Run& run, Connection& connection, std::uint32_t events) {
    if (connection.descriptor < 0) {
        return;
    }
    if (!connection.sent && (events & EPOLLOUT) != 0) {
        connection.sent = true;
        if (send(connection.descriptor, connection.frame.data(), connection.frame.size(),
                 MSG_NOSIGNAL) != static_cast<ssize_t>(connection.frame.size())) {
            end(run, connection, false);
            return;
        }
    }
    if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) {
        std::array<std::uint8_t, 256> bytes{};
        const ssize_t size = recv(connection.descriptor, bytes.data(), bytes.size(), 0);
        if (size >= 0 || errno != EAGAIN) {
            end(run, connection, is_echo(connection.frame, bytes.data(), size));
        }
    }
}

bool read_address(Run& run, const char* text) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&run.target);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&run.target);
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        run.target_size = sizeof *v4;
        return true;
    }
    if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        run.target_size = sizeof *v6;
        return true;
    }
    return false;
}

}  // namespace

int main(int argc, char* argv[]) {
    Run run;
    if (argc < 2 || !read_address(run, argv[1])) {
        std::fprintf(stderr, "usage: floor_tcp ADDRESS [WINDOW [save]]\n");
        return 2;
    }
    const std::size_t window = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1000;
    run.save_packets = argc > 3;
    run.epoll = epoll_create1(EPOLL_CLOEXEC);
    const auto began = std::chrono::steady_clock::now();
    std::vector<Connection> connections(window);
    for (auto& connection : connections) {
        begin(run, connection);
    }
    std::array<epoll_event, 256> events{};
    constexpr int patience_ms = 5'000;
    while (run.done < ports) {
        const int count = epoll_wait(run.epoll, events.data(), events.size(), patience_ms);
        if (count <= 0) {
            break;
        }
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            serve(run, *static_cast<Connection*>(event.data.ptr), event.events);
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const std::uint32_t good = run.done - run.failed;
    std::printf("%u of %u ports echoed in %.3f s\n", good, ports, took.count());
    return good == ports ? 0 : 1;
}
