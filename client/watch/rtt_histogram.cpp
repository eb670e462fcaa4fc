#include "client/watch/rtt_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pt::client {

/// Values below 2^bits have a bucket each; above, each power of two has 2^bits of them.
std::size_t RttHistogram::bucket_of(std::uint64_t value) {
    const auto width = static_cast<unsigned>(std::bit_width(value));
    if (width <= bits) {
        return static_cast<std::size_t>(value);
    }
    const unsigned shift = width - bits - 1;
    const auto within = static_cast<std::size_t>(value >> shift) - (std::size_t{1} << bits);
    return ((static_cast<std::size_t>(shift) + 1) << bits) + within;
}

std::uint64_t RttHistogram::upper_end(std::size_t bucket) {
    const std::size_t group = bucket >> bits;
    const std::size_t within = bucket & ((std::size_t{1} << bits) - 1);
    if (group == 0) {
        return within;
    }
    const std::size_t shift = group - 1;
    return (((std::uint64_t{1} << bits) + within + 1) << shift) - 1;
}

void RttHistogram::add(Nanoseconds sample) {
    const auto value = static_cast<std::uint64_t>(std::max<Nanoseconds::rep>(sample.count(), 0));
    const auto bucket = std::min(bucket_of(value), buckets - 1);
    ++counts_[bucket];
    ++samples_;
}

std::optional<Nanoseconds> RttHistogram::percentile(double share) const {
    if (samples_ == 0) {
        return std::nullopt;
    }
    const auto wanted = std::max<std::uint64_t>(
        static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(samples_))), 1);
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        seen += counts_[bucket];
        if (seen >= wanted) {
            return Nanoseconds{static_cast<Nanoseconds::rep>(upper_end(bucket))};
        }
    }
    return Nanoseconds{static_cast<Nanoseconds::rep>(upper_end(buckets - 1))};
}

}  // namespace pt::client
