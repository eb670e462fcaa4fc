#include "common/net/tcp_measurements.hpp"

// The C library's <netinet/tcp.h> has an older tcp_info, and does not go with this.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace pt::net {

std::optional<TcpMeasurements> read_tcp_measurements(int descriptor) {
    constexpr std::uint32_t none = 0xFFFFFFFF;  // while nothing is measured (tcp_min_rtt)
    tcp_info info{};
    socklen_t size = sizeof info;
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        return std::nullopt;
    }
    TcpMeasurements measurements;
    if (info.tcpi_min_rtt > 0 && info.tcpi_min_rtt != none) {
        measurements.min_round_trip = std::chrono::microseconds{info.tcpi_min_rtt};
    }
    measurements.bytes_retransmitted = info.tcpi_bytes_retrans;
    return measurements;
}

}  // namespace pt::net
