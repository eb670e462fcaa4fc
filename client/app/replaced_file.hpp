#pragma once

#include <sys/types.h>

#include <fstream>
#include <iosfwd>
#include <optional>
#include <string>

#include "common/core/expected.hpp"

namespace pt::client {

/// A file that is written anew in one step: a reader finds the old one or the whole new one. It is
/// written beside its place under another name, and takes its place when it is committed; if it
/// never is, that name is removed and the old file stays as it was. What is no regular file
/// (/dev/stdout, a pipe, a FIFO) is written directly.
class ReplacedFile {
public:
    /// What cannot be written is found out now; "No such file or directory".
    static Expected<ReplacedFile> open(const std::string& path);

    ReplacedFile(ReplacedFile&& other) noexcept;
    ReplacedFile& operator=(ReplacedFile&&) = delete;
    ~ReplacedFile();

    std::ostream& stream() { return standard_ != nullptr ? *standard_ : file_; }

    /// Why it could not be written, or "". Called once.
    std::string commit();

    /// Where it is, with symbolic links followed.
    const std::string& target() const { return target_; }

private:
    ReplacedFile() = default;

    std::string target_;
    std::string temporary_;       ///< "" where the target is written directly
    std::optional<mode_t> mode_;  ///< of the file that is replaced
    std::ofstream file_;
    std::ostream* standard_ = nullptr;  ///< standard output or error
};

}  // namespace pt::client
