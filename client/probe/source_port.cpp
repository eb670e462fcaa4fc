#include "client/probe/source_port.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "client/probe/kernel_sockets.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

/// A wildcard socket of IPv6 may hold the port of IPv4 too.
std::string read_tables() {
    return read_kernel_table("/proc/net/tcp") + read_kernel_table("/proc/net/tcp6");
}

/// The errno of another attempt to bind, from which nothing is sent; 0: it can be bound.
int bind_error(const SourceSettings& source, Protocol protocol, int family) {
    const int type = protocol == Protocol::tcp ? SOCK_STREAM : SOCK_DGRAM;
    const net::Descriptor socket{::socket(family, type | SOCK_CLOEXEC, 0)};
    return socket.is_open() ? set_up_source(socket.get(), protocol, family, source).value() : 0;
}

}  // namespace

bool comes_free(std::string_view tables, Port port) {
    constexpr std::string_view listen = "0A";
    constexpr std::array<std::string_view, 6> ending{"04", "05", "06", "08", "09", "0B"};
    bool any_ending = false;
    for (const KernelSocket& socket : read_kernel_sockets(tables)) {
        if (socket.port != port) {
            continue;
        }
        if (socket.state == listen) {
            return false;
        }
        any_ending =
            any_ending || std::find(ending.begin(), ending.end(), socket.state) != ending.end();
    }
    return any_ending;
}

bool is_taken(const SourceSettings& source, int family) {
    // What has come free in between is there at the second try.
    return source.port && !comes_free(read_tables(), *source.port) &&
           bind_error(source, Protocol::tcp, family) == EADDRINUSE;
}

std::string source_port_reason(const SourceSettings& source, const Endpoint& endpoint,
                               const std::optional<SocketAddress>& local, int local_error) {
    if (!source.port || (local_error != EACCES && local_error != EADDRINUSE)) {
        return "";
    }
    const auto number = std::to_string(to_number(*source.port));
    if (local == endpoint.socket_address()) {
        return "it is the source port itself, which would only reach itself";
    }
    const bool tcp = endpoint.protocol == Protocol::tcp;
    const int error = bind_error(source, endpoint.protocol, net::family_of(endpoint.address));
    if (error == EACCES) {
        return "source port " + number +
               " is not permitted: it takes root or the capability CAP_NET_BIND_SERVICE";
    }
    if (error != EADDRINUSE) {
        return "";
    }
    return "source port " + number +
           (tcp && comes_free(read_tables(), *source.port)
                ? " is not free yet: an earlier connection keeps it for a minute"
                : " is in use by another program, as shown by: ss -anp" +
                      std::string{tcp ? "t" : "u"} + " 'sport = :" + number + "'");
}

}  // namespace pt::client
