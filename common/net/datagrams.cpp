#include "common/net/datagrams.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <optional>

#include "common/net/kernel_time.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::net {
namespace {

/// The payload of a control message, copied out; nothing where it is shorter than it should be.
template <typename T>
std::optional<T> control_data(const cmsghdr& header) {
    if (header.cmsg_len < CMSG_LEN(sizeof(T))) {
        return std::nullopt;
    }
    T value{};
    std::memcpy(&value, CMSG_DATA(&header), sizeof value);
    return value;
}

IpAddress to_address(const in_addr& address) {
    IpAddress::V4Bytes bytes{};
    std::memcpy(bytes.data(), &address, bytes.size());
    return IpAddress{bytes};
}

/// Only a link-local address has a zone.
IpAddress to_address(const in6_addr& address, std::uint32_t interface) {
    IpAddress::Bytes bytes{};
    std::memcpy(bytes.data(), &address, bytes.size());
    const IpAddress plain{bytes};
    return plain.is_link_local_v6() ? IpAddress{bytes, interface} : plain;
}

/// What one control message tells, into `datagram`. `original` is the destination before it was
/// steered here, which outweighs the packet info.
void read_v4(const cmsghdr& header, Datagram& datagram, std::optional<SocketAddress>& original) {
    if (header.cmsg_type == IP_PKTINFO) {
        if (const auto info = control_data<in_pktinfo>(header)) {
            datagram.destination.address = to_address(info->ipi_addr);
            datagram.interface = static_cast<std::uint32_t>(info->ipi_ifindex);
            // Only for a packet to one of our own addresses are the two the same.
            datagram.not_unicast = info->ipi_addr.s_addr != info->ipi_spec_dst.s_addr ||
                                   datagram.destination.address.is_multicast();
        }
    } else if (header.cmsg_type == IP_TTL) {
        datagram.ttl = static_cast<std::uint8_t>(control_data<int>(header).value_or(0));
    } else if (header.cmsg_type == IP_TOS) {
        datagram.tos = control_data<std::uint8_t>(header).value_or(0);
    } else if (header.cmsg_type == IP_ORIGDSTADDR) {
        if (const auto address = control_data<sockaddr_in>(header)) {
            original = SocketAddress{to_address(address->sin_addr), Port{ntohs(address->sin_port)}};
        }
    }
}

void read_v6(const cmsghdr& header, Datagram& datagram, std::optional<SocketAddress>& original) {
    if (header.cmsg_type == IPV6_PKTINFO) {
        if (const auto info = control_data<in6_pktinfo>(header)) {
            datagram.interface = info->ipi6_ifindex;
            datagram.destination.address = to_address(info->ipi6_addr, info->ipi6_ifindex);
            datagram.not_unicast = datagram.destination.address.is_multicast();
        }
    } else if (header.cmsg_type == IPV6_HOPLIMIT) {
        datagram.ttl = static_cast<std::uint8_t>(control_data<int>(header).value_or(0));
    } else if (header.cmsg_type == IPV6_TCLASS) {
        datagram.tos = static_cast<std::uint8_t>(control_data<int>(header).value_or(0));
    } else if (header.cmsg_type == IPV6_ORIGDSTADDR) {
        if (const auto address = control_data<sockaddr_in6>(header)) {
            original = SocketAddress{to_address(address->sin6_addr, address->sin6_scope_id),
                                     Port{ntohs(address->sin6_port)}};
        }
    }
}

void read_control(msghdr& message, std::chrono::nanoseconds now, Datagram& datagram) {
    std::optional<SocketAddress> original;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level == SOL_IP) {
            read_v4(*header, datagram, original);
        } else if (header->cmsg_level == SOL_IPV6) {
            read_v6(*header, datagram, original);
        } else if (is_timestamp(*header)) {
            datagram.waited = time_since(*header, now);
        }
    }
    if (original) {
        datagram.destination = *original;
    }
}

