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
    /// The server is gone: every port that had proved open now refuses, or none of its TCP ports
    /// as much as completes a handshake. (Another server behind the same address would.)
    bool lost = false;

    bool complete() const {
        return std::all_of(answers.begin(), answers.end(),
                           [](const auto& answer) { return answer.has_value(); });
    }
};

}  // namespace pt::client
