#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "common/core/inquiry.hpp"

namespace pt::client {

/// What came of asking a server.
struct InquiryOutcome {
    /// In the order of the inquiries; nothing where no answer came in time.
    std::vector<std::optional<InquiryAnswer>> answers;
    /// The server is gone, for certain: ports that had proved open refuse now, another instance
    /// answers in its place, or its host takes our data and it does not answer any. That no answer
    /// comes proves nothing: a firewall may have closed the path.
    bool lost = false;

    bool complete() const {
        return std::all_of(answers.begin(), answers.end(),
                           [](const auto& answer) { return answer.has_value(); });
    }
};

}  // namespace pt::client
