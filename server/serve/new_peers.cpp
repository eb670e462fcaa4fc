#include "server/serve/new_peers.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "server/record/mix.hpp"

namespace pt::server {
namespace {

std::uint64_t fingerprint_of(std::uint64_t secret, Protocol protocol, Port port,
                             const IpAddress& peer) {
    std::array<std::uint64_t, 2> words{};
    std::memcpy(words.data(), peer.bytes().data(), peer.bytes().size());
    const std::uint64_t where = (std::uint64_t{peer.scope()} << 32U) |
                                (std::uint64_t{static_cast<std::uint8_t>(protocol)} << 16U) |
                                to_number(port);
    const auto mixed = mix(mix(mix(words[0] ^ secret) ^ words[1]) ^ where);
    return mixed == 0 ? 1 : mixed;
}

}  // namespace

NewPeers::NewPeers(std::uint64_t secret) : secret_{secret}, fingerprints_(capacity) {}

bool NewPeers::insert(std::uint64_t fingerprint) {
    const auto bucket = static_cast<std::size_t>(fingerprint % (capacity / bucket_size));
    const auto entries = std::span{fingerprints_}.subspan(bucket * bucket_size, bucket_size);
    if (std::find(entries.begin(), entries.end(), fingerprint) != entries.end()) {
        return false;
    }
    std::copy_backward(entries.begin(), entries.end() - 1, entries.end());
    entries.front() = fingerprint;
    return true;
}

NewPeers::Novelty NewPeers::note(Protocol protocol, Port port, const IpAddress& peer,
                                 TimePoint now) {
    const std::lock_guard lock{mutex_};
    if (!insert(fingerprint_of(secret_, protocol, port, peer))) {
        return Novelty::known;
    }
    return lines_.take(now) ? Novelty::to_log : Novelty::held_back;
}

std::uint64_t NewPeers::take_held_back(TimePoint now) {
    const std::lock_guard lock{mutex_};
    return lines_.take_held_back(now);
}

}  // namespace pt::server
