#include "common/keys/key.hpp"

#include <openssl/crypto.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "common/core/byte_order.hpp"
#include "common/keys/hmac_sha256.hpp"

namespace pt {
Secret::~Secret() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

bool operator==(const Secret& one, const Secret& other) {
    return CRYPTO_memcmp(one.bytes_.data(), other.bytes_.data(), Secret::size) == 0;
}

bool Key::valid_at(WallTime now) const {
    return (!from || now >= *from) && (!until || now < *until);
}

Key make_key(const Secret& secret) {
    Key key{secret, 0, {}, {}};
    key.id = load<std::uint32_t>(derive(secret, "pt 1 key id").bytes(), 0);
    key.id += key.id == 0 ? 1U : 0U;  // 0 means no key
    return key;
}

Secret draw_secret() {
    Secret::Bytes bytes{};
    // Never fails nor is cut short for so few bytes once the kernel has entropy (getrandom(2)).
    while (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        if (errno != EINTR) {
            throw std::system_error{errno, std::system_category(), "getrandom"};
        }
    }
    const Secret secret{bytes};
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return secret;
}

Secret derive(const Secret& secret, std::string_view purpose) {
    // "Extract" with a salt of zeros, then "expand" to its first block (RFC 5869 section 2).
    constexpr std::array<std::uint8_t, Secret::size> no_salt{};
    constexpr std::array<std::uint8_t, 1> first_block{1};
    const std::vector<std::uint8_t> info{purpose.begin(), purpose.end()};
    const HmacSha256 extract{no_salt};
    auto extracted = extract({secret.bytes()});
    const HmacSha256 expand{extracted};
    auto expanded = expand({info, first_block});
    const Secret derived{expanded};
    OPENSSL_cleanse(extracted.data(), extracted.size());
    OPENSSL_cleanse(expanded.data(), expanded.size());
    return derived;
}

}  // namespace pt
