#include "server/record/source_key.hpp"

#include <array>
#include <cstring>

#include "server/record/mix.hpp"

namespace pt::server {

namespace {

std::uint64_t mix_address(std::uint64_t seed, const IpAddress& address) {
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), address.bytes().data(), address.bytes().size());
    return mix(mix(halves[0] ^ seed) ^ halves[1]);
}

}  // namespace

std::uint32_t SourceKeys::hash(const IpAddress& address) const {
    return static_cast<std::uint32_t>(mix_address(secret_, address));
}

std::uint64_t SourceKeys::fingerprint(const IpAddress& peer, const IpAddress& local,
                                      std::uint64_t number) const {
    return mix(mix_address(mix_address(secret_, peer), local) ^ number);
}

SourceKey SourceKeys::key(const IpAddress& peer, const IpAddress& local) const {
    const SourceKey key = std::uint64_t{hash(peer)} << 32U | hash(local);
    return key == 0 ? 1 : key;
}

}  // namespace pt::server
