#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/expected.hpp"
#include "common/core/port_set.hpp"
#include "common/core/timing.hpp"

namespace pt::server {

/// Steers the packets for many ports to a few sockets, by BPF (all_ports.bpf.c), in this network
/// namespace. Ports that other programs use are left to them. All of it hangs on this object's
/// descriptors, so that nothing stays in the kernel when the process ends in any way.
///
///     auto steering = PortSteering::load(addresses);    // needs CAP_BPF and CAP_NET_ADMIN
///     (*steering)->add_socket(Protocol::tcp, listener); // what packets are steered to
///     (*steering)->update(used, began);                 // what others use already
///     (*steering)->steer(wanted);                       // from now on
///     ... update() again, at least once a second; needs no privilege any more
class PortSteering {
public:
    /// One line for a person: what is not possible, and why.
    using Result = Expected<std::unique_ptr<PortSteering>, std::string>;

    /// From here on the kernel's side notices which ports other programs take, as far as it sees
    /// them (`sees_all`). `addresses` are those to answer on; an unspecified one stands for all of
    /// its family.
    static Result load(const std::vector<IpAddress>& addresses);
    ~PortSteering();
    PortSteering(const PortSteering&) = delete;
    PortSteering& operator=(const PortSteering&) = delete;

    /// Whether the programs of all these cgroups are seen at once when they take a port, so that
    /// not even the answer to their first datagram can go astray. Where this process sees only a
    /// part of the cgroup v2 hierarchy, as in a container, it is those in that part.
    bool sees_all(const std::set<std::uint64_t>& cgroups);
    /// The folder that `sees_all` goes on to look into, by a descriptor of ours: "/proc/self/fd/7";
    /// "" where it looks into none.
    std::string watched_folder() const;

    /// A listening TCP or bound UDP socket; one for each protocol and family, bound before `load`,
    /// so that it is not taken for somebody else's.
    std::error_code add_socket(Protocol protocol, int family, int descriptor);

    /// Hands over what ForeignPorts has found in a look that began at `began`.
    void update(const PortSet& used, TimePoint began);

    /// Steers these ports from now on, and no others.
    std::error_code steer(const PortSet& wanted);

    /// What is wanted but left to others at this moment.
    PortSet left_out() const;
    bool is_left_out(Protocol protocol, Port port) const;

private:
    struct Kernel;
    explicit PortSteering(std::unique_ptr<Kernel> kernel);
    std::unique_ptr<Kernel> kernel_;
};

}  // namespace pt::server
