#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "server/kernel/socket_dump.hpp"

namespace pt::server {

/// What the drop counters of TCP listeners tell. A listener's counter rises by one for each
/// handshake that a reset ends, or whose SYN-ACK finds no route, or for which there is no room, and
/// that so is seen by no poll of the half-open ones. Counters and dumps are arguments.
class ListenerDrops {
public:
    /// Of all listeners of this network namespace, ours among them; the last one for a port is
    /// enough. Returns the ports on which one dropped something since the last dump.
    std::vector<Port> add_dump(const std::vector<UsedSocket>& listeners);

    /// What the kernel had counted in this namespace, of handshakes that ended so, right before a
    /// dump and right after it; nothing where it does not tell. Whether the dump explains it all:
    /// a kernel that counted otherwise would be noticed here.
    bool explains(std::optional<std::uint64_t> before, std::optional<std::uint64_t> after);

private:
    std::unordered_map<std::uint32_t, std::uint32_t> drops_;  ///< by inode; those above 0
    std::uint64_t risen_ = 0;                                 ///< in the last dump
    std::optional<std::uint64_t> counted_;                    ///< after the last dump
};

}  // namespace pt::server
