#include "common/net/ipv6_state.hpp"

#include <fstream>
#include <iterator>

namespace pt::net {
namespace {

std::optional<std::string> read_text(const char* path) {
    std::ifstream file{path};
    return file ? std::optional{std::string{std::istreambuf_iterator<char>{file}, {}}}
                : std::nullopt;
}

}  // namespace

std::string to_string(Ipv6Problem problem) {
    switch (problem) {
        case Ipv6Problem::none: return "";
        case Ipv6Problem::not_in_kernel:
            return "IPv6 is disabled on this host: its kernel runs without it";
        case Ipv6Problem::disabled:
            return "IPv6 is disabled on this host: sysctl net.ipv6.conf.all.disable_ipv6 is 1";
        case Ipv6Problem::without_address:
            return "no network interface of this host has an IPv6 address";
    }
    return "";
}

bool is_disabled(Ipv6Problem problem) {
    return problem == Ipv6Problem::not_in_kernel || problem == Ipv6Problem::disabled;
}

Ipv6Problem ipv6_problem(const std::optional<std::string>& addresses, std::string_view disabled) {
    if (!addresses) {
        return Ipv6Problem::not_in_kernel;
    }
    if (!addresses->empty()) {
        return Ipv6Problem::none;
    }
    return disabled.starts_with('1') ? Ipv6Problem::disabled : Ipv6Problem::without_address;
}

Ipv6Problem read_ipv6_problem() {
    if (!std::ifstream{"/proc/net/dev"}) {  // no /proc: nothing is known
        return Ipv6Problem::none;
    }
    return ipv6_problem(read_text("/proc/net/if_inet6"),
                        read_text("/proc/sys/net/ipv6/conf/all/disable_ipv6").value_or(""));
}

}  // namespace pt::net
