#include "server/kernel/listener_drops.hpp"

#include <utility>

namespace pt::server {

std::vector<Port> ListenerDrops::add_dump(const std::vector<UsedSocket>& listeners) {
    std::vector<Port> ports;
    std::unordered_map<std::uint32_t, std::uint32_t> now;
    risen_ = 0;
    for (const UsedSocket& listener : listeners) {
        const std::uint32_t drops = listener.drops.value_or(0);
        if (drops == 0) {
            continue;
        }
        now[listener.inode] = drops;
        const auto before = drops_.find(listener.inode);
        const std::uint32_t rise = drops - (before == drops_.end() ? 0 : before->second);
        if (rise != 0) {
            risen_ += rise;
            ports.push_back(listener.port);
        }
    }
    drops_ = std::move(now);
    return ports;
}

bool ListenerDrops::explains(std::optional<std::uint64_t> before,
                             std::optional<std::uint64_t> after) {
    const auto last = std::exchange(counted_, after);
    return before && (!last || *before - *last <= risen_);
}

}  // namespace pt::server
