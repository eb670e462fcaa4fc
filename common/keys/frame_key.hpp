#pragma once

#include <cstdint>
#include <span>

#include "common/keys/hmac_sha256.hpp"
#include "common/keys/key.hpp"

namespace pt {

/// A key made ready for frames: what it costs to prepare it is paid once. Each direction has a
/// secret of its own, so that nothing that one end has sent is ever taken for the other's.
///
/// The tag is HMAC-SHA-256, cut to its first 128 bits (RFC 2104 section 5), over the header up to
/// the tag, and in queries and answers over the body. A request's padding means nothing: its
/// checksum is in the header, and the reply tells whether it arrived as it was sent.
class FrameKey {
public:
    explicit FrameKey(const Key& key);

    std::uint32_t id() const { return key_.id; }
    /// Its id and its limits; the secret is not kept.
    const Key& key() const { return key_; }

    /// Writes the tag of a whole frame that `encode_...` made; its key id must be this one's.
    void sign(std::span<std::uint8_t> frame) const;
    /// Whether these bytes, a header at least, are a frame with this key's tag.
    bool is_genuine(std::span<const std::uint8_t> frame) const;

private:
    HmacSha256::Digest whole_tag(std::span<const std::uint8_t> frame) const;

    Key key_;
    HmacSha256 to_server_;
    HmacSha256 to_client_;
};

}  // namespace pt
