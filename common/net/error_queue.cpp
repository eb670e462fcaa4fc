#include "common/net/error_queue.hpp"

#include <netinet/in.h>
// linux/errqueue.h needs struct timespec before it.
#include <linux/errqueue.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "common/net/sockaddr.hpp"

namespace pt::net {
namespace {

/// The address behind a sock_extended_err (SO_EE_OFFENDER): a sockaddr without a port.
IpAddress offender(const cmsghdr& header, const unsigned char* after_error, std::size_t room) {
    Sockaddr address;
    const std::size_t wanted =
        header.cmsg_level == SOL_IP ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (room < wanted) {
        return {};
    }
    std::memcpy(address.data(), after_error, wanted);
    address.resize(static_cast<socklen_t>(wanted));
    return address.to_socket_address().address;
}

void read_control(const cmsghdr& header, QueuedError& queued) {
    const bool v4 = header.cmsg_level == SOL_IP && header.cmsg_type == IP_RECVERR;
    const bool v6 = header.cmsg_level == SOL_IPV6 && header.cmsg_type == IPV6_RECVERR;
    sock_extended_err error{};
    if ((!v4 && !v6) || header.cmsg_len < CMSG_LEN(sizeof error)) {
        return;
    }
    const unsigned char* data = CMSG_DATA(&header);
    std::memcpy(&error, data, sizeof error);
    queued.error = static_cast<int>(error.ee_errno);
    if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) {
        return;
    }
    const std::size_t room = header.cmsg_len - CMSG_LEN(sizeof error);
    queued.icmp = IcmpError{error.ee_origin == SO_EE_ORIGIN_ICMP6, error.ee_type, error.ee_code,
                            offender(header, data + sizeof error, room)};
}

}  // namespace

std::error_code enable_error_queue(int descriptor, int family) {
    const int on = 1;
    const bool v4 = family == AF_INET;
    return setsockopt(descriptor, v4 ? SOL_IP : SOL_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR, &on,
                      sizeof on) == 0
               ? std::error_code{}
               : std::error_code{errno, std::system_category()};
}

std::optional<QueuedError> next_error(int descriptor, std::error_code& failure) {
    QueuedError queued;
    Sockaddr destination;
    iovec payload{queued.quote.data(), queued.quote.size()};
    constexpr std::size_t control_size =
        CMSG_SPACE(sizeof(sock_extended_err) + sizeof(sockaddr_in6)) + 128;
    alignas(cmsghdr) std::array<unsigned char, control_size> control{};
    msghdr message{};
    message.msg_name = destination.data();
    message.msg_namelen = Sockaddr::capacity;
    message.msg_iov = &payload;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t size = 0;
    do {
        size = recvmsg(descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
    } while (size < 0 && errno == EINTR);
    failure = size < 0 && errno != EAGAIN ? std::error_code{errno, std::system_category()}
                                          : std::error_code{};
    if (size < 0) {
        return std::nullopt;
    }
    queued.quote_size = static_cast<std::size_t>(size);
    destination.resize(message.msg_namelen);
    queued.destination = destination.to_socket_address();
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        read_control(*header, queued);
    }
    return queued;
}

}  // namespace pt::net
