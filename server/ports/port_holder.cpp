#include "server/ports/port_holder.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <system_error>

#include "server/kernel/socket_diag.hpp"

namespace pt::server {
namespace {

constexpr std::uint32_t bit(int state) { return 1U << static_cast<unsigned>(state); }

/// A UDP socket without a peer is in TCP_CLOSE.
std::uint32_t listening_states(Protocol protocol) {
    return bit(protocol == Protocol::tcp ? TCP_LISTEN : TCP_CLOSE);
}

constexpr std::uint32_t connected_states =
    bit(TCP_ESTABLISHED) | bit(TCP_SYN_SENT) | bit(TCP_FIN_WAIT1) | bit(TCP_FIN_WAIT2) |
    bit(TCP_CLOSE_WAIT) | bit(TCP_LAST_ACK) | bit(TCP_CLOSING);

/// Nothing where the kernel does not answer.
std::optional<SocketStates> read_sockets(Protocol protocol) {
    SocketDiag diag;
    SocketStates sockets;
    std::error_code error;
    const auto add = [&](std::vector<UsedSocket>& to, int family, std::uint32_t states) {
        const auto found = diag.dump(protocol, family, states, error);
        to.insert(to.end(), found.begin(), found.end());
        return !error;
    };
    for (const int family : {AF_INET, AF_INET6}) {
        if (!add(sockets.listening, family, listening_states(protocol)) ||
            !add(sockets.connected, family, connected_states) ||
            (protocol == Protocol::tcp && !add(sockets.time_wait, family, bit(TCP_TIME_WAIT)))) {
            return std::nullopt;
        }
    }
    return sockets;
}

/// Whether a socket's address is in the way of the entry's.
bool is_in_the_way(const UsedSocket& socket, const PortEntry& entry) {
    const bool same = socket.local.bytes() == entry.address.bytes();
    const bool wide =
        socket.local.is_unspecified() ||
        (entry.address.is_unspecified() && (entry.address.is_v4() == socket.local.is_v4()));
    return socket.port == entry.port && (same || wide);
}

bool has_own_ipv6_wildcard(const PortTable& table, const PortEntry& entry) {
    return std::any_of(table.begin(), table.end(), [&](const PortEntry& other) {
        return other.protocol == entry.protocol && other.port == entry.port &&
               other.address == IpAddress{} && other.state == PortState::listening;
    });
}

}  // namespace

PortHolder holder_of(const PortEntry& entry, const SocketStates& sockets, bool own_ipv6_wildcard) {
    const auto holds = [&](const UsedSocket& socket) {
        const bool own = own_ipv6_wildcard && socket.local == IpAddress{};
        return !own && is_in_the_way(socket, entry);
    };
    const auto any = [&](const std::vector<UsedSocket>& all) {
        return std::any_of(all.begin(), all.end(), holds);
    };
    if (any(sockets.listening)) {
        return PortHolder::listener;
    }
    if (any(sockets.connected)) {
        return PortHolder::connection;
    }
    return any(sockets.time_wait) ? PortHolder::time_wait : PortHolder::bound;
}

HolderText describe_holder(Protocol protocol, const std::string& port, PortHolder holder) {
    const bool tcp = protocol == Protocol::tcp;
    const auto command = [&](const char* options) {
        return std::string{"ss "} + options + " 'sport = :" + port + '\'';
    };
    switch (holder) {
        case PortHolder::unknown:
        case PortHolder::listener:
            return {"in use by another program",
                    "this shows which, as root: ", command(tcp ? "-ltnp" : "-lunp")};
        case PortHolder::connection:
            return {"in use as the local port of a connection",
                    "this shows which, as root: ", command(tcp ? "-tanp" : "-uanp")};
        case PortHolder::time_wait:
            return {
                "in TIME-WAIT: ended connections of an earlier program hold it for up to a minute",
                "this shows them: ", command("-tan")};
        case PortHolder::bound:
            return {"bound by a program that does not listen on it",
                    "where Linux and ss are new enough (6.8), this shows which, as root: ",
                    command("--bound-inactive -tnp")};
    }
    return {};
}

PortHolders find_holders(const PortTable& table) {
    PortHolders holders;
    std::map<Protocol, std::optional<SocketStates>> read;
    for (const PortEntry& entry : table) {
        if (entry.state != PortState::in_use) {
            continue;
        }
        const auto place = read.find(entry.protocol);
        const auto& sockets = place != read.end()
                                  ? place->second
                                  : (read[entry.protocol] = read_sockets(entry.protocol));
        if (sockets) {
            const auto holder = holder_of(entry, *sockets, has_own_ipv6_wildcard(table, entry));
            // Of several addresses, what holds the first.
            holders.emplace(std::pair{entry.protocol, entry.port}, holder);
        }
    }
    return holders;
}

}  // namespace pt::server