/// Room for all control messages that `enable_ancillary_data` turns on, and the original
/// destination.
constexpr std::size_t receive_control_size =
    CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(timespec)) + 2 * CMSG_SPACE(sizeof(int)) +
    CMSG_SPACE(sizeof(sockaddr_in6));

template <std::size_t size>
struct alignas(cmsghdr) ControlBuffer {
    std::array<unsigned char, size> bytes;
};

}  // namespace

void enable_ancillary_data(int descriptor, int family) {
    const auto enable = [descriptor](int level, int option) {
        const int on = 1;
        setsockopt(descriptor, level, option, &on, sizeof on);
    };
    enable(SOL_SOCKET, SO_TIMESTAMPNS);
    if (family == AF_INET) {
        enable(SOL_IP, IP_PKTINFO);
        enable(SOL_IP, IP_RECVTTL);
        enable(SOL_IP, IP_RECVTOS);
    } else {
        enable(SOL_IPV6, IPV6_RECVPKTINFO);
        enable(SOL_IPV6, IPV6_RECVHOPLIMIT);
        enable(SOL_IPV6, IPV6_RECVTCLASS);
    }
}

void enable_original_destination(int descriptor, int family) {
    const int on = 1;
    if (family == AF_INET) {
        setsockopt(descriptor, SOL_IP, IP_RECVORIGDSTADDR, &on, sizeof on);
    } else {
        setsockopt(descriptor, SOL_IPV6, IPV6_RECVORIGDSTADDR, &on, sizeof on);
    }
}

struct ReceiveBatch::Buffers {
    std::array<std::array<std::uint8_t, max_frame_size>, capacity> payloads;
    std::array<ControlBuffer<receive_control_size>, capacity> controls;
    std::array<Sockaddr, capacity> sources;
    std::array<iovec, capacity> vectors;
    std::array<mmsghdr, capacity> messages{};
    std::array<Datagram, capacity> datagrams;
};

ReceiveBatch::ReceiveBatch() : buffers_{std::make_unique<Buffers>()} {
    auto& all = *buffers_;
    for (std::size_t i = 0; i < capacity; ++i) {
        all.vectors[i] = {all.payloads[i].data(), all.payloads[i].size()};
        auto& header = all.messages[i].msg_hdr;
        header.msg_name = all.sources[i].data();
        header.msg_iov = &all.vectors[i];
        header.msg_iovlen = 1;
        header.msg_control = all.controls[i].bytes.data();
    }
}

ReceiveBatch::~ReceiveBatch() = default;

std::span<const Datagram> ReceiveBatch::receive(int descriptor, Port own_port,
                                                std::error_code& error) {
    auto& all = *buffers_;
    for (auto& message : all.messages) {
        message.msg_hdr.msg_namelen = Sockaddr::capacity;
        message.msg_hdr.msg_controllen = receive_control_size;
    }
    int received = 0;
    do {
        received = recvmmsg(descriptor, all.messages.data(), capacity, MSG_DONTWAIT, nullptr);
    } while (received < 0 && errno == EINTR);
    error.clear();
    if (received < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK) {
            error.assign(errno, std::system_category());
        }
        return {};
    }
    const auto now = wall_clock();
    const auto count = static_cast<std::size_t>(received);
    for (std::size_t i = 0; i < count; ++i) {
        auto& message = all.messages[i];
        all.sources[i].resize(message.msg_hdr.msg_namelen);
        auto& datagram = all.datagrams[i] = Datagram{};
        datagram.payload = std::span{all.payloads[i]}.first(
            std::min<std::size_t>(message.msg_len, max_frame_size));
        datagram.source = all.sources[i].to_socket_address();
        datagram.destination.port = own_port;
        datagram.truncated = (message.msg_hdr.msg_flags & MSG_TRUNC) != 0;
        read_control(message.msg_hdr, now, datagram);
    }
    return std::span{all.datagrams}.first(count);
}

}  // namespace pt::net
