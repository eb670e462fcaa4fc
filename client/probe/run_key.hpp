#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "common/keys/frame_key.hpp"

/// The key of a run, which all its frames are made with; null where it has none.
namespace pt::client {

using RunKey = std::shared_ptr<const FrameKey>;

/// What its frames name; 0 without one.
inline std::uint32_t id_of(const RunKey& key) { return key ? key->id() : 0; }

/// The last thing to be done to a frame before it is sent.
inline void sign(const RunKey& key, std::span<std::uint8_t> frame) {
    if (key) {
        key->sign(frame);
    }
}

/// Whether a whole frame was made by someone who has the run's key. Without one, all are.
inline bool is_genuine(const RunKey& key, std::span<const std::uint8_t> frame) {
    return !key || key->is_genuine(frame);
}

}  // namespace pt::client
