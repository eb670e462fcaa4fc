#pragma once

#include <cstdint>
#include <vector>

#include "common/keys/frame_key.hpp"

namespace pt {

/// The keys that a server knows, ready for frames. Which of them are valid is looked at from time
/// to time (`set_time`) and not for each frame. Not for several threads at once.
class KeyRing {
public:
    KeyRing() = default;
    KeyRing(const std::vector<Key>& keys, WallTime now);

    bool empty() const { return keys_.empty(); }
    void set_time(WallTime now);
    /// The key with that id, unless it is not valid; null where there is none.
    const FrameKey* find(std::uint32_t id) const;

private:
    struct Entry {
        FrameKey key;
        bool valid = false;
    };
    std::vector<Entry> keys_;
};

/// The first key of a list that is valid; null where there is none.
const Key* first_valid(const std::vector<Key>& keys, WallTime now);

}  // namespace pt
