#include "server/bpf/cgroup_root.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace pt::server {
namespace {

/// The mount point of a line of /proc/self/mountinfo, if it is of cgroup v2 (proc(5)):
/// "36 35 98:0 /root /mount/point options ... - type source options".
std::string cgroup2_mount_point(const std::string& line) {
    if (line.find(" - cgroup2 ") == std::string::npos) {
        return {};
    }
    std::istringstream words{line};
    std::string word;
    constexpr int place = 5;
    for (int i = 0; i < place; ++i) {
        words >> word;
    }
    return word;
}

/// As a process sees it: `process` is a directory of /proc.
net::Descriptor open_mounted(const std::string& process) {
    std::ifstream mounts{process + "/mountinfo"};
    for (std::string line; std::getline(mounts, line);) {
        if (const auto path = cgroup2_mount_point(line); !path.empty()) {
            net::Descriptor root{
                open((process + "/root" + path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
            struct statfs status {};
            // Another mount may lie over it.
            if (root.is_open() && fstatfs(root.get(), &status) == 0 &&
                status.f_type == CGROUP2_SUPER_MAGIC) {
                return root;
            }
        }
    }
    return {};
}

/// The process id of its parent; "0" where it has none or it is not told.
std::string parent_of(const std::string& process) {
    std::ifstream status{"/proc/" + process + "/status"};
    constexpr std::string_view name = "PPid:\t";
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name)) {
            return line.substr(name.size());
        }
    }
    return "0";
}

struct CloseDirectory {
    void operator()(DIR* directory) const { closedir(directory); }
};

void add_ids(int cgroup, unsigned depth, std::set<std::uint64_t>& ids) {
    constexpr unsigned deepest = 64;
    struct stat status {};
    if (fstat(cgroup, &status) != 0 || depth > deepest) {
        return;
    }
    ids.insert(status.st_ino);
    net::Descriptor again{openat(cgroup, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    const std::unique_ptr<DIR, CloseDirectory> directory{fdopendir(again.get())};
    if (!directory) {
        return;
    }
    again.release();  // closed with the directory
    while (const dirent* entry = readdir(directory.get())) {
        const std::string_view name{entry->d_name};
        if (entry->d_type == DT_DIR && name != "." && name != "..") {
            const net::Descriptor below{
                openat(cgroup, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)};
            if (below.is_open()) {
                add_ids(below.get(), depth + 1, ids);
            }
        }
    }
}

}  // namespace

// Mounting it once more, for us alone, is no way: that would reset the options that it was mounted
// with, for the whole machine.
net::Descriptor open_cgroup_root() {
    constexpr int max_ancestors = 64;
    std::string process = "self";
    for (int i = 0; i < max_ancestors && process != "0"; ++i) {
        net::Descriptor root = open_mounted("/proc/" + process);
        if (root.is_open()) {
            return root;
        }
        process = parent_of(process);
    }
    return {};
}

bool is_true_root(int cgroup) {
    // The one file that every cgroup but the root has (cgroup-v2, "Core Interface Files").
    return faccessat(cgroup, "cgroup.type", F_OK, 0) != 0 && errno == ENOENT;
}

std::set<std::uint64_t> cgroup_ids(int cgroup) {
    std::set<std::uint64_t> ids;
    add_ids(cgroup, 0, ids);
    return ids;
}

}  // namespace pt::server
