#include "server/app/privileges.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <utility>

namespace pt::server {
namespace {

using CapabilitySets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

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
    CapabilitySets data{};
    data[0].effective = low_word;
    data[0].permitted = low_word;
    return syscall(SYS_capset, &header, data.data()) == 0 ? std::error_code{} : last_error();
}

/// Permitted, effective and inheritable ones; nothing where the kernel does not tell.
std::optional<CapabilitySets> read_capabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    CapabilitySets sets{};
    return syscall(SYS_capget, &header, sets.data()) == 0 ? std::optional{sets} : std::nullopt;
}

bool has_capability(unsigned capability) {
    const auto sets = read_capabilities();
    return sets && ((*sets)[0].permitted >> capability & 1U) != 0;
}

bool has_only(std::uint32_t low_word) {
    const auto sets = read_capabilities();
    return sets && (*sets)[0].permitted == low_word && (*sets)[1].permitted == 0 &&
           (*sets)[0].inheritable == 0 && (*sets)[1].inheritable == 0;
}

bool is_only(const Account& account) {
    uid_t user[3]{};
    gid_t group[3]{};
    return getresuid(&user[0], &user[1], &user[2]) == 0 &&
           getresgid(&group[0], &group[1], &group[2]) == 0 &&
           std::count(std::begin(user), std::end(user), account.user) == 3 &&
           std::count(std::begin(group), std::end(group), account.group) == 3 &&
           getgroups(0, nullptr) == 0 && (account.user == 0 || setresuid(0, 0, 0) != 0);
}

}  // namespace

std::error_code become(const Account& account) {
    return setgroups(0, nullptr) == 0 &&
                   setresgid(account.group, account.group, account.group) == 0 &&
                   setresuid(account.user, account.user, account.user) == 0
               ? std::error_code{}
               : last_error();
}

std::error_code drop_privileges(const KeptPrivileges& kept, const std::optional<Account>& account) {
    std::uint32_t left = 0;
    for (const auto& [wanted, capability] : {std::pair{kept.file_access, CAP_DAC_OVERRIDE},
                                             std::pair{kept.low_ports, CAP_NET_BIND_SERVICE}}) {
        if (wanted && has_capability(static_cast<unsigned>(capability))) {
            left |= 1U << capability;
        }
    }
    drop_bounding_set();
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (account) {
        // Else the kernel takes all capabilities with the user (capabilities(7)).
        prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
        if (const auto error = become(*account)) {
            return error;
        }
        prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
    }
    if (const auto error = set_capabilities(left)) {
        return error;
    }
    // Its memory is for nobody to read or to change, nor to be left in a file.
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return last_error();
    }
    const bool done = has_only(left) && (!account || is_only(*account));
    return done ? std::error_code{} : std::make_error_code(std::errc::operation_not_permitted);
}

}  // namespace pt::server
