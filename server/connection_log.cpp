#include "server/connection_log.hpp"

#include <algorithm>
#include <iterator>

namespace pt::server {

void ConnectionLog::note(const IpAddress& peer, Port port, ConnectionTrace trace, TimePoint time) {
    ++changes_;
    const Key key{peer, port, trace};
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
        found->second->time = std::max(found->second->time, time);
        entries_.splice(entries_.end(), entries_, found->second);
        return;
    }
    if (entries_.size() == capacity) {
        const Entry& oldest = entries_.front();
        forgotten_ = std::max(forgotten_.value_or(oldest.time), oldest.time);
        by_key_.erase(oldest.key);
        entries_.pop_front();
    }
    entries_.push_back({key, time});
    by_key_.emplace(key, std::prev(entries_.end()));
}

void ConnectionLog::for_each(
    const IpAddress& peer, TimePoint since,
    const std::function<void(Port, ConnectionTrace, TimePoint)>& take) const {
    auto entry = by_key_.lower_bound({peer, Port{0}, ConnectionTrace::mute});
    for (; entry != by_key_.end() && std::get<IpAddress>(entry->first) == peer; ++entry) {
        if (entry->second->time >= since) {
            take(std::get<Port>(entry->first), std::get<ConnectionTrace>(entry->first),
                 entry->second->time);
        }
    }
}

}  // namespace pt::server
