#include "server/app/socket_shares.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pt::server {

std::size_t descriptor_ceiling(std::size_t limit) {
    return limit - std::min(limit, std::clamp<std::size_t>(limit / 8, 32, 1024));
}

PortTable merge(PortTable left, const PortTable& right) {
    left.insert(left.end(), right.begin(), right.end());
    std::stable_sort(left.begin(), left.end(), [](const PortEntry& one, const PortEntry& other) {
        return std::tie(one.protocol, one.port) < std::tie(other.protocol, other.port);
    });
    return left;
}

std::vector<std::vector<OpenSocket>> share_out(std::vector<OpenSocket> sockets, unsigned threads) {
    std::vector<std::vector<OpenSocket>> shares(threads);
    for (auto& socket : sockets) {
        shares[socket.thread].push_back(std::move(socket));
    }
    return shares;
}

}  // namespace pt::server
