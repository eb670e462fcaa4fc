#include "server/journal/journal.hpp"

#include <algorithm>
#include <limits>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

void count(std::uint32_t& counter) {
    if (counter != std::numeric_limits<std::uint32_t>::max()) {
        ++counter;
    }
}

/// How long after the beginning of its scan a request was sent. A client may say anything: it is
/// believed within bounds.
Nanoseconds time_sent(const Frame& request) {
    constexpr Nanoseconds max_scan = std::chrono::hours{24 * 30};
    const auto told = std::min(request.client_time, static_cast<std::uint64_t>(max_scan.count()));
    return Nanoseconds{static_cast<std::int64_t>(told)};
}

/// When a packet sent at the beginning of the scan would have come, had it taken the request's time
/// on the way. How long the request waited is known by a clock that may be set.
TimePoint began(const Frame& request, TimePoint now, Nanoseconds waited) {
    constexpr Nanoseconds max_wait = std::chrono::seconds{1};
    return now - std::clamp<Nanoseconds>(waited, 0s, max_wait) - time_sent(request);
}

void note_address(std::vector<IpAddress>& addresses, const IpAddress& address) {
    const IpAddress without_zone{address.bytes()};
    if (addresses.size() < Journal::max_sources &&
        std::find(addresses.begin(), addresses.end(), without_zone) == addresses.end()) {
        addresses.push_back(without_zone);
    }
}

}  // namespace

Journal::Kind Journal::kind_of(Protocol protocol) {
    return protocol == Protocol::tcp ? Kind::tcp : Kind::udp;
}

std::uint32_t Journal::note(const Frame& request, const PacketInfo& arrival, bool intact,
                            TimePoint now) {
    forget_aged(now);
    ++changes_;
    Session& session = session_of(request.nonce.session, now);
    auto& beginning = session.beginning;
    const TimePoint began_by_this = began(request, now, arrival.in_server);
    const bool late = note_delay(session, began_by_this);
    beginning.began = std::min(beginning.began, began_by_this);
    beginning.first_sent = session.counters.frames == 0
                               ? time_sent(request)
                               : std::min(beginning.first_sent, time_sent(request));
    note_address(session.sources, arrival.source.address);
    note_address(session.destinations, arrival.destination.address);
    count(session.counters.frames);
    if (!intact) {
        count(session.counters.altered_padding);
    }
    const bool is_new = note_order(session, request);
    if (arrival.protocol == Protocol::tcp) {
        raise(by_id_.at(session.id), Standing::proven);
        if (arrival.destination.port != request.port) {
            mark(session, Kind::tcp_here, arrival.destination.port, late);
        }
    } else if (is_new && session.counters.frames > 1) {
        raise(by_id_.at(session.id), Standing::repeated);
    }
    mark(session, kind_of(request.protocol), request.port, late);
    return session.counters.frames;
}

std::uint32_t Journal::note_copy(std::uint64_t session) {
    const auto found = by_id_.find(session);
    if (found == by_id_.end()) {
        return 0;
    }
    ++changes_;
    count(found->second->counters.duplicates);
    count(found->second->counters.frames);
    return found->second->counters.frames;
}

bool Journal::knows(std::uint64_t session, TimePoint now) {
    forget_aged(now);
    return by_id_.contains(session);
}

bool Journal::knows_any(TimePoint now) {
    forget_aged(now);
    return !by_id_.empty();
}

TimePoint Journal::note_query(std::uint64_t id, const PacketInfo& arrival, TimePoint now) {
    constexpr Nanoseconds pause = std::chrono::seconds{1};
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) {
        return now;
    }
    Session& session = *found->second;
    if (now - session.last_query > pause) {
        session.first_query = now;
    }
    session.last_query = now;
    note_address(session.sources, arrival.source.address);
    note_address(session.destinations, arrival.destination.address);
    if (arrival.protocol == Protocol::tcp) {
        raise(found->second, Standing::proven);
    }
    return session.first_query;
}

