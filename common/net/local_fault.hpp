#pragma once

#include <cerrno>

namespace pt::net {

/// Whether an errno of send(2) or recv(2) tells of this machine's own trouble, as ENOBUFS or EIO,
/// rather than of the peer, the network, a route (EINVAL is what a blackhole one returns) or a
/// firewall (EPERM, by one on this host).
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
        case EMSGSIZE:
        case EINVAL: return false;
        default: return true;
    }
}

}  // namespace pt::net
