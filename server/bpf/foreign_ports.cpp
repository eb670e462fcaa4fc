#include "server/bpf/foreign_ports.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace pt::server {
namespace {

/// An established TCP connection is found before a listener, so only listeners matter.
std::uint32_t states_of(Protocol protocol) {
    constexpr std::uint32_t all_states = ~0U;
    return protocol == Protocol::tcp ? 1U << TCP_LISTEN : all_states;
}

}  // namespace

void ForeignPorts::add_own(int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) == 0) {
        own_inodes_.insert(static_cast<std::uint32_t>(status.st_ino));
    }
}

ForeignSockets ForeignPorts::poll(std::error_code& error) {
    ForeignSockets all;
    for (const auto protocol : all_protocols) {
        for (const int family : {AF_INET, AF_INET6}) {
            const auto found = sockets_.dump(protocol, family, states_of(protocol), error);
            if (error) {
                return {};
            }
            for (const auto& socket : found) {
                if (socket.port != Port{0} && !own_inodes_.contains(socket.inode)) {
                    all.ports.insert(protocol, socket.port);
                    if (socket.cgroup) {
                        all.cgroups.insert(*socket.cgroup);
                    }
                }
            }
        }
    }
    return all;
}

}  // namespace pt::server
