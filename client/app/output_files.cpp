#include "client/app/output_files.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <ostream>
#include <utility>

#include "common/core/safe_text.hpp"

namespace pt::client {

Expected<OutputFiles> OutputFiles::open(const std::vector<OutputFile>& files,
                                        OutputFormat printed) {
    OutputFiles opened;
    for (const OutputFile& wanted : files) {
        const auto what = "--output-file " + quote_word(wanted.path);
        auto file = ReplacedFile::open(wanted.path);
        if (!file) {
            return UsageError{what + " cannot be written: " + file.error().message +
                              "; give a file in a folder that exists and is writable"};
        }
        const bool is_again =
            std::any_of(opened.files_.begin(), opened.files_.end(),
                        [&](const File& other) { return other.file.target() == file->target(); });
        if (is_again) {
            return UsageError{what + " is given twice: each report needs a file of its own"};
        }
        opened.files_.push_back({wanted.path, wanted.format.value_or(printed), *std::move(file)});
    }
    if (!opened.empty()) {
        // A reader that leaves (| head, a FIFO) must not keep the other reports from being written.
        std::signal(SIGPIPE, SIG_IGN);
    }
    return opened;
}

bool OutputFiles::write(const Print& print, std::ostream& errors) {
    std::cout.flush();  // what is printed stays before what goes to /dev/stdout
    bool all = true;
    for (File& file : files_) {
        print(file.format, file.file.stream());
        if (const auto failure = file.file.commit(); !failure.empty()) {
            errors << "pt-client: " << safe_text(file.path) << " could not be written: " << failure
                   << std::endl;
            all = false;
        }
    }
    return all;
}

}  // namespace pt::client
