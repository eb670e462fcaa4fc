#pragma once

#include <exception>

#include "common/net/log.hpp"

namespace pt::net {

/// Ends every spawned coroutine: none of them throws but for want of memory, and that ends the one
/// that could not have it, not the server.
struct LogUnexpected {
    void operator()(const std::exception_ptr& exception) const {
        if (!exception) {
            return;
        }
        try {
            std::rethrow_exception(exception);
        } catch (const std::exception& error) {
            log(LogLevel::error, "unexpected: {error}", field<LogKey::error>(error.what()));
        }
    }
};

}  // namespace pt::net
