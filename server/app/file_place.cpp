#include "server/app/file_place.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "common/core/safe_text.hpp"

namespace pt::server {
namespace {

std::string reason() { return std::generic_category().message(errno); }

/// Its first bytes are a journal's, or it is empty.
bool is_journal(std::istream& file) {
    constexpr std::string_view head = "{\"pt_journal\"";
    std::array<char, head.size()> text{};
    file.read(text.data(), text.size());
    const auto size = static_cast<std::size_t>(file.gcount());
    return size == 0 || std::string_view{text.data(), size} == head;
}

bool is_group_of_ours(gid_t group) {
    if (group == getegid()) {
        return true;
    }
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(getgroups(0, nullptr), 0)));
    const int count = getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

std::string journal_complaint(const std::string& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
        return place_complaint(path, errno);
    }
    if (S_ISDIR(status.st_mode)) {
        return "is a directory: a file name is required";
    }
    constexpr const char* foreign =
        "exists and is not pt-server's: remove it, or give another name";
    if (!S_ISREG(status.st_mode)) {
        return foreign;
    }
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        return "is another user's (" + reason() + "): remove it, or give another name";
    }
    return is_journal(file) ? folder_complaint(path) : foreign;
}

}  // namespace

std::string folder_of(const std::string& file) {
    const auto slash = file.rfind('/');
    return slash == std::string::npos ? "." : file.substr(0, slash + 1);
}

std::string folder_complaint(const std::string& file) {
    const auto folder = folder_of(file);
    return access(folder.c_str(), W_OK | X_OK) == 0
               ? ""
               : "its folder cannot be written to (" + reason() +
                     "): choose one that can, for a container with '--tmpfs /run'";
}

std::string place_complaint(const std::string& file, int failure) {
    auto complaint = folder_complaint(file);
    return complaint.empty() && failure != ENOENT ? std::generic_category().message(failure)
                                                  : complaint;
}

bool needs_file_access(const std::string& file) {
    struct stat folder {};
    if (stat(folder_of(file).c_str(), &folder) != 0) {
        return false;
    }
    const mode_t needed = folder.st_uid == geteuid()        ? S_IWUSR | S_IXUSR
                          : is_group_of_ours(folder.st_gid) ? S_IWGRP | S_IXGRP
                                                            : S_IWOTH | S_IXOTH;
    return (folder.st_mode & needed) != needed;
}

Expected<void> check_journal_file(const Options& options) {
    if (!options.journal_file) {
        return {};
    }
    const auto complaint = journal_complaint(*options.journal_file);
    if (!complaint.empty()) {
        return UsageError{"journal-file " + quote_word(*options.journal_file) + ": " + complaint};
    }
    return {};
}

}  // namespace pt::server
