#include "server/journal/journal_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>

#include "common/core/safe_text.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/log.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr auto interval = 1s;
/// Of a part, in the writer's visits: some milliseconds.
constexpr std::size_t part = 60'000;

std::error_code last_error() { return {errno, std::system_category()}; }

std::error_code write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::write(descriptor, text.data(), text.size());
        if (size < 0 && errno != EINTR) {
            return last_error();
        }
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
    return {};
}

/// A device or a directory is not to be replaced by a file.
std::error_code check_replaceable(const std::string& path) {
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
        return errno == ENOENT ? std::error_code{} : last_error();
    }
    if (S_ISREG(status.st_mode)) {
        return {};
    }
    return std::make_error_code(S_ISDIR(status.st_mode) ? std::errc::is_a_directory
                                                        : std::errc::file_exists);
}

std::error_code replace(const std::string& path, std::string_view text) {
    if (const auto error = check_replaceable(path)) {
        return error;
    }
    const std::string beside = path + ".new";
    unlink(beside.c_str());  // left by a server that was killed
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const net::Descriptor file{open(beside.c_str(), flags, S_IRUSR | S_IWUSR)};
    if (!file.is_open()) {
        return last_error();
    }
    auto error = write_all(file.get(), text);
    if (!error && std::rename(beside.c_str(), path.c_str()) != 0) {
        error = last_error();
    }
    if (error) {
        unlink(beside.c_str());
    }
    return error;
}

}  // namespace

JournalFile::JournalFile(std::string path, SharedArchive& archive, std::uint64_t instance,
                         TimePoint now)
    : path_{std::move(path)}, archive_{archive}, instance_{instance}, next_{now} {
    begin(now);
    if (const auto error = write()) {
        throw std::system_error{error, "journal-file " + quote_word(path_)};
    }
}

JournalFile::State JournalFile::state() const {
    const auto archive = archive_.lock();
    return {archive->journal().changes() + archive->record().changes() + archive->stalls().count(),
            archive->record().last_syn()};
}

void JournalFile::begin(TimePoint now) {
    begun_ = state();
    writer_.emplace(archive_, instance_, std::chrono::system_clock::now(), now);
    next_ = now + interval;
}

void JournalFile::update(TimePoint now) {
    if (!writer_) {
        if (now < next_ || state() == begun_) {
            return;
        }
        begin(now);
    }
    if (!writer_->advance(part)) {
        write_or_log(now);
    }
}

void JournalFile::finish(TimePoint now) {
    if (writer_ || state() != begun_) {
        begin(now);
        write_or_log(now);
    }
}

std::error_code JournalFile::write() {
    while (writer_->advance(part)) {
    }
    const auto error = replace(path_, writer_->text());
    writer_.reset();
    return error;
}

void JournalFile::write_or_log(TimePoint now) {
    if (const auto error = write()) {
        begun_ = State{};  // the next turn tries again
        if (const auto suppressed = log_.pass(now)) {
            net::log(net::LogLevel::warn, "journal-file \"{path}\": {error}{suppressed}",
                     net::field<net::LogKey::path>(safe_text(path_)),
                     net::field<net::LogKey::error>(error), *suppressed);
        }
    }
}

}  // namespace pt::server
