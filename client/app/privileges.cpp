#include "client/app/privileges.hpp"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace pt::client {
namespace {

/// Files that root may read and replace for others (-o, --host-file), and --source-port below 1024.
constexpr std::uint32_t kept = 1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH |
                               1U << CAP_FOWNER | 1U << CAP_NET_BIND_SERVICE;

}  // namespace

void give_up_privileges() {
    constexpr int max_capability = 63;
    for (int capability = 0; capability <= max_capability; ++capability) {
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (syscall(SYS_capget, &header, sets.data()) == 0) {
        const std::uint32_t left = sets[0].permitted & kept;
        sets = {};
        sets[0].permitted = left;
        sets[0].effective = left;
        syscall(SYS_capset, &header, sets.data());
    }
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

}  // namespace pt::client
