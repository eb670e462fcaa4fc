#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace pt::net {

/// What the kernel has measured on a TCP connection (TCP_INFO, tcp(7)).
struct TcpMeasurements {
    std::optional<std::chrono::nanoseconds> min_round_trip;  ///< nothing: none was measured
    std::uint64_t bytes_retransmitted = 0;                   ///< data that this end sent again
};

/// Nothing where the descriptor is no TCP socket.
std::optional<TcpMeasurements> read_tcp_measurements(int descriptor);

}  // namespace pt::net
