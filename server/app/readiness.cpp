#include "server/app/readiness.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "common/core/safe_text.hpp"
#include "common/net/log.hpp"
#include "server/app/file_place.hpp"

namespace pt::server {
namespace {

constexpr std::string_view word = "ready\n";

std::string reason() { return std::generic_category().message(errno); }

bool write_word(int descriptor) {
    return write(descriptor, word.data(), word.size()) == static_cast<ssize_t>(word.size());
}

std::string check_descriptor(int number) {
    const auto name = "--ready-fd " + quote_word(std::to_string(number));
    const int flags = fcntl(number, F_GETFL);
    if (flags < 0) {
        return name +
               ": not open: whoever starts pt-server must pass it, as in: pt-server --ready-fd " +
               std::to_string(number) + " " + std::to_string(number) + ">FILE";
    }
    return (flags & O_ACCMODE) == O_RDONLY
               ? name + ": open for reading only: a descriptor open for writing is required"
               : "";
}

/// Whether a file is one that a server left behind: it holds the word, or nothing, where the server
/// was killed in between. Whatever else there is belongs to somebody.
bool is_left_over(const std::string& file) {
    const net::Descriptor old{open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    struct stat status {};
    if (!old.is_open() || fstat(old.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return false;
    }
    std::array<char, word.size() + 1> text{};
    const ssize_t size = read(old.get(), text.data(), text.size());
    return size == 0 ||
           (size > 0 && std::string_view{text.data(), static_cast<std::size_t>(size)} == word);
}

/// Also takes away what was left over: until this server is ready, the file must not say so.
std::string prepare_file(const std::string& file) {
    const auto name = "ready-file " + quote_word(file);
    struct stat status {};
    const bool exists = lstat(file.c_str(), &status) == 0;
    const int failure = errno;
    if (exists && !is_left_over(file)) {
        return name + ": exists and is not pt-server's: remove it, or give another name";
    }
    if (const auto complaint = exists ? folder_complaint(file) : place_complaint(file, failure);
        !complaint.empty()) {
        return name + ": " + complaint;
    }
    return exists && unlink(file.c_str()) != 0 ? name + ": cannot be removed: " + reason() : "";
}

}  // namespace

Expected<void> Readiness::prepare(const Options& options) {
    if (options.ready_fd) {
        if (auto complaint = check_descriptor(*options.ready_fd); !complaint.empty()) {
            return UsageError{std::move(complaint)};
        }
        descriptor_ = net::Descriptor{*options.ready_fd};
    }
    if (options.ready_file) {
        if (auto complaint = prepare_file(*options.ready_file); !complaint.empty()) {
            return UsageError{std::move(complaint)};
        }
        file_ = *options.ready_file;
    }
    return {};
}

void Readiness::tell() {
    if (!file_.empty()) {
        made_ = net::Descriptor{open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
        if (!made_.is_open() || !write_word(made_.get())) {
            throw std::system_error{errno, std::generic_category(),
                                    "ready-file " + quote_word(file_)};
        }
    }
    if (descriptor_.is_open()) {
        if (!write_word(descriptor_.get())) {
            net::log(net::LogLevel::warn, "--ready-fd {descriptor}: {error}",
                     net::field<net::LogKey::descriptor>(static_cast<unsigned>(descriptor_.get())),
                     net::field<net::LogKey::error>(reason()));
        }
        descriptor_ = net::Descriptor{};
    }
    manager_.send("READY=1");
    told_ = true;
}

void Readiness::withdraw() {
    if (std::exchange(told_, false)) {
        manager_.send("STOPPING=1");
    }
    const net::Descriptor made = std::move(made_);
    struct stat ours {};
    struct stat there {};
    if (made.is_open() && fstat(made.get(), &ours) == 0 && lstat(file_.c_str(), &there) == 0 &&
        ours.st_dev == there.st_dev && ours.st_ino == there.st_ino) {
        unlink(file_.c_str());
    }
}

}  // namespace pt::server
