#include "client/socket_setup.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

/// The wildcard address of a family, for a bind that asks for a port only.
IpAddress any_address(int family) {
    return family == AF_INET ? IpAddress{IpAddress::V4Bytes{}} : IpAddress{};
}

}  // namespace

std::error_code last_error() { return {errno, std::system_category()}; }

std::error_code set_up_source(int descriptor, Protocol protocol, int family,
                              const SourceSettings& settings) {
    const int on = 1;
    if (!settings.interface.empty() &&
        setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, settings.interface.data(),
                   static_cast<socklen_t>(settings.interface.size())) != 0) {
        return last_error();
    }
    if (!settings.address && !settings.port) {
        return {};
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

}  // namespace pt::client
