#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/core/timing.hpp"

namespace pt::client {

/// Round-trip times in buckets that are 1/32 of their value wide: percentiles of any number of
/// samples, exact to 3 %, in 5 KiB.
class RttHistogram {
public:
    void add(Nanoseconds sample);
    std::uint64_t samples() const { return samples_; }
    /// The upper end of the bucket that this share of all samples, from 0 to 1, does not exceed.
    std::optional<Nanoseconds> percentile(double share) const;

private:
    static constexpr unsigned bits = 5;
    /// Up to 2^40 ns, about 18 minutes; longer ones count as that.
    static constexpr unsigned max_bits = 40;
    static constexpr std::size_t buckets = (max_bits - bits + 1) << bits;

    static std::size_t bucket_of(std::uint64_t value);
    static std::uint64_t upper_end(std::size_t bucket);

    std::array<std::uint32_t, buckets> counts_{};
    std::uint64_t samples_ = 0;
};

}  // namespace pt::client
