#include "server/connection_log.hpp"

#include <algorithm>
#include <iterator>

namespace pt::server {
namespace {

IpAddress without_zone(const IpAddress& address) { return IpAddress{address.bytes()}; }

}  // namespace

void ConnectionLog::note(const IpAddress& peer, Port port, ConnectionTrace trace,
                         const TimeSpan& time) {
    ++changes_;
    const Key key{without_zone(peer), port, trace};
    if (const auto found = by_key_.find(key); found != by_key_.end()) {
        TimeSpan& latest = found->second->time;
        latest = {std::max(latest.earliest, time.earliest), std::max(latest.latest, time.latest)};
        entries_.splice(entries_.end(), entries_, found->second);
        return;
    }
    if (entries_.size() == capacity) {
        const Entry& oldest = entries_.front();
        forgotten_ = std::max(forgotten_.value_or(oldest.time.latest), oldest.time.latest);
        by_key_.erase(oldest.key);
        entries_.pop_front();
    }
    entries_.push_back({key, time});
    by_key_.emplace(key, std::prev(entries_.end()));
}

void ConnectionLog::for_each(const IpAddress& peer, Port first, Port last, const Take& take) const {
    const IpAddress of_peer = without_zone(peer);
    auto entry = by_key_.lower_bound({of_peer, first, ConnectionTrace::mute});
    for (; entry != by_key_.end(); ++entry) {
        const auto& [address, port, trace] = entry->first;
        if (address != of_peer || port > last) {
            return;
        }
        take(port, trace, entry->second->time);
    }
}

}  // namespace pt::server
