#include "common/keys/frame_key.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cassert>

#include "common/core/frame.hpp"

namespace pt {

FrameKey::FrameKey(const Key& key)
    : key_{key},
      to_server_{derive(key.secret, "pt 1 to server").bytes()},
      to_client_{derive(key.secret, "pt 1 to client").bytes()} {
    key_.secret = Secret{};
}

/// Of which the tag is the beginning.
HmacSha256::Digest FrameKey::whole_tag(std::span<const std::uint8_t> frame) const {
    const auto head = frame.first(frame_tag_offset);
    const auto body = padding(frame);
    switch (frame_type_of(frame)) {
        case FrameType::request: return to_server_({head});
        case FrameType::query: return to_server_({head, body});
        case FrameType::reply: return to_client_({head});
        case FrameType::answer: return to_client_({head, body});
    }
    return {};
}

void FrameKey::sign(std::span<std::uint8_t> frame) const {
    assert(frame.size() >= frame_header_size);
    const auto tag = whole_tag(frame);
    std::copy_n(tag.begin(), frame_tag_size, frame.subspan(frame_tag_offset).begin());
}

bool FrameKey::is_genuine(std::span<const std::uint8_t> frame) const {
    assert(frame.size() >= frame_header_size);
    if (check_begin(frame)) {
        return false;
    }
    const auto tag = whole_tag(frame);
    return CRYPTO_memcmp(tag.data(), frame.subspan(frame_tag_offset).data(), frame_tag_size) == 0;
}

}  // namespace pt
