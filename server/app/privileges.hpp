#pragma once

#include <optional>
#include <system_error>

#include "server/app/account.hpp"

namespace pt::server {

/// Capabilities that are not given up, where the process has them.
struct KeptPrivileges {
    bool file_access = false;  ///< to write files of other users (CAP_DAC_OVERRIDE)
    bool low_ports = false;    ///< to open ports below 1024 (CAP_NET_BIND_SERVICE)
};

/// Becomes that user, with its group and no other (setresuid(2), setgroups(2)).
std::error_code become(const Account& account);

/// Gives up what the process needed for its start: its user for that account, if there is one; all
/// capabilities, those that it could pass on among them, and the chance to gain any by executing a
/// program (PR_SET_NO_NEW_PRIVS). For the calling thread and those that it starts from then on.
/// Looks afterwards whether all of it is gone.
std::error_code drop_privileges(const KeptPrivileges& kept, const std::optional<Account>& account);

}  // namespace pt::server
