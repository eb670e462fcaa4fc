#include "server/record/source_key.hpp"

#include <array>
#include <cstring>

#include "server/record/mix.hpp"

namespace pt::server {

std::uint32_t SourceKeys::hash(const IpAddress& address) const {
    std::array<std::uint64_t, 2> halves{};
    std::memcpy(halves.data(), address.bytes().data(), address.bytes().size());
    return static_cast<std::uint32_t>(mix(mix(halves[0] ^ secret_) ^ halves[1]));
}

SourceKey SourceKeys::key(const IpAddress& peer, const IpAddress& local) const {
    const SourceKey key = std::uint64_t{hash(peer)} << 32U | hash(local);
    return key == 0 ? 1 : key;
}

}  // namespace pt::server
