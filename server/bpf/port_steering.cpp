#include "server/bpf/port_steering.hpp"

#include <bpf/bpf.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <set>
#include <utility>

#include "all_ports.skel.h"
#include "common/net/descriptor.hpp"
#include "server/bpf/bpf_support.hpp"
#include "server/bpf/cgroup_root.hpp"
#include "server/bpf/foreign_ports.hpp"
#include "server/bpf/port_marks.hpp"

namespace pt::server {
namespace {

std::error_code error_of(int error) { return {error, std::system_category()}; }

struct DestroySkeleton {
    void operator()(all_ports_bpf* skeleton) const { all_ports_bpf::destroy(skeleton); }
};
using Skeleton = std::unique_ptr<all_ports_bpf, DestroySkeleton>;

std::array<bpf_program*, 5> watchers(const all_ports_bpf& skeleton) {
    const auto& programs = skeleton.progs;
    return {programs.bound_v4, programs.bound_v6, programs.sends_v4, programs.sends_v6,
            programs.listens};
}

/// An unspecified address stands for its whole family; the others have entries of their own.
struct WantedAddresses {
    bool all_v4 = false;
    bool all_v6 = false;
    std::set<IpAddress::Bytes> single;
};

WantedAddresses sort_addresses(const std::vector<IpAddress>& addresses) {
    WantedAddresses wanted;
    for (const auto& address : addresses) {
        if (!address.is_unspecified()) {
            wanted.single.insert(address.bytes());
        } else if (address.is_v4()) {
            wanted.all_v4 = true;
        } else {
            wanted.all_v6 = true;
        }
    }
    return wanted;
}

enum class WithWatchers { yes, no };

/// Nothing and errno where the kernel refuses.
Skeleton load_skeleton(const WantedAddresses& addresses, WithWatchers with_watchers) {
    Skeleton skeleton{all_ports_bpf::open()};
    if (!skeleton) {
        return {};
    }
    const auto room = static_cast<std::uint32_t>(std::max<std::size_t>(addresses.single.size(), 1));
    bpf_map__set_max_entries(skeleton->maps.addresses, room);
    if (with_watchers == WithWatchers::no) {
        for (auto* program : watchers(*skeleton)) {
            bpf_program__set_autoload(program, false);
        }
    }
    if (const int error = all_ports_bpf::load(skeleton.get()); error != 0) {
        errno = -error;
        return {};
    }
    skeleton->bss->all_v4 = addresses.all_v4;
    skeleton->bss->all_v6 = addresses.all_v6;
    for (const auto& address : addresses.single) {
        const std::uint8_t present = 1;
        if (bpf_map_update_elem(bpf_map__fd(skeleton->maps.addresses), address.data(), &present,
                                BPF_ANY) != 0) {
            return {};
        }
    }
    return skeleton;
}

/// What the kernel calls this network namespace; 0 where it does not tell (before 5.14).
std::uint64_t own_network_namespace() {
    const net::Descriptor probe{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    std::uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
#ifndef SO_NETNS_COOKIE
    constexpr int SO_NETNS_COOKIE = 71;
#endif
    return getsockopt(probe.get(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) == 0 ? cookie : 0;
}

}  // namespace

struct PortSteering::Kernel {
    explicit Kernel(Skeleton loaded)
        : skeleton{std::move(loaded)}, marks{skeleton->bss->in_use[0], skeleton->bss->in_use[1]} {}

    /// All five or none.
    void watch_others();

    Skeleton skeleton;
    PortMarks marks;
    PortSet wanted;
    std::vector<BpfLink> watch_links;
    BpfLink steer_link;
    net::Descriptor watched_root;
    bool sees_machine = false;
    std::set<std::uint64_t> watched_cgroups;  ///< below the root, where that is not the machine's
};

void PortSteering::Kernel::watch_others() {
    watched_root = open_cgroup_root();
    skeleton->bss->own_netns = own_network_namespace();
    if (!watched_root.is_open() || skeleton->bss->own_netns == 0) {
        return;
    }
    for (auto* program : watchers(*skeleton)) {
        watch_links.emplace_back(bpf_program__attach_cgroup(program, watched_root.get()));
        if (!watch_links.back()) {
            watch_links.clear();
            return;
        }
    }
    sees_machine = is_true_root(watched_root.get());
}

PortSteering::Result PortSteering::load(const std::vector<IpAddress>& addresses) {
    set_up_bpf_log();
    const auto wanted = sort_addresses(addresses);
    auto skeleton = load_skeleton(wanted, WithWatchers::yes);
    const bool watchers_loaded = skeleton != nullptr;
    if (!skeleton && errno != EPERM) {
        skeleton = load_skeleton(wanted, WithWatchers::no);
    }
    if (!skeleton) {
        return describe_bpf_refusal(errno, "CAP_BPF and CAP_NET_ADMIN, for UDP CAP_NET_RAW too");
    }
    auto kernel = std::make_unique<Kernel>(std::move(skeleton));
    if (watchers_loaded) {
        kernel->watch_others();
    }
    return std::unique_ptr<PortSteering>{new PortSteering{std::move(kernel)}};
}

PortSteering::PortSteering(std::unique_ptr<Kernel> kernel) : kernel_{std::move(kernel)} {}
PortSteering::~PortSteering() = default;

bool PortSteering::sees_all(const std::set<std::uint64_t>& cgroups) {
    if (kernel_->watch_links.empty() || kernel_->sees_machine) {
        return !kernel_->watch_links.empty();
    }
    auto& known = kernel_->watched_cgroups;
    const auto is_known = [&] {
        return std::includes(known.begin(), known.end(), cgroups.begin(), cgroups.end());
    };
    if (!is_known()) {
        known = cgroup_ids(kernel_->watched_root.get());
    }
    return is_known();
}

std::string PortSteering::watched_folder() const {
    return kernel_->watch_links.empty() || kernel_->sees_machine
               ? ""
               : "/proc/self/fd/" + std::to_string(kernel_->watched_root.get());
}

std::error_code PortSteering::add_socket(Protocol protocol, int family, int descriptor) {
    // As `enum socket_index` of the program counts them.
    const std::uint32_t index =
        (protocol == Protocol::udp ? 2U : 0U) + (family == AF_INET6 ? 1U : 0U);
    const auto value = static_cast<std::uint64_t>(descriptor);
    const int map = bpf_map__fd(kernel_->skeleton->maps.sockets);
    return bpf_map_update_elem(map, &index, &value, BPF_ANY) == 0 ? std::error_code{}
                                                                  : error_of(errno);
}

void PortSteering::update(const PortSet& used, TimePoint began) {
    kernel_->marks.update(used, began);
}

std::error_code PortSteering::steer(const PortSet& wanted) {
    kernel_->wanted = wanted;
    for (const auto protocol : all_protocols) {
        auto& words = kernel_->skeleton->bss->wanted[protocol == Protocol::udp ? 1 : 0];
        constexpr std::uint32_t word_bits = 64;
        static_assert(sizeof words * CHAR_BIT == port_count);
        for (std::uint32_t first = 0; first < port_count; first += word_bits) {
            std::uint64_t word = 0;
            for (std::uint32_t bit = 0; bit < word_bits; ++bit) {
                const Port port{static_cast<std::uint16_t>(first + bit)};
                word |= std::uint64_t{wanted.contains(protocol, port)} << bit;
            }
            std::atomic_ref{words[first / word_bits]}.store(word, std::memory_order_relaxed);
        }
    }
    if (!kernel_->steer_link) {
        kernel_->steer_link = attach_to_own_network(kernel_->skeleton->progs.steer);
    }
    return kernel_->steer_link ? std::error_code{} : error_of(errno);
}

bool PortSteering::is_left_out(Protocol protocol, Port port) const {
    return kernel_->wanted.contains(protocol, port) && kernel_->marks.in_use(protocol, port);
}

PortSet PortSteering::left_out() const {
    PortSet left = kernel_->wanted;
    PortSet free = kernel_->wanted;
    free.erase(kernel_->marks.in_use());
    left.erase(free);
    return left;
}

}  // namespace pt::server
