#include "common/net/local_route.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "common/net/descriptor.hpp"

namespace pt::net {
namespace {

/// One question of RTM_GETROUTE with its two attributes.
class RouteRequest {
public:
    RouteRequest(const IpAddress& address, unsigned interface, std::uint32_t sequence) {
        header_.nlmsg_type = RTM_GETROUTE;
        header_.nlmsg_flags = NLM_F_REQUEST;
        header_.nlmsg_seq = sequence;
        const bool v4 = address.is_v4();
        message_.rtm_family = v4 ? AF_INET : AF_INET6;
        const auto bytes = address.bytes();
        constexpr std::size_t v4_size = 4;
        const std::size_t size = v4 ? v4_size : bytes.size();
        message_.rtm_dst_len = static_cast<unsigned char>(size * 8);
        add(RTA_DST, bytes.data() + (bytes.size() - size), size);
        if (interface != 0) {
            add(RTA_OIF, &interface, sizeof interface);
        }
        header_.nlmsg_len = static_cast<std::uint32_t>(end_);
        std::memcpy(buffer_.data(), &header_, sizeof header_);
        std::memcpy(buffer_.data() + NLMSG_HDRLEN, &message_, sizeof message_);
    }

    bool send_to(int netlink) const {
        return send(netlink, buffer_.data(), end_, 0) == static_cast<ssize_t>(end_);
    }

private:
    void add(unsigned short type, const void* data, std::size_t size) {
        const rtattr attribute{static_cast<unsigned short>(RTA_LENGTH(size)), type};
        std::memcpy(buffer_.data() + end_, &attribute, sizeof attribute);
        std::memcpy(buffer_.data() + end_ + RTA_LENGTH(0), data, size);
        end_ += RTA_SPACE(size);
    }

    nlmsghdr header_{};
    rtmsg message_{};
    std::array<std::byte, 128> buffer_{};
    std::size_t end_ = NLMSG_SPACE(sizeof(rtmsg));
};

/// Whether the answer with this sequence says that the destination is this host.
bool is_answered_local(int netlink, std::uint32_t sequence) {
    constexpr int max_answers = 4;  // an earlier one may have come too late
    std::array<std::byte, 4096> buffer{};
    for (int answers = 0; answers < max_answers; ++answers) {
        const ssize_t size = recv(netlink, buffer.data(), buffer.size(), 0);
        nlmsghdr header{};
        rtmsg message{};
        if (size < static_cast<ssize_t>(NLMSG_LENGTH(sizeof message))) {
            return false;
        }
        std::memcpy(&header, buffer.data(), sizeof header);
        std::memcpy(&message, buffer.data() + NLMSG_HDRLEN, sizeof message);
        if (header.nlmsg_seq == sequence) {
            return header.nlmsg_type == RTM_NEWROUTE && message.rtm_type == RTN_LOCAL;
        }
    }
    return false;
}

}  // namespace

std::set<IpAddress> local_destinations(const std::set<IpAddress>& addresses,
                                       const std::string& interface) {
    std::set<IpAddress> local;
    const Descriptor netlink{socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
    // The kernel answers within the call: the bound is for sandboxes that imitate it.
    const timeval longest{1, 0};
    if (!netlink.is_open() ||
        setsockopt(netlink.get(), SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest) != 0) {
        return local;
    }
    const unsigned bound_to = interface.empty() ? 0 : if_nametoindex(interface.c_str());
    std::uint32_t sequence = 0;
    for (const IpAddress& address : addresses) {
        const RouteRequest request{address, bound_to != 0 ? bound_to : address.scope(), ++sequence};
        if (!request.send_to(netlink.get())) {
            break;
        }
        if (is_answered_local(netlink.get(), sequence)) {
            local.insert(address);
        }
    }
    return local;
}

}  // namespace pt::net
