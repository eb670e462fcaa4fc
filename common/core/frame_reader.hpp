#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "common/core/frame.hpp"

namespace pt {

/// Cuts a TCP byte stream into frames, however the bytes arrive. Holds at most one frame.
/// Use: `feed` what was read, then `next` until it is not `frame`; bytes never cross `bad`.
class FrameReader {
public:
    enum class Status {
        need_more,
        frame,  ///< `bytes()` and `frame()` are valid until the next call of `next` or `feed`
        bad     ///< the stream is not pt's; `error()` says why; nothing more is read
    };

    /// Takes bytes as far as the present frame can use them; the number taken is returned. Bytes
    /// that are wrong already at the first one (not our magic) are noticed at once.
    std::size_t feed(std::span<const std::uint8_t> bytes);

    /// Judges what has been fed; after `frame`, starts the next one.
    Status next();

    const Frame& frame() const { return frame_; }
    std::span<const std::uint8_t> bytes() const { return {buffer_.data(), delivered_}; }
    FrameError error() const { return error_; }
    /// Bytes of a begun frame that wait for the rest.
    std::size_t pending() const { return size_; }

private:
    std::size_t wanted() const;

    std::array<std::uint8_t, max_frame_size> buffer_{};
    std::size_t size_ = 0;
    std::size_t delivered_ = 0;
    Frame frame_;
    FrameError error_{};
    bool bad_ = false;
};

}  // namespace pt
