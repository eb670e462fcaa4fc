#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/core/port.hpp"

namespace pt {

/// A set of TCP and UDP ports: two bitmaps of 65,536 bits, 16 KiB whatever it holds.
/// Walked in order: TCP before UDP, then by number.
class PortSet {
public:
    /// One unbroken stretch of ports of one protocol, both ends within.
    struct Range {
        Protocol protocol = Protocol::tcp;
        Port first{};
        Port last{};
        friend bool operator==(const Range&, const Range&) = default;
    };

    /// Adds first..last, both within; `first` must not be above `last`.
    void insert(Protocol protocol, Port first, Port last);
    void insert(Protocol protocol, Port port) { insert(protocol, port, port); }
    void insert(const PortSet& other);
    void erase(const PortSet& other);

    bool contains(Protocol protocol, Port port) const;
    bool empty() const { return tcp_.none() && udp_.none(); }
    std::size_t size() const { return tcp_.count() + udp_.count(); }
    std::size_t size(Protocol protocol) const { return bits(protocol).count(); }

    /// The set as the fewest unbroken ranges, in order.
    std::vector<Range> ranges() const;

    /// The set as a port spec that reads back to the same set: "tcp/22,80-90 udp/53"; "" if empty.
    std::string to_string() const;

    friend bool operator==(const PortSet&, const PortSet&) = default;

private:
    using Bits = std::bitset<port_count>;
    Bits& bits(Protocol protocol) { return protocol == Protocol::tcp ? tcp_ : udp_; }
    const Bits& bits(Protocol protocol) const { return protocol == Protocol::tcp ? tcp_ : udp_; }

    Bits tcp_;
    Bits udp_;
};

}  // namespace pt
