#include "common/keys/key_ring.hpp"

#include <algorithm>

namespace pt {

KeyRing::KeyRing(const std::vector<Key>& keys, WallTime now) {
    keys_.reserve(keys.size());
    for (const Key& key : keys) {
        keys_.push_back({FrameKey{key}, key.valid_at(now)});
    }
}

void KeyRing::set_time(WallTime now) {
    for (Entry& entry : keys_) {
        entry.valid = entry.key.key().valid_at(now);
    }
}

const FrameKey* KeyRing::find(std::uint32_t id) const {
    const auto found = std::find_if(keys_.begin(), keys_.end(), [id](const Entry& entry) {
        return entry.valid && entry.key.id() == id;
    });
    return found == keys_.end() ? nullptr : &found->key;
}

const Key* first_valid(const std::vector<Key>& keys, WallTime now) {
    const auto found =
        std::find_if(keys.begin(), keys.end(), [now](const Key& key) { return key.valid_at(now); });
    return found == keys.end() ? nullptr : &*found;
}

}  // namespace pt
