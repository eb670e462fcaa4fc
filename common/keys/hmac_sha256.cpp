#include "common/keys/hmac_sha256.hpp"

// Its functions for SHA-256 alone are deprecated in favour of those for all algorithms: see the
// header.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace pt {
namespace {

using Block = std::array<std::uint8_t, SHA256_CBLOCK>;

SHA256_CTX state_after(const Block& block) {
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, block.data(), block.size());
    return state;
}

}  // namespace

struct HmacSha256::States {
    SHA256_CTX inner;
    SHA256_CTX outer;
};

HmacSha256::HmacSha256(std::span<const std::uint8_t> secret) : states_{std::make_unique<States>()} {
    assert(secret.size() <= SHA256_CBLOCK);
    constexpr std::uint8_t inner_pad = 0x36;
    constexpr std::uint8_t outer_pad = 0x5C;
    for (const auto& [pad, state] :
         {std::pair{inner_pad, &states_->inner}, std::pair{outer_pad, &states_->outer}}) {
        Block block{};
        std::copy(secret.begin(), secret.end(), block.begin());
        for (std::uint8_t& byte : block) {
            byte ^= pad;
        }
        *state = state_after(block);
        OPENSSL_cleanse(block.data(), block.size());
    }
}

HmacSha256::~HmacSha256() {
    if (states_) {
        OPENSSL_cleanse(states_.get(), sizeof *states_);
    }
}

HmacSha256::HmacSha256(HmacSha256&&) noexcept = default;
HmacSha256& HmacSha256::operator=(HmacSha256&&) noexcept = default;

HmacSha256::Digest HmacSha256::operator()(
    std::initializer_list<std::span<const std::uint8_t>> parts) const {
    SHA256_CTX inner = states_->inner;
    for (const auto part : parts) {
        SHA256_Update(&inner, part.data(), part.size());
    }
    Digest digest{};
    SHA256_Final(digest.data(), &inner);
    SHA256_CTX outer = states_->outer;
    SHA256_Update(&outer, digest.data(), digest.size());
    SHA256_Final(digest.data(), &outer);
    return digest;
}

}  // namespace pt
