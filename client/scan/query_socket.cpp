#include "client/scan/query_socket.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>

#include "common/net/sockaddr.hpp"

namespace pt::client {

using boost::asio::ip::tcp;

std::error_code open_query_socket(tcp::socket& socket, int family, const SourceSettings& source,
                                  std::optional<Port> port) {
    boost::system::error_code error;
    SourceSettings chosen = source;
    chosen.port = source.port ? source.port : port;
    for (const SourceSettings& settings : {chosen, source}) {
        socket.close(error);
        socket.open(family == AF_INET ? tcp::v4() : tcp::v6(), error);
        if (error) {
            return error;
        }
        const auto failure = set_up_source(socket.native_handle(), Protocol::tcp, family, settings);
        if (!failure || source.port) {
            return failure;
        }
    }
    return {EADDRINUSE, std::system_category()};
}

bool all_acknowledged(tcp::socket& socket) {
    int unacknowledged = 1;
    return socket.is_open() && ioctl(socket.native_handle(), SIOCOUTQ, &unacknowledged) == 0 &&
           unacknowledged == 0;
}

tcp::endpoint to_asio(const SocketAddress& address) {
    const net::Sockaddr from{address};
    tcp::endpoint to;
    std::copy_n(reinterpret_cast<const unsigned char*>(from.data()), from.size(),
                reinterpret_cast<unsigned char*>(to.data()));
    to.resize(from.size());
    return to;
}

}  // namespace pt::client
