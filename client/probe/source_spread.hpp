#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <utility>

#include "common/core/port.hpp"

namespace pt::client {

/// Source ports for the attempts of a probe, spread over the whole ephemeral range: the kernel
/// gives consecutive connects neighbouring ports, which may all fall on one side of a rule that
/// looks at them. Each sixteen attempts in a row come from sixteen different parts of the range.
/// Pure.
class SourceSpread {
public:
    static constexpr unsigned parts = 16;

    /// Both ends within; nothing: the kernel's own choice is the only one.
    SourceSpread(std::optional<std::pair<Port, Port>> range, std::uint64_t seed)
        : range_{range}, random_{static_cast<std::minstd_rand::result_type>(seed)} {}

    /// A port for an attempt (1 is the first), another one each time it is asked.
    std::optional<Port> draw(unsigned attempt);

private:
    std::optional<std::pair<Port, Port>> range_;
    std::minstd_rand random_;
};

}  // namespace pt::client
