#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <system_error>

#include "client/probe/socket_setup.hpp"
#include "common/core/endpoint.hpp"

/// TCP sockets over which a server is asked.
namespace pt::client {

/// A connection to ask a server over.
struct QueryConnection {
    QueryConnection(boost::asio::io_context& context, Port to) : socket{context}, port{to} {}
    boost::asio::ip::tcp::socket socket;
    Port port;
    bool sent = false;     ///< our frames, or their beginning
    bool replied = false;  ///< a frame came
};

/// Opens the socket, bound as `source` says and to that port. Where the port is not free, the
/// kernel chooses another one, unless `source` names it.
std::error_code open_query_socket(boost::asio::ip::tcp::socket& socket, int family,
                                  const SourceSettings& source, std::optional<Port> port);

/// Whether the peer's host has acknowledged all data that was written.
bool all_acknowledged(boost::asio::ip::tcp::socket& socket);

boost::asio::ip::tcp::endpoint to_asio(const SocketAddress& address);

}  // namespace pt::client
