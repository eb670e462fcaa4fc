#pragma once

#include <cstdint>

#include "common/core/endpoint.hpp"

namespace pt {

/// An ICMP error as the kernel reports it. Which ICMP it is follows from the address family of
/// the probe, not of `from`.
struct IcmpError {
    bool v6 = false;  ///< type and code are ICMPv6's (RFC 4443), else ICMP's (RFC 792)
    std::uint8_t type = 0;
    std::uint8_t code = 0;
    IpAddress from;  ///< who sent it; unspecified where the kernel does not say

    friend bool operator==(const IcmpError&, const IcmpError&) = default;
};

/// What an ICMP error means for a probe, over both families.
enum class IcmpMeaning {
    net_unreachable,
    host_unreachable,
    port_unreachable,
    protocol_unreachable,
    admin_prohibited,
    time_exceeded,
    parameter_problem,
    other  ///< says nothing about the port: fragmentation needed, redirect, source quench
};

IcmpMeaning meaning(const IcmpError& error);

}  // namespace pt
