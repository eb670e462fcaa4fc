#include "client/probe/source_spread.hpp"

#include <algorithm>
#include <array>

namespace pt::client {
namespace {

/// Bits reversed: each two in a row are far from each other.
constexpr std::array<unsigned, SourceSpread::parts> order{0, 8, 4, 12, 2, 10, 6, 14,
                                                          1, 9, 5, 13, 3, 11, 7, 15};

}  // namespace

std::optional<Port> SourceSpread::draw(unsigned attempt) {
    if (!range_) {
        return std::nullopt;
    }
    const unsigned first = to_number(range_->first);
    const unsigned size = to_number(range_->second) - first + 1U;
    const unsigned part = order[(attempt - 1) % parts];
    const unsigned from = first + size * part / parts;
    const unsigned to = first + size * (part + 1) / parts;
    if (to <= from) {
        return Port{static_cast<std::uint16_t>(std::min(from, first + size - 1))};
    }
    std::uniform_int_distribution<unsigned> within{from, to - 1};
    return Port{static_cast<std::uint16_t>(within(random_))};
}

}  // namespace pt::client
