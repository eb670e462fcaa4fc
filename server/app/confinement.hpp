#pragma once

#include <string>
#include <vector>

#include "common/core/expected.hpp"

namespace pt::server {

/// What a running server still needs of the file system and of TCP.
struct StillNeeded {
    std::vector<std::string> read_folders;     ///< these, and files in them or below, are read
    std::vector<std::string> written_folders;  ///< files in them are made, replaced and removed
    bool binds_tcp = false;                    ///< opens further ports
};

/// How much the kernel takes away.
enum class Confined {
    nothing,       ///< it has no Landlock, or none is enabled
    files,         ///< Linux 5.13 and newer
    files_and_tcp  ///< 6.7 and newer: no connections of its own, and no ports beyond those needed
};

/// Takes from the calling thread, and from those that it starts from then on, all of the file
/// system and of TCP but that (landlock(7)): whoever takes over the process reads no file of the
/// user and connects to nothing. Needs PR_SET_NO_NEW_PRIVS. Folders that are not there are left
/// out. An error is one line, and nothing has been taken then.
Expected<Confined, std::string> confine(const StillNeeded& needed);

}  // namespace pt::server
