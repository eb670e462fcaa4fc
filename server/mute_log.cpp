#include "server/mute_log.hpp"

namespace pt::server {

void MuteLog::note(const IpAddress& peer, Port port, TimePoint accepted) {
    if (entries_.size() < capacity) {
        entries_.push_back({peer, port, accepted});
        return;
    }
    entries_[next_] = {peer, port, accepted};
    next_ = (next_ + 1) % capacity;
}

void MuteLog::for_each(const IpAddress& peer, TimePoint since,
                       const std::function<void(Port)>& take) const {
    for (const Entry& entry : entries_) {
        if (entry.peer == peer && entry.accepted >= since) {
            take(entry.port);
        }
    }
}

}  // namespace pt::server
