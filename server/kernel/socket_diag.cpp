#include "server/kernel/socket_diag.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>

namespace pt::server {
namespace {

/// What the kernel fills at most for one recv(2) of a dump (netlink(7)).
constexpr std::size_t chunk_size = 32'768;

std::error_code last_error() { return {errno, std::system_category()}; }

net::Descriptor open_netlink() {
    net::Descriptor netlink{socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)};
    // The kernel answers within the calls themselves: this bound is for what nobody foresaw.
    const timeval most{1, 0};
    if (netlink.is_open() &&
        setsockopt(netlink.get(), SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most) != 0) {
        return {};
    }
    return netlink;
}

}  // namespace

bool SocketDiag::ask(Protocol protocol, int family, std::uint32_t states, WithDrops with_drops,
                     std::error_code& error) {
    if (!netlink_.is_open()) {
        netlink_ = open_netlink();
    }
    struct {
        nlmsghdr header;
        inet_diag_req_v2 request;
    } question{};
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    question.header.nlmsg_seq = ++sequence_;
    question.request.sdiag_family = static_cast<std::uint8_t>(family);
    question.request.sdiag_protocol = static_cast<std::uint8_t>(protocol);
    question.request.idiag_states = states;
    if (with_drops == WithDrops::yes) {
        question.request.idiag_ext = 1U << (INET_DIAG_SKMEMINFO - 1U);
    }
    if (!netlink_.is_open() || send(netlink_.get(), &question, sizeof question, 0) < 0) {
        error = last_error();
        return false;
    }
    return true;
}

std::vector<UsedSocket> SocketDiag::dump(Protocol protocol, int family, std::uint32_t states,
                                         std::error_code& error, WithDrops with_drops) {
    std::vector<UsedSocket> found;
    error = visit(protocol, family, states, with_drops, [&found](std::span<const UsedSocket> some) {
        found.insert(found.end(), some.begin(), some.end());
        return true;
    });
    if (error) {
        found.clear();
    }
    return found;
}

std::error_code SocketDiag::visit(Protocol protocol, int family, std::uint32_t states,
                                  WithDrops with_drops,
                                  const std::function<bool(std::span<const UsedSocket>)>& take) {
    std::error_code error;
    std::vector<UsedSocket> found;
    buffer_.resize(chunk_size);
    DumpProgress progress;
    for (bool asked = ask(protocol, family, states, with_drops, error);
         asked && !error && progress.state == DumpProgress::State::more;) {
        const auto size = recv(netlink_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        const auto length = static_cast<std::size_t>(size);
        if (size < 0) {
            error = last_error();
        } else if (length == 0 || length > buffer_.size()) {
            error = std::make_error_code(std::errc::bad_message);
        } else {
            found.clear();
            progress = read_socket_dump(std::span{buffer_}.first(length), sequence_, found);
            error.assign(progress.error, std::system_category());
            if (!error && !take(found)) {
                error = std::make_error_code(std::errc::operation_canceled);
            }
        }
    }
    if (error) {
        // Whatever is left in it is of no use. Its descriptor is free now, and may not be later.
        netlink_ = net::Descriptor{};
        netlink_ = open_netlink();
    }
    return error;
}

}  // namespace pt::server
