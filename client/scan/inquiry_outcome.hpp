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
    /// The server is gone: ports that had proved open refuse now or another instance answers in its
    /// place, again and again, or its host takes our data and it does not answer any. One such
    /// refusal or answer proves nothing, as a balancer may have sent the connection elsewhere; nor
    /// does it prove anything that no answer comes: a firewall may have closed the path.
    bool lost = false;
    /// A connection led to another pt-server at the address.
    bool led_elsewhere = false;
    /// The ports of connections that were begun and had brought nothing when all was answered.
    std::vector<Port> given_up;

    bool complete() const {
        return std::all_of(answers.begin(), answers.end(),
                           [](const auto& answer) { return answer.has_value(); });
    }
};

}  // namespace pt::client
