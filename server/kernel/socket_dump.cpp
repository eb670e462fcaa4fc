#include "server/kernel/socket_dump.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace pt::server {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// Copied out, as nothing says that it lies aligned; nothing where there is less of it.
template <typename T>
std::optional<T> read(Bytes bytes) {
    if (bytes.size() < sizeof(T)) {
        return std::nullopt;
    }
    T value{};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

/// Messages and attributes begin at multiples of four (NLMSG_ALIGNTO, NLA_ALIGNTO).
Bytes behind(Bytes bytes, std::size_t length) {
    constexpr std::size_t alignment = 4;
    return bytes.subspan(std::min((length + alignment - 1) / alignment * alignment, bytes.size()));
}

/// The body of an attribute, cut to what the message holds; empty where there is none.
Bytes find_attribute(Bytes attributes, std::uint16_t type) {
    while (const auto header = read<nlattr>(attributes)) {
        if (header->nla_len < sizeof *header || header->nla_len > attributes.size()) {
            break;
        }
        if (header->nla_type == type) {
            return attributes.subspan(sizeof *header, header->nla_len - sizeof *header);
        }
        attributes = behind(attributes, header->nla_len);
    }
    return {};
}

/// One of the counters of INET_DIAG_SKMEMINFO; older kernels have fewer.
std::optional<std::uint32_t> find_drops(Bytes attributes) {
    const Bytes counters = find_attribute(attributes, INET_DIAG_SKMEMINFO);
    constexpr std::size_t offset = SK_MEMINFO_DROPS * sizeof(std::uint32_t);
    return counters.size() < offset ? std::nullopt : read<std::uint32_t>(counters.subspan(offset));
}

IpAddress read_address(std::uint8_t family, std::span<const std::uint32_t, 4> words) {
    IpAddress::Bytes v6{};
    IpAddress::V4Bytes v4{};
    std::memcpy(v6.data(), words.data(), v6.size());
    std::memcpy(v4.data(), words.data(), v4.size());
    return family == AF_INET ? IpAddress{v4} : IpAddress{v6};
}

std::optional<UsedSocket> read_socket(Bytes body) {
    const auto message = read<inet_diag_msg>(body);
    if (!message) {
        return std::nullopt;
    }
    const Bytes attributes = behind(body, sizeof *message);
    return UsedSocket{
        .port = Port{ntohs(message->id.idiag_sport)},
        .inode = message->idiag_inode,
        .cgroup = read<std::uint64_t>(find_attribute(attributes, INET_DIAG_CGROUP_ID)),
        .peer = {read_address(message->idiag_family, message->id.idiag_dst),
                 Port{ntohs(message->id.idiag_dport)}},
        .local = read_address(message->idiag_family, message->id.idiag_src),
        .repetitions = message->idiag_retrans,
        .timer = std::chrono::milliseconds{message->idiag_expires},
        .drops = find_drops(attributes)};
}

/// What the body of NLMSG_DONE and NLMSG_ERROR begins with: 0 or a negated errno.
int read_error(Bytes body) {
    constexpr int most = 4095;  // as high as an errno can be (MAX_ERRNO)
    const int value = read<int>(body).value_or(1);
    return value > 0 || value < -most ? EBADMSG : -value;
}

}  // namespace

DumpProgress read_socket_dump(Bytes chunk, std::uint32_t sequence, std::vector<UsedSocket>& found) {
    using State = DumpProgress::State;
    while (!chunk.empty()) {
        const auto header = read<nlmsghdr>(chunk);
        if (!header || header->nlmsg_len < sizeof *header || header->nlmsg_len > chunk.size()) {
            return {State::failed, EBADMSG};
        }
        const auto body = chunk.subspan(sizeof *header, header->nlmsg_len - sizeof *header);
        if (header->nlmsg_seq == sequence) {
            if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) {
                const int error = read_error(body);
                return {error == 0 ? State::done : State::failed, error};
            }
            if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
                const auto socket = read_socket(body);
                if (!socket) {
                    return {State::failed, EBADMSG};
                }
                found.push_back(*socket);
            }
        }
        chunk = behind(chunk, header->nlmsg_len);
    }
    return {};
}

}  // namespace pt::server
