#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "client/result/result.hpp"

namespace pt::client {

/// What --output json says of a scan besides its results, line by line. What is not as a report
/// writes it is left out.
class PastSummary {
public:
    /// A line outside of the results, without blanks around it: `"started": "...",`.
    void take_line(std::string_view line);
    /// A result was read.
    void take_result();

    /// Of files of several scans, and of other forms than json: nothing but empty values.
    const RunSummary& summary() const;
    /// How many results the scan had, those that --only hid included.
    std::optional<std::size_t> results() const;

private:
    void take_values(std::string_view line);

    RunSummary summary_;
    std::optional<std::size_t> results_;
    std::size_t scans_ = 0;
    bool is_open_ = false;  ///< between the braces of a scan
    bool is_mixed_ = false;
};

}  // namespace pt::client
