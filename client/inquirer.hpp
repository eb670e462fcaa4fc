#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "client/inquiry_outcome.hpp"
#include "client/known_server.hpp"
#include "client/socket_setup.hpp"
#include "common/core/inquiry.hpp"

namespace pt::client {

struct InquirySettings {
    SourceSettings source;
    std::uint64_t session = 0;
    std::uint32_t first_sequence = 0;  ///< this and the next ones are nobody else's
    std::chrono::milliseconds timeout{6000};
};

/// Asks one server that has proved itself, over the very ports that proved open: there is no
/// control port. Over TCP all inquiries follow each other on one connection; because a lost SYN
/// costs a second, fresh connections join in while none has answered, and UDP too. The first
/// answer to each inquiry counts. `done` is called once, from `context`.
void ask_server(boost::asio::io_context& context, const KnownServer& server,
                const std::vector<Inquiry>& inquiries, const InquirySettings& settings,
                std::function<void(InquiryOutcome)> done);

}  // namespace pt::client