Journal::Session& Journal::session_of(std::uint64_t id, TimePoint now) {
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) {
        Session& session = *found->second;
        session.heard = now;
        auto& list = sessions_[static_cast<std::size_t>(session.standing)];
        list.splice(list.end(), list, found->second);
        return session;
    }
    const TimePoint forgotten_before = forgotten_;
    if (by_id_.size() == max_sessions) {
        forget_one(id, now);  // never this one
    }
    auto& list = sessions_[static_cast<std::size_t>(Standing::single)];
    list.emplace_back();
    list.back().id = id;
    list.back().beginning = {now, now, {}};
    list.back().heard = now;
    list.back().forgotten_before = forgotten_before;
    by_id_.emplace(id, std::prev(list.end()));
    return list.back();
}

void Journal::raise(Sessions::iterator session, Standing standing) {
    if (session->standing < standing) {
        auto& from = sessions_[static_cast<std::size_t>(session->standing)];
        auto& to = sessions_[static_cast<std::size_t>(standing)];
        to.splice(to.end(), from, session);
        session->standing = standing;
    }
}

/// Attempts over TCP race each other on connections of their own: only datagrams have an order.
/// Returns whether this one had not been heard before.
bool Journal::note_order(Session& session, const Frame& request) {
    for (const Attempt& earlier : session.recent) {
        if (earlier.attempt == 0 || earlier.sequence != request.nonce.sequence) {
            continue;
        }
        if (earlier.attempt == request.attempt) {
            count(session.counters.duplicates);
            return false;
        }
        if (earlier.attempt > request.attempt && request.protocol == Protocol::udp) {
            count(session.counters.reordered);
            break;
        }
    }
    session.recent[session.next_recent] = {request.nonce.sequence, request.attempt};
    session.next_recent = (session.next_recent + 1) % session.recent.size();
    return true;
}

/// Takes note of how long a packet was on the way, by when one sent at the beginning would have
/// come with it. Returns whether it was late.
bool Journal::note_delay(Session& session, TimePoint began) {
    // Half of it where the quickest one so far counts as punctual, half where a quicker one comes.
    constexpr Nanoseconds margin = max_punctual_delay / 2;
    if (session.punctual == TimePoint::max() || began < session.punctual - margin) {
        for (const auto& page : session.pages) {
            if (page) {
                page->late = page->arrived;
            }
        }
        session.punctual = began;
    }
    return began > session.punctual + margin;
}

void Journal::mark(Session& session, Kind kind, Port port, bool late) {
    constexpr std::size_t kinds = 3;
    if (session.pages.empty()) {
        session.pages.resize(kinds * pages_for_protocol);
    }
    auto& page = session.pages[static_cast<std::size_t>(kind) * pages_for_protocol +
                               to_number(port) / page_ports];
    if (!page) {
        while (pages_ >= max_pages && by_id_.size() > 1) {
            forget_one(session.id, session.heard);
        }
        page = std::make_unique<Page>();
        ++pages_;
    }
    const std::size_t bit = to_number(port) % page_ports;
    page->late.set(bit, late && (page->late.test(bit) || !page->arrived.test(bit)));
    page->arrived.set(bit);
}

void Journal::forget(Sessions& from) {
    const Session& oldest = from.front();
    pages_ -=
        static_cast<std::size_t>(std::count_if(oldest.pages.begin(), oldest.pages.end(),
                                               [](const auto& page) { return page != nullptr; }));
    by_id_.erase(oldest.id);
    from.pop_front();
}

/// New sessions must have room too: not all of it goes to those of a higher standing. `keep` was
/// heard just now.
void Journal::forget_one(std::uint64_t keep, TimePoint now) {
    forgotten_ = now;
    auto& [single, repeated, proven] = sessions_;
    const auto may_go = [keep](const Sessions& from, std::size_t min) {
        return from.size() > min && from.front().id != keep;
    };
    for (const std::size_t min : {min_single, std::size_t{0}}) {
        for (Sessions* const from : {&single, &repeated, &proven}) {
            if (may_go(*from, from == &proven ? 0 : min)) {
                forget(*from);
                return;
            }
        }
    }
}

void Journal::forget_aged(TimePoint now) {
    for (auto& of_standing : sessions_) {
        while (!of_standing.empty() && now - of_standing.front().heard > max_age) {
            forget(of_standing);
        }
    }
}

}  // namespace pt::server
