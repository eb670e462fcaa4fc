#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "common/net/datagrams.hpp"
#include "common/net/sockaddr.hpp"
#include "common/net/udp_packet.hpp"

namespace pt::net {
namespace {

struct alignas(cmsghdr) ControlBuffer {
    std::array<unsigned char, CMSG_SPACE(sizeof(in6_pktinfo))> bytes;
};

/// Fills in the one control message of an outgoing datagram: its source address.
template <typename Info>
void set_packet_info(msghdr& message, int level, int type, const Info& info) {
    message.msg_controllen = CMSG_SPACE(sizeof info);
    cmsghdr& header = *CMSG_FIRSTHDR(&message);
    header.cmsg_level = level;
    header.cmsg_type = type;
    header.cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(&header), &info, sizeof info);
}

void set_source(msghdr& message, const IpAddress& from, std::uint32_t interface) {
    if (from.is_v4()) {
        const auto bytes = from.v4_bytes();
        in_pktinfo info{};
        std::memcpy(&info.ipi_spec_dst, bytes.data(), bytes.size());
        set_packet_info(message, SOL_IP, IP_PKTINFO, info);
        return;
    }
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, from.bytes().data(), from.bytes().size());
    // For all other addresses routing chooses, as the way back need not be the way here.
    info.ipi6_ifindex = from.is_link_local_v6() ? interface : 0;
    set_packet_info(message, SOL_IPV6, IPV6_PKTINFO, info);
}

}  // namespace

struct SendBatch::Buffers {
    std::array<std::array<std::uint8_t, max_udp_headers_size + max_frame_size>, capacity> payloads;
    std::array<ControlBuffer, capacity> controls;
    std::array<Sockaddr, capacity> destinations;
    std::array<iovec, capacity> vectors;
    std::array<mmsghdr, capacity> messages{};
    std::size_t first = 0;  ///< the first one that is left
    std::size_t end = 0;    ///< behind the last one
};

SendBatch::SendBatch() : buffers_{std::make_unique<Buffers>()} {}
SendBatch::~SendBatch() = default;

bool SendBatch::full() const { return buffers_->end == capacity; }
bool SendBatch::empty() const { return size() == 0; }
std::size_t SendBatch::size() const { return buffers_->end - buffers_->first; }
void SendBatch::clear() { buffers_->first = buffers_->end = 0; }

std::size_t SendBatch::add_slot(const SocketAddress& to) {
    auto& all = *buffers_;
    assert(!full());
    const std::size_t i = all.end++;
    all.destinations[i] = Sockaddr{to};
    msghdr& header = all.messages[i].msg_hdr;
    header = msghdr{};
    header.msg_name = all.destinations[i].data();
    header.msg_namelen = all.destinations[i].size();
    header.msg_iov = &all.vectors[i];
    header.msg_iovlen = 1;
    return i;
}

void SendBatch::add(std::span<const std::uint8_t> payload, const SocketAddress& to,
                    const IpAddress& from, std::uint32_t interface) {
    auto& all = *buffers_;
    assert(payload.size() <= max_frame_size);
    const std::size_t i = add_slot(to);
    std::copy(payload.begin(), payload.end(), all.payloads[i].begin());
    all.vectors[i] = {all.payloads[i].data(), payload.size()};
    if (!from.is_unspecified()) {
        msghdr& header = all.messages[i].msg_hdr;
        header.msg_control = all.controls[i].bytes.data();
        set_source(header, from, interface);
    }
}

void SendBatch::add_packet(std::span<const std::uint8_t> payload, const SocketAddress& to,
                           const SocketAddress& from, std::uint32_t interface) {
    auto& all = *buffers_;
    // Of the socket address a raw socket takes the address alone; for IPv6 its port is a protocol.
    // A link-local address needs its zone.
    const std::uint32_t zone = to.address.is_link_local_v6() ? interface : 0;
    const std::size_t i = add_slot({IpAddress{to.address.bytes(), zone}, Port{0}});
    all.vectors[i] = {all.payloads[i].data(), write_udp_packet(all.payloads[i], from, to, payload)};
}

std::size_t SendBatch::send(int descriptor, std::error_code& error) {
    auto& all = *buffers_;
    error.clear();
    std::size_t total = 0;
    while (!empty()) {
        const int sent = sendmmsg(descriptor, &all.messages[all.first],
                                  static_cast<unsigned>(size()), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent <= 0) {
            error.assign(errno, std::system_category());
            break;
        }
        all.first += static_cast<std::size_t>(sent);
        total += static_cast<std::size_t>(sent);
    }
    if (empty()) {
        clear();
    }
    return total;
}

void SendBatch::drop_first() {
    auto& all = *buffers_;
    assert(!empty());
    if (++all.first == all.end) {
        clear();
    }
}

}  // namespace pt::net
