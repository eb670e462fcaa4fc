#pragma once

#include <cerrno>

namespace pt::server {

/// Whether an errno of send(2) or recv(2) tells of this machine's own trouble, as ENOBUFS or EIO,
/// rather than of the peer, the network or a firewall (EPERM is what one on this host returns).
constexpr bool is_local_fault(int error) {
    switch (error) {
        case 0:
        case EAGAIN:
        case EINTR:
        case EPERM:
        case EACCES:
        case EPIPE:
        case ECONNRESET:
        case ECONNREFUSED:
        case ECONNABORTED:
        case ENOTCONN:
        case ESHUTDOWN:
        case ETIMEDOUT:
        case EHOSTUNREACH:
        case EHOSTDOWN:
        case ENETUNREACH:
        case ENETDOWN:
        case ENETRESET:
        case ENONET:
        case EPROTO:
        case ENOPROTOOPT:
        case EMSGSIZE: return false;
        default: return true;
    }
}

}  // namespace pt::server
