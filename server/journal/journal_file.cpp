#include "server/journal/journal_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>

#include "common/core/safe_text.hpp"
#include "common/net/clock.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/log.hpp"
#include "server/journal/running_thread.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr auto interval = 1s;
/// Of the time, the thread takes one part in so many at most.
constexpr int share = 4;
constexpr auto look_every = 250ms;
/// Between two times that the archive is locked: who waits for a mutex is not served in turn.
constexpr std::chrono::microseconds pause_between{50};

bool no_pause() { return true; }

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
    if (const auto error = write(now, no_pause)) {
        throw std::system_error{error, "journal-file " + quote_word(path_)};
    }
}

JournalFile::State JournalFile::state() const {
    const auto archive = archive_.lock();
    return {archive->journal().changes() + archive->record().changes() + archive->stalls().count(),
            archive->record().last_syn()};
}

bool JournalFile::is_due(TimePoint now) const { return now >= next_ && !(state() == begun_); }

void JournalFile::start_thread() {
    thread_ = running_thread([this] { run(); });
}

void JournalFile::run() {
    const auto pause = [this] {
        std::this_thread::sleep_for(pause_between);
        return !stop_;
    };
    std::unique_lock lock{mutex_};
    while (!woken_.wait_for(lock, look_every, [this] { return stop_.load(); })) {
        const TimePoint now = net::steady_now();
        try {
            if (is_due(now)) {
                write_or_log(now, pause);
            }
        } catch (const std::bad_alloc&) {
            begun_ = State{};  // tried again
        }
        next_ = std::max(next_, now + (net::steady_now() - now) * share);
    }
}

void JournalFile::end_thread() {
    stop_ = true;
    { const std::lock_guard between_looking_and_waiting{mutex_}; }
    woken_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void JournalFile::update(TimePoint now) {
    if (!thread_.joinable() && is_due(now)) {
        write_or_log(now, no_pause);
    }
}

void JournalFile::finish(TimePoint now) {
    end_thread();
    if (!(state() == begun_)) {
        write_or_log(now, no_pause);
    }
}

std::error_code JournalFile::write(TimePoint now, const JournalWriter::Pause& pause) {
    const State begun = state();
    next_ = now + interval;
    JournalWriter writer{archive_, now, pause};
    const auto text = writer.write(instance_, std::chrono::system_clock::now());
    if (!text) {
        return {};  // it is to stop: `finish` writes all
    }
    const auto error = replace(path_, *text);
    begun_ = error ? State{} : begun;
    return error;
}

void JournalFile::write_or_log(TimePoint now, const JournalWriter::Pause& pause) {
    if (const auto error = write(now, pause)) {
        if (const auto suppressed = log_.pass(now)) {
            net::log(net::LogLevel::warn, "journal-file \"{path}\": {error}{suppressed}",
                     net::field<net::LogKey::path>(safe_text(path_)),
                     net::field<net::LogKey::error>(error), *suppressed);
        }
    }
}

}  // namespace pt::server
