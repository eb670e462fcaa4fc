#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pt::server {

/// Counts the frames of each session in memory that is fixed from the start: where a session finds
/// no room, the one of its bucket that was longest unheard of is forgotten.
class SessionTable {
public:
    /// `secret` decides which sessions share a bucket, so that nobody can aim at another's.
    explicit SessionTable(std::uint64_t secret);

    /// One more frame of this session; how many that makes.
    std::uint32_t count(std::uint64_t session);

    static constexpr std::size_t capacity = 16'384;

private:
    struct Entry {
        std::uint64_t session = 0;
        std::uint32_t frames = 0;  ///< 0: free
        std::uint32_t heard = 0;   ///< when, in frames; wraps around
    };
    static constexpr std::size_t bucket_size = 8;

    std::uint64_t secret_;
    std::uint32_t now_ = 0;
    std::vector<Entry> entries_;
};

}  // namespace pt::server
