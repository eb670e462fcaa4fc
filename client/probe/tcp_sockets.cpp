#include "client/probe/tcp_sockets.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "common/net/error_queue.hpp"

namespace pt::client {
namespace {

/// As many as attempts are begun in a row.
constexpr std::size_t max_spare = 128;

net::Descriptor take_last(std::vector<net::Descriptor>& from) {
    net::Descriptor last = std::move(from.back());
    from.pop_back();
    return last;
}

/// connect(2): connecting to AF_UNSPEC dissolves the association, and the socket can be connected
/// anew. Its options stay.
bool dissolve(int descriptor) {
    sockaddr unspecified{};
    unspecified.sa_family = AF_UNSPEC;
    return connect(descriptor, &unspecified, sizeof unspecified) == 0;
}

}  // namespace

/// False where the port is taken: the kernel chooses another at connect, then. SO_REUSEADDR lets
/// connections to several destinations share a port.
bool TcpSockets::bind_to(int descriptor, int family, Port port) const {
    SourceSettings settings = source_;
    settings.port = port;
    const linger none{0, 0};
    const int off = 0;
    const bool bound = !set_up_source(descriptor, Protocol::tcp, family, settings);
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    if (!bound) {
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &off, sizeof off);
    }
    return bound;
}

net::Descriptor TcpSockets::open(int family, Sending sending, std::optional<Port> port,
                                 std::error_code& error) {
    auto& spare = spare_[family];
    if (sending == Sending::with_end && !spare.empty()) {
        return take_last(spare);
    }
    net::Descriptor opened{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!opened.is_open()) {
        error = last_error();
        return opened;
    }
    net::enable_error_queue(opened.get(), family);
    if (sending == Sending::with_end) {
        // MSG_MORE would do so too, but leaves PSH out: there are firewalls that stop what has it,
        // and all other programs' data has.
        const int on = 1;
        setsockopt(opened.get(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
    }
    if (!port || source_.port || !bind_to(opened.get(), family, *port)) {
        error = set_up_source(opened.get(), Protocol::tcp, family, source_);
    }
    return error ? net::Descriptor{} : std::move(opened);
}

void TcpSockets::take_back(net::Descriptor socket, int family, bool watched) {
    auto& spare = spare_[family];
    const bool bound = source_.address || source_.port;
    if (bound || spare.size() == max_spare || !dissolve(socket.get())) {
        return;
    }
    if (watched) {
        ready_.remove(socket.get());
    }
    spare.push_back(std::move(socket));
}

bool is_shortage(int error) {
    switch (error) {
        case EADDRNOTAVAIL:  // no ephemeral port is left for this destination
        case EADDRINUSE:
        case EAGAIN:
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM: return true;
        default: return false;
    }
}

/// A UDP socket's connect sends nothing, and tells the two apart.
bool has_source_address(const net::Sockaddr& remote) {
    const net::Descriptor probe{socket(remote.data()->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    return !probe.is_open() ||  // not known
           connect(probe.get(), remote.data(), remote.size()) == 0 || errno == EAGAIN;
}

}  // namespace pt::client
