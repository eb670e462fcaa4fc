#include "server/record/unfinished_table.hpp"

#include "server/record/kernel_value.hpp"

namespace pt::server {
std::size_t UnfinishedTable::count(Port port, std::span<const SourceKey> keys, KeyMatch match,
                                   TimePoint since) const {
    constexpr unsigned port_place = 16;
    if (buckets_.empty()) {
        return 0;
    }
    const UnfinishedBucket& bucket = buckets_[to_number(port) % UnfinishedBucket::buckets];
    std::size_t sum = is_since(bucket.displaced, since) ? many : 0;
    for (const auto& place : bucket.places) {
        const bool matches = load(place.ends) >> port_place == to_number(port) &&
                             is_since(place.began, since) &&
                             matches_any(keys, load(place.key), match);
        sum += matches ? 1U : 0U;
    }
    return sum;
}

}  // namespace pt::server
