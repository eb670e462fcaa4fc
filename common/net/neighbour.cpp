#include "common/net/neighbour.hpp"

#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "common/net/descriptor.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::net {
namespace {

using Bytes = std::span<const unsigned char>;

/// The address as netlink has it: 4 or 16 bytes.
Bytes raw_bytes(const IpAddress& address) {
    const Bytes all{address.bytes()};
    return address.is_v4() ? all.last(4) : all;
}

/// A request with one or two attributes, and room for them.
template <class Header>
class Request {
public:
    explicit Request(std::uint16_t type, const Header& header) {
        message_.length.nlmsg_type = type;
        message_.length.nlmsg_flags = NLM_F_REQUEST;
        message_.header = header;
        size_ = NLMSG_LENGTH(sizeof header);
    }
    void add(std::uint16_t type, Bytes value) {
        rtattr attribute{};
        attribute.rta_len = static_cast<std::uint16_t>(RTA_LENGTH(value.size()));
        attribute.rta_type = type;
        auto* const bytes = reinterpret_cast<unsigned char*>(&message_) + NLMSG_ALIGN(size_);
        std::memcpy(bytes, &attribute, sizeof attribute);
        std::memcpy(bytes + RTA_LENGTH(0), value.data(), value.size());
        size_ = NLMSG_ALIGN(size_) + RTA_ALIGN(attribute.rta_len);
    }
    Bytes bytes() {
        message_.length.nlmsg_len = static_cast<std::uint32_t>(size_);
        return {reinterpret_cast<const unsigned char*>(&message_), size_};
    }

private:
    struct {
        nlmsghdr length;
        Header header;
        std::array<unsigned char, 64> attributes;
    } message_{};
    std::size_t size_ = 0;
};

/// The body of the first message of the answer, if it is of that type. The kernel answers within
/// the call; the bound is for what nobody foresaw.
std::optional<std::vector<unsigned char>> ask(Bytes request, std::uint16_t type) {
    const Descriptor netlink{socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
    const timeval limit{1, 0};
    std::array<unsigned char, 4096> buffer{};
    if (!netlink.is_open() ||
        setsockopt(netlink.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 ||
        send(netlink.get(), request.data(), request.size(), 0) < 0) {
        return std::nullopt;
    }
    const auto size = recv(netlink.get(), buffer.data(), buffer.size(), 0);
    nlmsghdr header{};
    if (size < static_cast<ssize_t>(sizeof header)) {
        return std::nullopt;
    }
    std::memcpy(&header, buffer.data(), sizeof header);
    const std::size_t length =
        std::min<std::size_t>(header.nlmsg_len, static_cast<std::size_t>(size));
    if (header.nlmsg_type != type || length < NLMSG_HDRLEN) {
        return std::nullopt;
    }
    return std::vector<unsigned char>{buffer.begin() + NLMSG_HDRLEN,
                                      buffer.begin() + static_cast<std::ptrdiff_t>(length)};
}

/// The value of an attribute behind a header of that size.
std::optional<Bytes> find_attribute(Bytes body, std::size_t header_size, std::uint16_t type) {
    Bytes rest = body.subspan(std::min(NLMSG_ALIGN(header_size), body.size()));
    rtattr attribute{};
    while (rest.size() >= sizeof attribute) {
        std::memcpy(&attribute, rest.data(), sizeof attribute);
        if (attribute.rta_len < sizeof attribute || attribute.rta_len > rest.size()) {
            return std::nullopt;
        }
        if (attribute.rta_type == type) {
            return rest.subspan(RTA_LENGTH(0), attribute.rta_len - RTA_LENGTH(0));
        }
        rest = rest.subspan(std::min<std::size_t>(RTA_ALIGN(attribute.rta_len), rest.size()));
    }
    return std::nullopt;
}

Neighbour to_neighbour(std::uint16_t state) {
    if ((state & (NUD_FAILED | NUD_INCOMPLETE)) != 0) {
        return Neighbour::missing;
    }
    const auto known = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT;
    return (state & known) != 0 ? Neighbour::reachable : Neighbour::unknown;
}

}  // namespace

NextHop next_hop(const IpAddress& address) {
    NextHop hop;
    const auto family = static_cast<unsigned char>(family_of(address));
    const Bytes target = raw_bytes(address);
    rtmsg route{};
    route.rtm_family = family;
    route.rtm_dst_len = static_cast<unsigned char>(target.size() * 8);
    Request<rtmsg> route_request{RTM_GETROUTE, route};
    route_request.add(RTA_DST, target);
    const auto found = ask(route_request.bytes(), RTM_NEWROUTE);
    const auto interface = found ? find_attribute(*found, sizeof route, RTA_OIF) : std::nullopt;
    int index = 0;
    if (!interface || interface->size() != sizeof index) {
        return hop;
    }
    std::memcpy(&index, interface->data(), sizeof index);
    const auto gateway = find_attribute(*found, sizeof route, RTA_GATEWAY);
    hop.on_link = !gateway;
    ndmsg neighbour{};
    neighbour.ndm_family = family;
    neighbour.ndm_ifindex = index;
    Request<ndmsg> neighbour_request{RTM_GETNEIGH, neighbour};
    neighbour_request.add(NDA_DST, gateway.value_or(target));
    const auto entry = ask(neighbour_request.bytes(), RTM_NEWNEIGH);
    if (entry && entry->size() >= sizeof neighbour) {
        std::memcpy(&neighbour, entry->data(), sizeof neighbour);
        hop.state = to_neighbour(neighbour.ndm_state);
    }
    return hop;
}

}  // namespace pt::net
