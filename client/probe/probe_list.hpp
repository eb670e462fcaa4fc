#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "client/options/targets.hpp"
#include "client/pace/slot.hpp"
#include "common/core/endpoint.hpp"
#include "common/net/resolution.hpp"

namespace pt::client {

/// The ports to probe at one address of one host. An unspecified address stands for a name that has
/// none: its ports are reported all the same.
struct ProbeBlock {
    std::uint32_t host = 0;  ///< place in the scan's list of hosts
    IpAddress address;
    std::shared_ptr<const PortSet> ports;
};

/// Every endpoint of a scan as blocks, in the order of hosts and addresses. `resolutions` has one
/// entry for each target.
std::vector<ProbeBlock> list_blocks(const Targets& targets,
                                    const std::vector<net::Resolution>& resolutions,
                                    bool all_addresses);

/// The endpoints of one protocol, in slots by block and port. None is kept: what a slot holds
/// is computed, so that millions of probes take no memory before they start.
class ProbeList {
public:
    /// Blocks without an address are left out.
    ProbeList(const std::vector<ProbeBlock>& blocks, Protocol protocol);

    Protocol protocol() const { return protocol_; }
    std::size_t size() const { return size_; }

    /// The slot is below `size`.
    Endpoint endpoint(Slot slot) const;
    std::uint32_t host(Slot slot) const { return block_at(slot).host; }
    /// Which block it belongs to.
    std::size_t block(Slot slot) const;
    /// The first slot after those of the same block, or `size` for a slot that is not in the list.
    std::size_t block_end(Slot slot) const;
    std::size_t block_begin(Slot slot) const { return block_at(slot).first_index; }
    std::size_t blocks() const { return blocks_.size(); }
    const IpAddress& address(std::size_t block) const { return blocks_[block].address; }
    /// The first one with that address and port.
    std::optional<Slot> find(const SocketAddress& address) const;

private:
    struct Range {
        std::size_t first_index;  ///< within the set
        Port first;
        Port last;
    };
    /// The ports of one set, shared by the blocks that share it.
    struct Ranges {
        std::vector<Range> ranges;
        std::size_t size = 0;
    };
    struct Block {
        std::size_t first_index;  ///< of its slots
        std::uint32_t host;
        IpAddress address;
        std::shared_ptr<const Ranges> ports;
    };

    static std::shared_ptr<const Ranges> ranges_of(const PortSet& ports, Protocol protocol);
    const Block& block_at(Slot slot) const { return blocks_[block(slot)]; }

    Protocol protocol_;
    std::vector<Block> blocks_;
    std::vector<std::size_t> by_address_;  ///< places in `blocks_`
    std::size_t size_ = 0;
};

}  // namespace pt::client
