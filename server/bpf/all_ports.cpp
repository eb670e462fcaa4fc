#include "server/bpf/all_ports.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "common/net/datagrams.hpp"
#include "common/net/log.hpp"
#include "common/net/sockaddr.hpp"
#include "server/kernel/kernel_settings.hpp"

namespace pt::server {
namespace {

using net::field;
using net::LogKey;
using net::LogLevel;

PortSet every_port(Protocol protocol) {
    PortSet ports;
    ports.insert(protocol, Port{1}, Port{65535});
    return ports;
}

PortSet less(PortSet ports, const PortSet& taken_away) {
    ports.erase(taken_away);
    return ports;
}

/// One for each family: where packets are steered to does not depend on the address they came to.
std::vector<IpAddress> one_of_each_family(const std::vector<IpAddress>& addresses) {
    std::vector<IpAddress> chosen;
    for (const auto& address : addresses) {
        if (std::none_of(chosen.begin(), chosen.end(), [&](const IpAddress& other) {
                return other.is_v4() == address.is_v4();
            })) {
            chosen.push_back(address);
        }
    }
    return chosen;
}

/// A listener that stands for all ports wants room for connects to all of them at once.
constexpr int wanted_accept_queue = 65'535;

void check_accept_queue() {
    const auto most = max_accept_queue();
    if (most && *most < wanted_accept_queue) {
        net::log(LogLevel::warn,
                 "{protocol}: net.core.somaxconn lets {max_waiting} connections wait at once: a "
                 "burst of more may have to try again; '{hint}' lets all wait",
                 field<LogKey::protocol>(Protocol::tcp),
                 field<LogKey::max_waiting>(static_cast<unsigned>(*most)),
                 field<LogKey::hint>("sysctl net.core.somaxconn=" +
                                     std::to_string(wanted_accept_queue)));
    }
}

/// Sends whole packets, so that a reply can leave from the port that was asked, and receives none.
net::Descriptor open_raw(int family) {
    net::Descriptor raw{socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW)};
    if (raw.is_open()) {
        const int size = 4 << 20;
        if (setsockopt(raw.get(), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0) {
            setsockopt(raw.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        }
    }
    return raw;
}

/// Steering, from nothing to the first packet; `refusal` tells why a protocol is not steered.
class Steerer {
public:
    Steerer(const PortSet& wanted, std::vector<IpAddress> addresses)
        : wanted_{wanted}, addresses_{std::move(addresses)} {}

    void run(std::size_t descriptor_ceiling, unsigned threads,
             const BeforeListening& before_listening) {
        if (open(descriptor_ceiling, threads, before_listening) && load() && look_around()) {
            begin();
        }
    }

    /// What is steered.
    const PortSet& ports() const { return wanted_; }
    std::vector<OpenSocket> take_sockets() { return std::move(sockets_); }
    std::unique_ptr<SteeringKeeper> take_keeper() { return std::move(keeper_); }

private:
    bool open(std::size_t descriptor_ceiling, unsigned threads,
              const BeforeListening& before_listening);
    bool load();
    bool look_around();
    void begin();

    bool refuse(Protocol protocol, const std::string& reason);
    bool refuse_all(const std::string& reason);

    PortSet wanted_;
    std::vector<IpAddress> addresses_;
    std::vector<OpenSocket> sockets_;
    std::unique_ptr<PortSteering> steering_;
    ForeignPorts foreign_;
    std::unique_ptr<SteeringKeeper> keeper_;
};

/// Whether anything is left to steer.
bool Steerer::refuse(Protocol protocol, const std::string& reason) {
    if (wanted_.size(protocol) > 0) {
        net::log(LogLevel::warn,
                 "{protocol}: ports cannot be steered, so each takes a socket: {reason}",
                 field<LogKey::protocol>(protocol), field<LogKey::reason>(reason));
    }
    wanted_.erase(every_port(protocol));
    std::erase_if(sockets_, [&](const OpenSocket& one) { return one.protocol == protocol; });
    return !wanted_.empty();
}

bool Steerer::refuse_all(const std::string& reason) {
    for (const auto protocol : all_protocols) {
        refuse(protocol, reason);
    }
    return false;
}

bool Steerer::open(std::size_t descriptor_ceiling, unsigned threads,
                   const BeforeListening& before_listening) {
    PortSet chosen_by_kernel;
    for (const auto protocol : all_protocols) {
        if (wanted_.size(protocol) > 0) {
            chosen_by_kernel.insert(protocol, Port{0});
        }
    }
    auto opened = open_sockets(chosen_by_kernel, one_of_each_family(addresses_), descriptor_ceiling,
                               threads, before_listening);
    sockets_ = std::move(opened.sockets);
    for (const auto& entry : opened.table) {
        if (entry.state != PortState::listening &&
            !refuse(entry.protocol, entry.error == 0 ? std::string{to_string(entry.state)}
                                                     : std::strerror(entry.error))) {
            return false;
        }
    }
    for (auto& socket : sockets_) {
        const int family = net::family_of(socket.address.address);
        if (socket.protocol == Protocol::tcp) {
            listen(socket.descriptor.get(), wanted_accept_queue);
            continue;
        }
        net::enable_original_destination(socket.descriptor.get(), family);
        socket.any_port = open_raw(family);
        if (!socket.any_port.is_open()) {
            return refuse(Protocol::udp, errno == EPERM
                                             ? "not permitted: for UDP it takes the capabilities "
                                               "CAP_NET_RAW, CAP_BPF and CAP_NET_ADMIN"
                                             : std::strerror(errno));
        }
    }
    return true;
}

bool Steerer::load() {
    auto loaded = PortSteering::load(addresses_);
    if (!loaded) {
        return refuse_all(loaded.error());
    }
    steering_ = std::move(*loaded);
    for (const auto& socket : sockets_) {
        const int descriptor = socket.descriptor.get();
        foreign_.add_own(descriptor);
        if (socket.thread > 0) {
            continue;  // the kernel finds the others by the one (SO_REUSEPORT)
        }
        if (const auto error = steering_->add_socket(
                socket.protocol, net::family_of(socket.address.address), descriptor)) {
            return refuse_all(error.message());
        }
    }
    return true;
}

bool Steerer::look_around() {
    const TimePoint began = std::chrono::steady_clock::now();
    std::error_code error;
    const auto sockets = foreign_.poll(error);
    if (error) {
        return refuse_all("which ports others use cannot be seen: " + error.message());
    }
    steering_->update(sockets.ports, began);
    if (!steering_->sees_all(sockets.cgroups)) {
        return refuse(Protocol::udp,
                      "other programs' sockets cannot be seen in time, so answers to them could be "
                      "lost to us: the root of their cgroup v2 hierarchy must be mounted here");
    }
    return true;
}

void Steerer::begin() {
    if (const auto error = steering_->steer(wanted_)) {
        refuse_all(error.message());
        return;
    }
    if (wanted_.size(Protocol::tcp) > 0) {
        check_accept_queue();
    }
    keeper_ = std::make_unique<SteeringKeeper>(std::move(steering_), std::move(foreign_), wanted_);
}

/// Splits a range where RFC 6335 has its borders, as each row of the start-up table names one.
void add_entries(PortTable& table, const PortSet& ports, const std::vector<IpAddress>& addresses,
                 PortState state) {
    for (const auto& range : ports.ranges()) {
        for (std::uint32_t first = to_number(range.first); first <= to_number(range.last);) {
            const Port port{static_cast<std::uint16_t>(first)};
            std::uint32_t last = first;
            while (last < to_number(range.last) &&
                   port_range(Port{static_cast<std::uint16_t>(last + 1)}) == port_range(port)) {
                ++last;
            }
            for (const auto& address : addresses) {
                table.push_back({.protocol = range.protocol,
                                 .address = address,
                                 .port = port,
                                 .state = state,
                                 .more = static_cast<std::uint16_t>(last - first)});
            }
            first = last + 1;
        }
    }
}

}  // namespace

AllPorts take_all_ports(const PortSet& wanted, const std::vector<IpAddress>& addresses,
                        std::size_t descriptor_ceiling, unsigned threads,
                        const BeforeListening& before_listening) {
    if (wanted.empty()) {
        return {};
    }
    Steerer steerer{wanted, addresses};
    steerer.run(descriptor_ceiling, threads, before_listening);

    AllPorts all;
    all.sockets = steerer.take_sockets();
    all.keeper = steerer.take_keeper();
    if (all.keeper) {
        const auto left_out = all.keeper->left_out();
        add_entries(all.table, less(steerer.ports(), left_out), addresses, PortState::listening);
        add_entries(all.table, left_out, addresses, PortState::in_use);
    }
    const auto ephemeral = ephemeral_ports();
    all.one_by_one = less(wanted, steerer.ports());
    const auto not_ephemeral = less(all.one_by_one, ephemeral);
    add_entries(all.table, less(all.one_by_one, not_ephemeral), addresses,
                PortState::ephemeral_range);
    all.one_by_one = not_ephemeral;
    return all;
}

}  // namespace pt::server
