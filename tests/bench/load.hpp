#pragma once

#include <chrono>
#include <cstddef>

#include "common/core/endpoint.hpp"

/// The client side of the echo benchmark: as lean as possible, so that the server is what is
/// measured.
namespace pt::bench {

struct Load {
    Protocol protocol = Protocol::tcp;
    std::size_t peers = 1;
    /// UDP: requests that each peer has under way.
    std::size_t in_flight = 1;
};

/// Round trips per second, over about the given time. Throws where the server does not answer.
double round_trips_per_second(const Load& load, const SocketAddress& server,
                              std::chrono::milliseconds time);

}  // namespace pt::bench
