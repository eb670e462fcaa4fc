#include "common/net/kernel_time.hpp"

#include <cstring>
#include <ctime>

namespace pt::net {
namespace {

std::chrono::nanoseconds to_duration(const timespec& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

std::chrono::nanoseconds wall_clock() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return to_duration(now);
}

bool is_timestamp(const cmsghdr& header) {
    return header.cmsg_level == SOL_SOCKET && header.cmsg_type == SCM_TIMESTAMPNS &&
           header.cmsg_len >= CMSG_LEN(sizeof(timespec));
}

std::chrono::nanoseconds time_since(const cmsghdr& timestamp, std::chrono::nanoseconds now) {
    constexpr std::chrono::seconds longest{60};
    timespec stamp{};
    std::memcpy(&stamp, CMSG_DATA(&timestamp), sizeof stamp);
    const auto waited = now - to_duration(stamp);
    return waited < waited.zero() || waited > longest ? waited.zero() : waited;
}

}  // namespace pt::net
