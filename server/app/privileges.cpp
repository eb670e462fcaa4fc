#include "server/app/privileges.hpp"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace pt::server {
namespace {

std::error_code last_error() { return {errno, std::system_category()}; }

/// As far as this process may (CAP_SETPCAP): without, it may gain nothing either.
void drop_bounding_set() {
    constexpr int max_capability = 63;
    for (int capability = 0; capability <= max_capability; ++capability) {
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
}

std::error_code set_capabilities(std::uint32_t low_word) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
    data[0].effective = low_word;
    data[0].permitted = low_word;
    return syscall(SYS_capset, &header, data.data()) == 0 ? std::error_code{} : last_error();
}

bool has_capability(unsigned capability) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
    return syscall(SYS_capget, &header, data.data()) == 0 &&
           (data[0].permitted >> capability & 1U) != 0;
}

}  // namespace

std::error_code drop_privileges(const KeptPrivileges& kept) {
    std::uint32_t left = 0;
    for (const auto& [wanted, capability] : {std::pair{kept.file_access, CAP_DAC_OVERRIDE},
                                             std::pair{kept.low_ports, CAP_NET_BIND_SERVICE}}) {
        if (wanted && has_capability(static_cast<unsigned>(capability))) {
            left |= 1U << capability;
        }
    }
    drop_bounding_set();
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (const auto error = set_capabilities(left)) {
        return error;
    }
    // Its memory is for nobody to read or to change, nor to be left in a file.
    const bool done =
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    return done ? std::error_code{} : last_error();
}

}  // namespace pt::server
