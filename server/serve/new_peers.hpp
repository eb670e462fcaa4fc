#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"
#include "server/serve/line_allowance.hpp"

namespace pt::server {

/// Which pairs of peer address and port have been heard before, and which new ones may still be
/// logged this second. Fixed memory: the pair of its bucket that was noted first is forgotten, and
/// then new again. May be called from several threads.
class NewPeers {
public:
    explicit NewPeers(std::uint64_t secret);

    enum class Novelty {
        known,
        to_log,    ///< new
        held_back  ///< new, but there were enough lines this second: counted
    };
    Novelty note(Protocol protocol, Port port, const IpAddress& peer, TimePoint now);

    /// How many were held back, once the second is over; 0 while it is not.
    std::uint64_t take_held_back(TimePoint now);

    static constexpr std::size_t capacity = 8192;
    static constexpr unsigned lines_per_second = LineAllowance::lines_per_second;

private:
    static constexpr std::size_t bucket_size = 4;

    bool insert(std::uint64_t fingerprint);

    std::mutex mutex_;
    std::uint64_t secret_;
    std::vector<std::uint64_t> fingerprints_;  ///< newest first in each bucket; 0: free
    LineAllowance lines_;
};

}  // namespace pt::server
