#include "client/probe/socket_setup.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "common/core/syn_mark.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

/// The wildcard address of a family, for a bind that asks for a port only.
IpAddress any_address(int family) {
    return family == AF_INET ? IpAddress{IpAddress::V4Bytes{}} : IpAddress{};
}

}  // namespace

std::error_code last_error() { return {errno, std::system_category()}; }

std::uint8_t sent_tos(const SourceSettings& settings, Protocol protocol) {
    constexpr unsigned dscp_shift = 2;
    constexpr unsigned ect_0 = 0b10;
    if (!settings.dscp) {
        return 0;
    }
    const unsigned dscp = static_cast<unsigned>(*settings.dscp) << dscp_shift;
    return static_cast<std::uint8_t>(protocol == Protocol::udp ? dscp | ect_0 : dscp);
}

int initial_hop_limit(int family) {
    constexpr int usual = 64;
    const int descriptor = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int limit = usual;
    socklen_t size = sizeof limit;
    if (descriptor >= 0) {
        const bool v4 = family == AF_INET;
        getsockopt(descriptor, v4 ? SOL_IP : SOL_IPV6, v4 ? IP_TTL : IPV6_UNICAST_HOPS, &limit,
                   &size);
        close(descriptor);
    }
    return limit > 0 ? limit : usual;
}

std::error_code set_up_source(int descriptor, Protocol protocol, int family,
                              const SourceSettings& settings) {
    const int on = 1;
    if (!settings.interface.empty() &&
        setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, settings.interface.data(),
                   static_cast<socklen_t>(settings.interface.size())) != 0) {
        return last_error();
    }
    if (settings.dscp) {
        const int tos = sent_tos(settings, protocol);
        if (family == AF_INET) {
            setsockopt(descriptor, SOL_IP, IP_TOS, &tos, sizeof tos);
        } else {
            setsockopt(descriptor, SOL_IPV6, IPV6_TCLASS, &tos, sizeof tos);
        }
    }
    if (!settings.address && !settings.port) {
        return {};
    }
    if (family == AF_INET6) {  // else it takes the port of IPv4 too, where our other sockets are
        setsockopt(descriptor, SOL_IPV6, IPV6_V6ONLY, &on, sizeof on);
    }
    if (protocol == Protocol::tcp && settings.port) {
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        // A fixed port would be held by TIME_WAIT for a minute: these connections end by reset.
        const linger reset{1, 0};
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    } else if (protocol == Protocol::tcp) {
        setsockopt(descriptor, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    }
    const net::Sockaddr local{SocketAddress{settings.address.value_or(any_address(family)),
                                            settings.port.value_or(Port{0})}};
    return bind(descriptor, local.data(), local.size()) == 0 ? std::error_code{} : last_error();
}

void mark_syn(int descriptor, Port port, unsigned attempt) {
    const int size = marked_mss(port, attempt);
    setsockopt(descriptor, IPPROTO_TCP, TCP_MAXSEG, &size, sizeof size);
}

}  // namespace pt::client
