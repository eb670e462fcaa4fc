#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pt::net {

/// Why no IPv6 address of this host can be used.
enum class Ipv6Problem {
    none,            ///< one can be used, or nothing is known
    not_in_kernel,   ///< the kernel runs without IPv6
    disabled,        ///< by sysctl net.ipv6.conf.all.disable_ipv6
    without_address  ///< no network interface has one
};

/// One short sentence; "" for `none`.
std::string to_string(Ipv6Problem problem);
/// Whether it is switched off as a whole.
bool is_disabled(Ipv6Problem problem);

/// `addresses` is the text of /proc/net/if_inet6, absent where the kernel has no such file;
/// `disabled` that of /proc/sys/net/ipv6/conf/all/disable_ipv6 (Linux
/// Documentation/networking/ip-sysctl.rst). Pure.
Ipv6Problem ipv6_problem(const std::optional<std::string>& addresses, std::string_view disabled);

/// The same, of what the kernel says now.
Ipv6Problem read_ipv6_problem();

}  // namespace pt::net
