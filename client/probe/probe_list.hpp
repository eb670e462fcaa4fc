#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "client/cli/targets.hpp"
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

/// The endpoints of one protocol, numbered from 0 by block and port. None is kept: what has a
/// number is computed, so that millions of probes take no memory before they start.
class ProbeList {
public:
    /// Blocks without an address are left out.
    ProbeList(const std::vector<ProbeBlock>& blocks, Protocol protocol);

    Protocol protocol() const { return protocol_; }
    std::size_t size() const { return size_; }

    /// `place` is below `size`.
    Endpoint endpoint(std::size_t place) const;
    std::uint32_t host(std::size_t place) const { return block_at(place).host; }
    /// Which block it belongs to.
    std::size_t block(std::size_t place) const;
    const IpAddress& address(std::size_t block) const { return blocks_[block].address; }
    /// The first place with that address and port.
    std::optional<std::size_t> find(const SocketAddress& address) const;

private:
    struct Range {
        std::size_t first_place;  ///< within the set
        Port first;
        Port last;
    };
    /// The ports of one set, shared by the blocks that share it.
    struct Ranges {
        std::vector<Range> ranges;
        std::size_t size = 0;
    };
    struct Block {
        std::size_t first_place;
        std::uint32_t host;
        IpAddress address;
        std::shared_ptr<const Ranges> ports;
    };

    static std::shared_ptr<const Ranges> ranges_of(const PortSet& ports, Protocol protocol);
    const Block& block_at(std::size_t place) const { return blocks_[block(place)]; }

    Protocol protocol_;
    std::vector<Block> blocks_;
    std::vector<std::size_t> by_address_;  ///< places in `blocks_`
    std::size_t size_ = 0;
};

}  // namespace pt::client
