#pragma once

#include <string>

#include "client/report/explain/lesson.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// Which step failed, and why.
struct ExchangeFailure {
    std::string message;
};

/// A real exchange on 127.0.0.1 between a listener of this process and a client of it: a
/// browser-like request to port 80 (8080 or any free port where 80 cannot be bound) and its reply,
/// then the same number over UDP. Needs no network but loopback, talks to no other program, and
/// ends within two seconds.
Expected<LoopbackExchange, ExchangeFailure> exchange_over_loopback();

}  // namespace pt::client
