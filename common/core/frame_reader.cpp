#include "common/core/frame_reader.hpp"

#include <algorithm>

namespace pt {

/// How long the frame is, as far as is known: up to and with the length field, then the whole.
std::size_t FrameReader::wanted() const {
    constexpr std::size_t length_end = 8;
    return size_ < length_end ? length_end : frame_length({buffer_.data(), size_});
}

std::size_t FrameReader::feed(std::span<const std::uint8_t> bytes) {
    delivered_ = 0;
    std::size_t taken = 0;
    while (!bad_ && taken < bytes.size() && size_ < wanted()) {
        const auto part = bytes.subspan(taken, std::min(wanted() - size_, bytes.size() - taken));
        std::copy(part.begin(), part.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += part.size();
        taken += part.size();
        if (const auto error = check_begin({buffer_.data(), size_})) {
            error_ = *error;
            bad_ = true;
        }
    }
    return taken;
}

FrameReader::Status FrameReader::next() {
    delivered_ = 0;
    if (bad_) {
        return Status::bad;
    }
    if (size_ < wanted()) {
        return Status::need_more;
    }
    // check_begin has passed every byte, so decode cannot find fault with what it delimited.
    const auto decoded = decode({buffer_.data(), size_});
    if (!decoded) {
        error_ = decoded.error();
        bad_ = true;
        return Status::bad;
    }
    frame_ = *decoded;
    delivered_ = size_;
    size_ = 0;
    return Status::frame;
}

}  // namespace pt
