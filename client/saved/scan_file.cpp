#include "client/saved/scan_file.hpp"

#include <fstream>

#include "client/options/read_file.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {

Expected<PastResults> read_scan_file(const std::string& name, std::istream& standard_input) {
    std::ifstream file;
    if (!is_standard_input(name)) {
        if (const auto failure = open_to_read(file, name); !failure.empty()) {
            return UsageError{quote_word(name) + " cannot be read: " + failure + wanted_file};
        }
    }
    auto past =
        read_past_results(is_standard_input(name) ? standard_input : file, input_name(name));
    if (!past) {
        return UsageError{past.error().message + wanted_file};
    }
    if (past->results.empty()) {
        return UsageError{safe_text(input_name(name)) + " holds no result" + wanted_file};
    }
    return past;
}

std::string cut_text(const PastResults& past) {
    if (past.cut_lines > 0) {
        return "lines that were cut short and do not count: " + std::to_string(past.cut_lines);
    }
    return past.lacks_end ? "its end is missing" : "";
}

}  // namespace pt::client
