#include "client/app/replaced_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <random>
#include <system_error>
#include <utility>

#include "common/core/id_text.hpp"

namespace pt::client {
namespace {

namespace fs = std::filesystem;

std::string message(int error) { return std::generic_category().message(error); }

/// Creates a file for this user alone, or with the usual mode less the umask. 0 or errno.
int create(const std::string& name, bool is_private) {
    const mode_t mode = is_private ? S_IRUSR | S_IWUSR : 0666;
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0) {
        return errno;
    }
    close(descriptor);
    return 0;
}

/// In the same folder: rename(2) does not cross file systems.
std::string temporary_name(const std::string& target) {
    std::random_device random;
    const auto folder = fs::path{target}.parent_path();
    return (folder / (".pt-client-" + hex_id((std::uint64_t{random()} << 32U) | random())))
        .string();
}

/// With symbolic links followed, also to a file that does not exist yet: the links stay.
std::string behind_links(const std::string& path) {
    constexpr int max_links = 40;  // as the kernel follows
    fs::path target{path};
    std::error_code failed;
    for (int links = 0; links < max_links && fs::is_symlink(target, failed); ++links) {
        target = target.parent_path() / fs::read_symlink(target, failed);
    }
    const auto folder = target.has_parent_path() ? target.parent_path() : fs::path{"."};
    return (fs::weakly_canonical(folder, failed) / target.filename()).string();
}

}  // namespace

Expected<ReplacedFile> ReplacedFile::open(const std::string& path) {
    ReplacedFile file;
    file.target_ = path;
    // Opened by their names, they would be written from the beginning of a file behind them.
    if (path == "/dev/stdout" || path == "/dev/stderr") {
        file.standard_ = path == "/dev/stdout" ? &std::cout : &std::cerr;
        return file;
    }
    struct stat found {};
    const bool exists = stat(path.c_str(), &found) == 0;
    if (exists && S_ISDIR(found.st_mode)) {
        return UsageError{message(EISDIR)};
    }
    const bool is_descriptor = path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/");
    if (exists && (!S_ISREG(found.st_mode) || is_descriptor)) {
        errno = 0;
        file.file_.open(path, std::ios::binary | std::ios::app);
        return file.file_ ? Expected<ReplacedFile>{std::move(file)} : UsageError{message(errno)};
    }
    if (exists && access(path.c_str(), W_OK) != 0) {
        return UsageError{message(errno)};
    }
    file.target_ = behind_links(path);
    auto temporary = temporary_name(file.target_);
    if (const int error = create(temporary, exists); error != 0) {
        return UsageError{message(error)};
    }
    file.temporary_ = std::move(temporary);
    if (exists) {
        constexpr mode_t permissions = 0777;
        file.mode_ = found.st_mode & permissions;
    }
    errno = 0;
    file.file_.open(file.temporary_, std::ios::binary);
    return file.file_ ? Expected<ReplacedFile>{std::move(file)} : UsageError{message(errno)};
}

ReplacedFile::ReplacedFile(ReplacedFile&& other) noexcept
    : target_{std::move(other.target_)},
      temporary_{std::exchange(other.temporary_, "")},
      mode_{other.mode_},
      file_{std::move(other.file_)},
      standard_{other.standard_} {}

ReplacedFile::~ReplacedFile() {
    if (!temporary_.empty()) {
        unlink(temporary_.c_str());
    }
}

std::string ReplacedFile::commit() {
    errno = 0;
    stream().flush();
    const bool written = stream().good();
    int error = errno;
    if (file_.is_open()) {
        file_.close();
        error = error == 0 ? errno : error;
    }
    if (!written || (standard_ == nullptr && file_.fail())) {
        return message(error == 0 ? EIO : error);
    }
    if (temporary_.empty()) {
        return "";
    }
    if (mode_) {
        static_cast<void>(chmod(temporary_.c_str(), *mode_));  // a file system may have no modes
    }
    if (std::rename(temporary_.c_str(), target_.c_str()) != 0) {
        return message(errno);
    }
    temporary_.clear();
    return "";
}

}  // namespace pt::client
