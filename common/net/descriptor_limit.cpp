#include "common/net/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace pt::net {
namespace {

/// No program of ours uses more: 65,536 ports of two protocols and two families.
constexpr rlim_t ceiling = 1U << 18U;

}  // namespace

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 256;  // what any system allows
    }
    const rlim_t wanted = std::min(limit.rlim_max, ceiling);
    if (limit.rlim_cur < wanted) {
        const rlimit raised{wanted, limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) {
            return wanted;
        }
    }
    return std::min(limit.rlim_cur, ceiling);
}

}  // namespace pt::net
