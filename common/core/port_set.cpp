#include "common/core/port_set.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <optional>

namespace pt {

void PortSet::insert(Protocol protocol, Port first, Port last) {
    assert(first <= last);
    const std::size_t first_word = to_number(first) / word_bits;
    const std::size_t last_word = to_number(last) / word_bits;
    const Word from_first = ~Word{0} << (to_number(first) % word_bits);
    const Word to_last = ~Word{0} >> (word_bits - 1 - to_number(last) % word_bits);
    Bits& all = bits(protocol);
    if (first_word == last_word) {
        all[first_word] |= from_first & to_last;
        return;
    }
    all[first_word] |= from_first;
    std::fill(all.data() + first_word + 1, all.data() + last_word, ~Word{0});
    all[last_word] |= to_last;
}

void PortSet::insert(const PortSet& other) {
    for (const auto protocol : all_protocols) {
        std::transform(bits(protocol).begin(), bits(protocol).end(), other.bits(protocol).begin(),
                       bits(protocol).begin(), [](Word mine, Word its) { return mine | its; });
    }
}

void PortSet::erase(const PortSet& other) {
    for (const auto protocol : all_protocols) {
        std::transform(bits(protocol).begin(), bits(protocol).end(), other.bits(protocol).begin(),
                       bits(protocol).begin(), [](Word mine, Word its) { return mine & ~its; });
    }
}

bool PortSet::contains(Protocol protocol, Port port) const {
    const Word word = bits(protocol)[to_number(port) / word_bits];
    return ((word >> (to_number(port) % word_bits)) & 1U) != 0;
}

std::size_t PortSet::size(Protocol protocol) const {
    std::size_t count = 0;
    for (const Word word : bits(protocol)) {
        count += static_cast<std::size_t>(std::popcount(word));
    }
    return count;
}

std::uint32_t PortSet::find(const Bits& bits, std::uint32_t from, bool in_set) {
    while (from < port_count) {
        const Word word = in_set ? bits[from / word_bits] : ~bits[from / word_bits];
        const Word rest = word >> (from % word_bits);
        if (rest != 0) {
            return from + static_cast<std::uint32_t>(std::countr_zero(rest));
        }
        from += static_cast<std::uint32_t>(word_bits - from % word_bits);
    }
    return port_count;
}

std::vector<PortSet::Range> PortSet::ranges() const {
    std::vector<Range> found;
    for (const auto protocol : all_protocols) {
        const Bits& all = bits(protocol);
        std::uint32_t end = 0;
        for (auto first = find(all, 0, true); first < port_count; first = find(all, end, true)) {
            end = find(all, first, false);
            found.push_back({protocol, Port{static_cast<std::uint16_t>(first)},
                             Port{static_cast<std::uint16_t>(end - 1)}});
        }
    }
    return found;
}

std::string PortSet::to_string() const {
    std::string text;
    std::optional<Protocol> current;
    const auto append = [&](Protocol protocol, std::uint32_t first, std::uint32_t last) {
        if (current == protocol) {
            text += ',';
        } else {
            text += current ? " " : "";
            text += pt::to_string(protocol);
            text += '/';
            current = protocol;
        }
        text += std::to_string(first);
        if (first != last) {
            text += '-' + std::to_string(last);
        }
    };
    for (const auto& [protocol, first_port, last_port] : ranges()) {
        std::uint32_t first = to_number(first_port);
        const std::uint32_t last = to_number(last_port);
        if (first == 0 && last > 0) {
            append(protocol, 0, 0);
            first = 1;
        }
        append(protocol, first, last);
    }
    return text;
}

PortSet well_known_ports() {
    constexpr std::array<std::uint16_t, 8> tcp{22, 25, 53, 80, 110, 143, 443, 3389};
    constexpr std::array<std::uint16_t, 2> udp{53, 123};
    PortSet ports;
    for (const auto number : tcp) {
        ports.insert(Protocol::tcp, Port{number});
    }
    for (const auto number : udp) {
        ports.insert(Protocol::udp, Port{number});
    }
    return ports;
}

}  // namespace pt
