#include "server/run_events.hpp"

#include <spdlog/spdlog.h>

#include <exception>

namespace pt::server {

void run_events(boost::asio::io_context& context) {
    for (;;) {
        try {
            context.run();
            return;
        } catch (const std::exception& error) {
            // The handler is gone, so that this cannot go on for ever.
            spdlog::error("event dropped: {}", error.what());
        }
    }
}

}  // namespace pt::server
