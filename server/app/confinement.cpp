#include "server/app/confinement.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "common/net/descriptor.hpp"

namespace pt::server {
namespace {

/// Newer than the headers of Debian 12 (include/uapi/linux/landlock.h).
struct RulesetRights {
    std::uint64_t files = 0;
    std::uint64_t tcp = 0;
};
constexpr std::uint64_t truncate_file = 1U << 14U, device_ioctl = 1U << 15U;
constexpr std::uint64_t bind_tcp = 1U << 0U, connect_tcp = 1U << 1U;
constexpr long first_with_tcp = 4;

constexpr std::uint64_t read_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t of_folders = LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t write_rights = LANDLOCK_ACCESS_FS_READ_FILE |
                                       LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                                       LANDLOCK_ACCESS_FS_REMOVE_FILE | truncate_file;

/// All rights over files that a version of the interface knows.
std::uint64_t file_rights(long version) {
    constexpr std::uint64_t of_first = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1;
    return of_first | (version >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0U) |
           (version >= 3 ? truncate_file : 0U) | (version >= 5 ? device_ioctl : 0U);
}

std::string last_error() { return std::generic_category().message(errno); }

/// 0 or errno. What is not there, or out of reach already, needs no rule.
int allow_below(int ruleset, const std::string& folder, std::uint64_t rights) {
    const net::Descriptor opened{open(folder.c_str(), O_PATH | O_CLOEXEC)};
    if (!opened.is_open()) {
        return errno == ENOENT || errno == EACCES ? 0 : errno;
    }
    struct stat status {};
    if (fstat(opened.get(), &status) != 0) {
        return errno;
    }
    landlock_path_beneath_attr rule{};
    rule.allowed_access = S_ISDIR(status.st_mode) ? rights : rights & ~of_folders;
    rule.parent_fd = opened.get();
    return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0
               ? 0
               : errno;
}

}  // namespace

Expected<Confined, std::string> confine(const StillNeeded& needed) {
    const long version =
        syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) {
        return Confined::nothing;
    }
    const bool with_tcp = version >= first_with_tcp;
    RulesetRights rights{file_rights(version), 0};
    if (with_tcp) {
        rights.tcp = connect_tcp | (needed.binds_tcp ? 0U : bind_tcp);
    }
    const net::Descriptor ruleset{static_cast<int>(syscall(
        SYS_landlock_create_ruleset, &rights, with_tcp ? sizeof rights : sizeof rights.files, 0))};
    if (!ruleset.is_open()) {
        return last_error();
    }
    const std::array wanted{std::pair{&needed.read_folders, read_rights},
                            std::pair{&needed.written_folders, write_rights & rights.files}};
    for (const auto& [folders, allowed] : wanted) {
        for (const std::string& folder : *folders) {
            if (const int error = allow_below(ruleset.get(), folder, allowed); error != 0) {
                return folder + ": " + std::generic_category().message(error);
            }
        }
    }
    if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
        return last_error();
    }
    return with_tcp ? Confined::files_and_tcp : Confined::files;
}

}  // namespace pt::server
