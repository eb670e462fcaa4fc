#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "common/core/endpoint.hpp"

namespace pt::server {

/// Stands for a peer's address together with the local address that it sent to: the peer in the
/// upper half, the local address in the lower one. Never 0. A secret keeps anyone from choosing
/// addresses that share a key. The kernel's side makes the same (syn_record.bpf.c), so that nothing
/// needs to be searched to compare. The zones of link-local addresses are not told apart, as the
/// kernel does not tell them.
using SourceKey = std::uint64_t;

class SourceKeys {
public:
    explicit SourceKeys(std::uint64_t secret) : secret_{secret} {}

    SourceKey key(const IpAddress& peer, const IpAddress& local) const;
    /// Tells both addresses and a number from all others, with all of its 64 bits.
    std::uint64_t fingerprint(const IpAddress& peer, const IpAddress& local,
                              std::uint64_t number) const;

private:
    std::uint32_t hash(const IpAddress& address) const;

    std::uint64_t secret_;
};

/// What two keys must have in common.
enum class KeyMatch {
    source,  ///< peer and local address
    peer,    ///< whatever it sent to
    local,   ///< whoever sent to it
    either   ///< peer or local address
};

constexpr bool takes_any_peer(KeyMatch match) {
    return match == KeyMatch::local || match == KeyMatch::either;
}

constexpr bool matches(SourceKey one, SourceKey other, KeyMatch match) {
    const bool same_peer = one >> 32U == other >> 32U;
    const bool same_local = static_cast<std::uint32_t>(one) == static_cast<std::uint32_t>(other);
    switch (match) {
        case KeyMatch::source: break;
        case KeyMatch::peer: return same_peer;
        case KeyMatch::local: return same_local;
        case KeyMatch::either: return same_peer || same_local;
    }
    return same_peer && same_local;
}

/// Whether one of `keys` matches.
constexpr bool matches_any(std::span<const SourceKey> keys, SourceKey key, KeyMatch match) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](SourceKey one) { return matches(one, key, match); });
}

}  // namespace pt::server
