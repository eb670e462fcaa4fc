#pragma once

#include <functional>
#include <iosfwd>
#include <vector>

#include "client/app/replaced_file.hpp"
#include "client/options/output_format.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// The files of -o: opened before anything is probed, written at the end.
class OutputFiles {
public:
    using Print = std::function<void(OutputFormat, std::ostream&)>;

    /// `printed` is the format of --output. An error names the file, and what to do.
    static Expected<OutputFiles> open(const std::vector<OutputFile>& files, OutputFormat printed);

    bool empty() const { return files_.empty(); }

    /// Prints each report to its file. One line on `errors` for each that could not be written;
    /// false if there is one.
    bool write(const Print& print, std::ostream& errors);

private:
    struct File {
        std::string path;  ///< as typed
        OutputFormat format;
        ReplacedFile file;
    };
    std::vector<File> files_;
};

}  // namespace pt::client
