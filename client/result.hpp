#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"
#include "common/core/verdict.hpp"

/// What a run hands to the reports: plain values, nothing left to compute or look up.
namespace pt::client {

/// What the far end reported in its echo.
struct ServerView {
    SocketAddress source;       ///< our address and port as the server saw them
    SocketAddress destination;  ///< the address and port that the frame arrived at
    std::uint8_t received_ttl = 0;  ///< TTL or hop limit on arrival; 0: not known
    std::uint64_t instance = 0;     ///< random per start of the server
};

/// The result for one endpoint.
struct Result {
    std::string host;  ///< as typed
    Endpoint endpoint;
    Conclusion conclusion;
    int local_error = 0;  ///< errno behind `untested: local-error`, else 0
    std::uint32_t attempts = 0;
    RttStatistics rtt;
    std::uint32_t frames_sent = 0;  ///< of --count: frames sent on the open port, and not answered
    std::uint32_t frames_lost = 0;
    /// Our end of the attempt that decided; of the last attempt where none did.
    std::optional<SocketAddress> local;
    std::optional<ServerView> seen;
    std::vector<std::string> notes;
};

/// A whole run.
struct RunSummary {
    std::chrono::system_clock::time_point started;
    Nanoseconds duration{};
    /// As typed; several are joined with ",".
    std::string host;
    /// The first pt-server that answered; 0 where none did.
    std::uint64_t server_instance = 0;
    bool interrupted = false;
};

}  // namespace pt::client
