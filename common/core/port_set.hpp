#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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
    bool empty() const { return *this == PortSet{}; }
    std::size_t size() const { return size(Protocol::tcp) + size(Protocol::udp); }
    std::size_t size(Protocol protocol) const;

    /// The set as the fewest unbroken ranges, in order.
    std::vector<Range> ranges() const;

    /// The set as port specs, one word for each protocol, that read back to the same set:
    /// "tcp/22,80-90 udp/53"; "" if empty. Port 0 stands by itself: it is no part of a range.
    std::string to_string() const;

    friend bool operator==(const PortSet&, const PortSet&) = default;

private:
    using Word = std::uint64_t;
    static constexpr std::size_t word_bits = 64;
    using Bits = std::array<Word, port_count / word_bits>;

    Bits& bits(Protocol protocol) { return protocol == Protocol::tcp ? tcp_ : udp_; }
    const Bits& bits(Protocol protocol) const { return protocol == Protocol::tcp ? tcp_ : udp_; }
    /// The first port from `from` on that is in the set (or is not); port_count where none is.
    static std::uint32_t find(const Bits& bits, std::uint32_t from, bool in_set);

    Bits tcp_{};
    Bits udp_{};
};

/// What pt-server listens on and pt-client tries where nobody says: ports that firewalls treat in
/// ways of their own.
PortSet well_known_ports();

}  // namespace pt
