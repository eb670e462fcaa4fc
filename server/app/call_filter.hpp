#pragma once

#include <optional>
#include <string>

namespace pt::server {

/// What a server does beyond what every server does (CallPurpose).
struct CallNeeds {
    bool reload = false;
    bool files = false;
    bool every_port = false;
};

/// From now on the kernel ends the process, with SIGSYS, as soon as one of its threads makes a
/// system call that is not in the table of `allowed_calls` (seccomp(2)). Of all threads, those that
/// run already among them, which must have started up. Sets PR_SET_NO_NEW_PRIVS. Nothing, or why it
/// cannot be done here; nothing has changed then.
std::optional<std::string> filter_calls(const CallNeeds& needs);

}  // namespace pt::server
