#pragma once

#include <system_error>

namespace pt::server {

/// Capabilities that are not given up, where the process has them.
struct KeptPrivileges {
    bool file_access = false;  ///< to write files of other users (CAP_DAC_OVERRIDE)
    bool low_ports = false;    ///< to open ports below 1024 (CAP_NET_BIND_SERVICE)
};

/// Gives up what the process needed for its start: all capabilities, those that it could pass on
/// among them, and the chance to gain any by executing a program (PR_SET_NO_NEW_PRIVS). For the
/// calling thread and those that it starts from then on.
std::error_code drop_privileges(const KeptPrivileges& kept);

}  // namespace pt::server
