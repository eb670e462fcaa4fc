#include "server/ports/open_sockets.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <tuple>
#include <utility>

#include "common/net/datagrams.hpp"
#include "common/net/ipv6_state.hpp"
#include "common/net/sockaddr.hpp"
#include "server/ports/stream_io.hpp"

namespace pt::server {
namespace {

struct Opened {
    net::Descriptor descriptor;
    int error = 0;
};

void set_option(int descriptor, int level, int option, int value) {
    setsockopt(descriptor, level, option, &value, sizeof value);
}

Opened failed(int error) { return {net::Descriptor{}, error}; }

/// What accepted sockets inherit is set on the listener, which saves calls for each of them.
void prepare_tcp(int descriptor, int family) {
    set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    keep_handshake_hops(descriptor, family);
}

/// Datagrams wait in the receive queue while others are answered. All queues together are kept
/// within 64 MiB; a queue under the kernel's default is left at that.
void prepare_udp(int descriptor, int family, std::size_t udp_sockets) {
    constexpr std::size_t total = 64U << 20U;
    constexpr std::size_t most = 4U << 20U;
    constexpr std::size_t least = 208U << 10U;
    const std::size_t size = std::min(most, total / std::max<std::size_t>(udp_sockets, 1));
    net::enable_ancillary_data(descriptor, family);
    if (size <= least) {
        return;
    }
    for (const auto& [plain, forced] :
         {std::pair{SO_RCVBUF, SO_RCVBUFFORCE}, std::pair{SO_SNDBUF, SO_SNDBUFFORCE}}) {
        // Beyond rmem_max only with CAP_NET_ADMIN; else as much as there is.
        const int bytes = static_cast<int>(size);
        if (setsockopt(descriptor, SOL_SOCKET, forced, &bytes, sizeof bytes) != 0) {
            set_option(descriptor, SOL_SOCKET, plain, bytes);
        }
    }
}

/// Whether a socket is the only one of its port, or shares it with those of our other threads
/// (SO_REUSEPORT, socket(7)).
enum class Sharing { no, yes };

Opened bind_one(const Endpoint& endpoint, std::size_t descriptor_ceiling, std::size_t udp_sockets,
                Sharing sharing) {
    const int family = net::family_of(endpoint.address);
    const int type = endpoint.protocol == Protocol::tcp ? SOCK_STREAM : SOCK_DGRAM;
    net::Descriptor descriptor{socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!descriptor.is_open()) {
        return failed(errno);
    }
    // The kernel gives out the lowest free number.
    if (static_cast<std::size_t>(descriptor.get()) >= descriptor_ceiling) {
        return failed(EMFILE);
    }
    if (family == AF_INET6) {
        set_option(descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
    }
    switch (endpoint.protocol) {
        case Protocol::tcp: prepare_tcp(descriptor.get(), family); break;
        case Protocol::udp: prepare_udp(descriptor.get(), family, udp_sockets); break;
    }
    if (sharing == Sharing::yes) {
        set_option(descriptor.get(), SOL_SOCKET, SO_REUSEPORT, 1);
    }
    const net::Sockaddr address{endpoint.socket_address()};
    if (bind(descriptor.get(), address.data(), address.size()) != 0) {
        const int error = errno;
        const bool no_ipv6 = error == EADDRNOTAVAIL && family == AF_INET6 &&
                             net::is_disabled(net::read_ipv6_problem());
        return failed(no_ipv6 ? EAFNOSUPPORT : error);
    }
    return {std::move(descriptor), 0};
}

/// The sockets of one port and address, one for each thread; all of them, or an error.
struct OpenedForThreads {
    std::vector<net::Descriptor> descriptors;
    Port port{};
    int error = 0;
};

OpenedForThreads open_for_threads(Endpoint endpoint, std::size_t descriptor_ceiling,
                                  std::size_t udp_sockets, unsigned threads,
                                  const BeforeListening& before_listening) {
    OpenedForThreads opened;
    for (unsigned thread = 0; thread < threads; ++thread) {
        // The first one is bound alone: what shares would also share with another program's.
        const auto sharing = thread == 0 ? Sharing::no : Sharing::yes;
        auto [descriptor, error] = bind_one(endpoint, descriptor_ceiling, udp_sockets, sharing);
        if (error != 0) {
            return {{}, {}, error};
        }
        if (thread == 0) {
            if (endpoint.port == Port{0}) {  // the kernel's choice
                endpoint.port = net::local_address(descriptor.get()).port;
            }
            if (threads > 1) {
                set_option(descriptor.get(), SOL_SOCKET, SO_REUSEPORT, 1);
            }
        }
        opened.descriptors.push_back(std::move(descriptor));
    }
    opened.port = endpoint.port;
    // With SO_REUSEADDR it may be only here that the port proves to be taken.
    for (const auto& descriptor : opened.descriptors) {
        if (endpoint.protocol != Protocol::tcp) {
            break;
        }
        if (before_listening) {
            before_listening(descriptor.get());
        }
        if (listen(descriptor.get(), SOMAXCONN) != 0) {
            return {{}, {}, errno};
        }
    }
    return opened;
}

class Opener {
public:
    Opener(const std::vector<IpAddress>& addresses, std::size_t descriptor_ceiling,
           std::size_t udp_sockets, unsigned threads, const BeforeListening& before_listening)
        : addresses_{addresses},
          descriptor_ceiling_{descriptor_ceiling},
          udp_sockets_{udp_sockets},
          threads_{threads},
          before_listening_{before_listening} {}

    void open(Protocol protocol, Port port) {
        constexpr int max_tries = 16;
        for (int tries = 1;; ++tries) {
            auto opened = open_on_all_addresses(protocol, port);
            // A port that the kernel chose for one address may be taken on another.
            const bool again =
                port == Port{0} && tries < max_tries &&
                std::any_of(opened.table.begin(), opened.table.end(), [](const PortEntry& entry) {
                    return entry.state == PortState::in_use;
                });
            if (!again) {
                std::move(opened.table.begin(), opened.table.end(),
                          std::back_inserter(result_.table));
                std::move(opened.sockets.begin(), opened.sockets.end(),
                          std::back_inserter(result_.sockets));
                return;
            }
        }
    }

    OpenResult take() {
        const auto before = [](Protocol left_protocol, Port left, Protocol right_protocol,
                               Port right) {
            return std::pair{left_protocol, left} < std::pair{right_protocol, right};
        };
        std::stable_sort(result_.table.begin(), result_.table.end(),
                         [&](const PortEntry& left, const PortEntry& right) {
                             return before(left.protocol, left.port, right.protocol, right.port);
                         });
        std::stable_sort(result_.sockets.begin(), result_.sockets.end(),
                         [&](const OpenSocket& left, const OpenSocket& right) {
                             return before(left.protocol, left.address.port, right.protocol,
                                           right.address.port);
                         });
        return std::move(result_);
    }

private:
    OpenResult open_on_all_addresses(Protocol protocol, Port port) const {
        OpenResult result;
        for (const auto& address : addresses_) {
            auto opened = open_for_threads({protocol, address, port}, descriptor_ceiling_,
                                           udp_sockets_, threads_, before_listening_);
            if (opened.error == 0) {
                port = opened.port;
            }
            result.table.push_back(
                {protocol, address, port, state_of_error(opened.error), opened.error});
            for (unsigned thread = 0; thread < opened.descriptors.size(); ++thread) {
                result.sockets.push_back(
                    {protocol, {address, port}, thread, std::move(opened.descriptors[thread])});
            }
        }
        return result;
    }

    const std::vector<IpAddress>& addresses_;
    std::size_t descriptor_ceiling_;
    std::size_t udp_sockets_;
    unsigned threads_;
    const BeforeListening& before_listening_;
    OpenResult result_;
};

/// A family may be compiled out, or disabled by sysctl or boot parameter.
bool is_available(const IpAddress& wildcard) {
    const net::Descriptor probe{socket(net::family_of(wildcard), SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!probe.is_open()) {
        return errno != EAFNOSUPPORT;
    }
    const net::Sockaddr address{SocketAddress{wildcard, Port{0}}};
    return bind(probe.get(), address.data(), address.size()) == 0 || errno != EADDRNOTAVAIL;
}

}  // namespace

std::vector<IpAddress> default_addresses() {
    const std::vector<IpAddress> all{IpAddress{IpAddress::V4Bytes{}}, IpAddress{}};
    std::vector<IpAddress> available;
    std::copy_if(all.begin(), all.end(), std::back_inserter(available), is_available);
    return available.empty() ? all : available;
}

OpenResult open_sockets(const PortSet& ports, const std::vector<IpAddress>& addresses,
                        std::size_t descriptor_ceiling, unsigned threads,
                        const BeforeListening& before_listening) {
    Opener opener{addresses, descriptor_ceiling,
                  ports.size(Protocol::udp) * addresses.size() * threads, threads,
                  before_listening};
    for (const auto& range : ports.ranges()) {
        const std::uint32_t first = std::max<std::uint32_t>(to_number(range.first), 1);
        for (std::uint32_t number = first; number <= to_number(range.last); ++number) {
            opener.open(range.protocol, Port{static_cast<std::uint16_t>(number)});
        }
    }
    // Last, so that the kernel does not choose a port that is asked for by number.
    for (const auto protocol : all_protocols) {
        if (ports.contains(protocol, Port{0})) {
            opener.open(protocol, Port{0});
        }
    }
    return opener.take();
}

}  // namespace pt::server
