#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/kernel/socket_dump.hpp"
#include "server/ports/port_table.hpp"

/// What keeps a port from being bound: ss -l shows listeners alone, and a port may be taken without
/// one.
namespace pt::server {

enum class PortHolder {
    unknown,     ///< the kernel was not asked, or did not say
    listener,    ///< a listening TCP socket, or an unconnected UDP socket
    connection,  ///< a connection whose local port it is
    time_wait,   ///< only connections that have ended (RFC 9293 section 3.6.1)
    bound        ///< none of these: a TCP socket that is bound and does not listen
};

/// The sockets of one protocol, both families.
struct SocketStates {
    std::vector<UsedSocket> listening;
    std::vector<UsedSocket> connected;
    std::vector<UsedSocket> time_wait;
};

/// What holds the port of an entry that is in use, of sockets whose address is in its way. With
/// `own_ipv6_wildcard`, listeners on "::" are the server's own, and take no IPv4 port. Pure.
PortHolder holder_of(const PortEntry& entry, const SocketStates& sockets, bool own_ipv6_wildcard);

/// What holds a port, as a phrase, and a command that shows more of it.
struct HolderText {
    std::string phrase;   ///< "in use by another program"
    std::string lead;     ///< to the command: "this shows which, as root: "
    std::string command;  ///< "ss -ltnp 'sport = :80'"
};

/// `port` may be a range, "80-90". Pure.
HolderText describe_holder(Protocol protocol, const std::string& port, PortHolder holder);

using PortHolders = std::map<std::pair<Protocol, Port>, PortHolder>;

/// Asks the kernel about every port of the table that is in use.
PortHolders find_holders(const PortTable& table);

}  // namespace pt::server
