#include "server/foreign_ports.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <cerrno>

namespace pt::server {
namespace {

/// What the kernel fills at most for one recv(2) of a dump (netlink(7)).
constexpr std::size_t chunk_size = 32'768;

std::error_code last_error() { return {errno, std::system_category()}; }

Descriptor open_netlink() {
    Descriptor netlink{socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)};
    // The kernel answers within the calls themselves: this bound is for what nobody foresaw.
    const timeval most{1, 0};
    if (netlink.is_open() &&
        setsockopt(netlink.get(), SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most) != 0) {
        return {};
    }
    return netlink;
}

struct Question {
    nlmsghdr header;
    inet_diag_req_v2 request;
};

Question make_question(Protocol protocol, int family, std::uint32_t sequence) {
    constexpr std::uint32_t all_states = ~0U;
    Question question{};
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    question.header.nlmsg_seq = sequence;
    question.request.sdiag_family = static_cast<std::uint8_t>(family);
    question.request.sdiag_protocol = static_cast<std::uint8_t>(protocol);
    // An established TCP connection is found before a listener, so only listeners matter.
    question.request.idiag_states = protocol == Protocol::tcp ? 1U << TCP_LISTEN : all_states;
    return question;
}

}  // namespace

void ForeignPorts::add_own(int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) == 0) {
        own_inodes_.insert(static_cast<std::uint32_t>(status.st_ino));
    }
}

ForeignSockets ForeignPorts::look(std::error_code& error) {
    error.clear();
    if (!netlink_.is_open()) {
        netlink_ = open_netlink();
        if (!netlink_.is_open()) {
            error = last_error();
            return {};
        }
    }
    ForeignSockets all;
    for (const auto protocol : all_protocols) {
        for (const int family : {AF_INET, AF_INET6}) {
            dump(protocol, family, all, error);
            if (error) {
                netlink_ = Descriptor{};  // whatever is left in it is of no use
                return {};
            }
        }
    }
    return all;
}

void ForeignPorts::dump(Protocol protocol, int family, ForeignSockets& all,
                        std::error_code& error) {
    const auto question = make_question(protocol, family, ++sequence_);
    if (send(netlink_.get(), &question, sizeof question, 0) < 0) {
        error = last_error();
        return;
    }
    buffer_.resize(chunk_size);
    found_.clear();
    for (DumpProgress progress; progress.state == DumpProgress::State::more;) {
        const auto size = recv(netlink_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0) {
            error = last_error();
            return;
        }
        const auto length = static_cast<std::size_t>(size);
        progress = length == 0 || length > buffer_.size()
                       ? DumpProgress{DumpProgress::State::failed, EBADMSG}
                       : read_socket_dump(std::span{buffer_}.first(length), sequence_, found_);
        error.assign(progress.error, std::system_category());
    }
    for (const auto& socket : found_) {
        if (socket.port != Port{0} && !own_inodes_.contains(socket.inode)) {
            all.ports.insert(protocol, socket.port);
            if (socket.cgroup) {
                all.cgroups.insert(*socket.cgroup);
            }
        }
    }
}

}  // namespace pt::server
