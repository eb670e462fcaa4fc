#include "client/probe/probe_list.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>

namespace pt::client {

std::vector<ProbeBlock> list_blocks(const Targets& targets,
                                    const std::vector<net::Resolution>& resolutions,
                                    bool all_addresses) {
    std::vector<ProbeBlock> blocks;
    for (std::uint32_t host = 0; host < targets.size(); ++host) {
        const auto& addresses = resolutions[host].addresses;
        if (addresses.empty()) {
            blocks.push_back({host, IpAddress{}, targets[host].ports});
        }
        for (const IpAddress& address : addresses) {
            blocks.push_back({host, address, targets[host].ports});
            if (!all_addresses) {
                break;
            }
        }
    }
    return blocks;
}

ProbeList::ProbeList(const std::vector<ProbeBlock>& blocks, Protocol protocol)
    : protocol_{protocol} {
    std::map<const PortSet*, std::shared_ptr<const Ranges>> known;
    for (const ProbeBlock& block : blocks) {
        auto& ports = known[block.ports.get()];
        if (!ports) {
            ports = ranges_of(*block.ports, protocol);
        }
        if (ports->size > 0 && block.address != IpAddress{}) {
            blocks_.push_back({size_, block.host, block.address, ports});
            size_ += ports->size;
        }
    }
    by_address_.resize(blocks_.size());
    std::iota(by_address_.begin(), by_address_.end(), std::size_t{0});
    std::stable_sort(by_address_.begin(), by_address_.end(), [this](std::size_t a, std::size_t b) {
        return blocks_[a].address < blocks_[b].address;
    });
}

std::shared_ptr<const ProbeList::Ranges> ProbeList::ranges_of(const PortSet& ports,
                                                              Protocol protocol) {
    auto ranges = std::make_shared<Ranges>();
    for (const PortSet::Range& range : ports.ranges()) {
        if (range.protocol == protocol) {
            ranges->ranges.push_back({ranges->size, range.first, range.last});
            ranges->size += std::size_t{1} + to_number(range.last) - to_number(range.first);
        }
    }
    return ranges;
}

std::size_t ProbeList::block(Slot slot) const {
    const auto next = std::upper_bound(
        blocks_.begin(), blocks_.end(), to_index(slot),
        [](std::size_t one, const Block& block) { return one < block.first_index; });
    return static_cast<std::size_t>(std::distance(blocks_.begin(), next)) - 1;
}

std::size_t ProbeList::block_end(Slot slot) const {
    const std::size_t next = to_index(slot) < size_ ? block(slot) + 1 : blocks_.size();
    return next < blocks_.size() ? blocks_[next].first_index : size_;
}

Endpoint ProbeList::endpoint(Slot slot) const {
    const Block& block = block_at(slot);
    const std::size_t within = to_index(slot) - block.first_index;
    const auto& ranges = block.ports->ranges;
    const auto next = std::upper_bound(
        ranges.begin(), ranges.end(), within,
        [](std::size_t one, const Range& range) { return one < range.first_index; });
    const Range& range = *std::prev(next);
    const auto port = to_number(range.first) + (within - range.first_index);
    return {protocol_, block.address, Port{static_cast<std::uint16_t>(port)}};
}

std::optional<Slot> ProbeList::find(const SocketAddress& address) const {
    auto entry = std::lower_bound(
        by_address_.begin(), by_address_.end(), address.address,
        [this](std::size_t block, const IpAddress& one) { return blocks_[block].address < one; });
    for (; entry != by_address_.end() && blocks_[*entry].address == address.address; ++entry) {
        const Block& block = blocks_[*entry];
        const auto& ranges = block.ports->ranges;
        const auto next =
            std::upper_bound(ranges.begin(), ranges.end(), address.port,
                             [](Port port, const Range& range) { return port < range.first; });
        if (next != ranges.begin() && address.port <= std::prev(next)->last) {
            const Range& range = *std::prev(next);
            return slot_at(block.first_index + range.first_index +
                           (to_number(address.port) - to_number(range.first)));
        }
    }
    return std::nullopt;
}

}  // namespace pt::client
