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
    Session& session = session_of(request.nonce.session, arrival.source.address, now);
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
        raise(by_id_.at(session.id), Standing::proven, arrival.source.address);
        if (arrival.destination.port != request.port) {
            mark(session, Kind::tcp_here, arrival.destination.port, late);
        }
    } else if (is_new && session.counters.frames > 1) {
        raise(by_id_.at(session.id), Standing::repeated, arrival.source.address);
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

void Journal::note_proof(std::uint64_t session, const IpAddress& source, TimePoint heard) {
    const auto found = by_id_.find(session);
    if (found == by_id_.end()) {
        return;
    }
    raise(found->second, Standing::proven, source);
    Session& proven = *found->second;
    if (proven.counters.frames == 1) {
        proven.beginning.first = std::min(proven.beginning.first, heard);
        proven.beginning.by_cookie = true;
    }
}

bool Journal::has_proved_address(std::uint64_t session) const {
    const Session* const found = find(session);
    return found != nullptr && found->standing == Standing::proven;
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
        raise(found->second, Standing::proven, arrival.source.address);
    }
    return session.first_query;
}

Journal::Session& Journal::session_of(std::uint64_t id, const IpAddress& source, TimePoint now) {
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) {
        Session& session = *found->second;
        session.heard = now;
        const auto standing = static_cast<std::size_t>(session.standing);
        sessions_[standing].splice(sessions_[standing].end(), sessions_[standing], found->second);
        order_[standing].touch(session.place);
        return session;
    }
    if (by_id_.size() == max_sessions) {
        forget_one(id);  // never this one
    }
    auto& list = sessions_[static_cast<std::size_t>(Standing::single)];
    list.emplace_back();
    list.back().id = id;
    list.back().beginning = {now, now, {}};
    list.back().heard = now;
    const auto added = std::prev(list.end());
    try {
        by_id_.emplace(id, added);
        added->place = order_[static_cast<std::size_t>(Standing::single)].add(source, added);
    } catch (...) {
        by_id_.erase(id);
        list.erase(added);
        throw;
    }
    return list.back();
}

/// `source` is the address that it was raised for.
void Journal::raise(Sessions::iterator session, Standing standing, const IpAddress& source) {
    if (session->standing < standing) {
        const auto from = static_cast<std::size_t>(session->standing);
        const auto to = static_cast<std::size_t>(standing);
        const auto place = order_[to].add(source, session);
        order_[from].remove(session->place);
        session->place = place;
        sessions_[to].splice(sessions_[to].end(), sessions_[from], session);
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
            // A page is one of many that a single session may have: those of a lower standing go
            // first, all of them.
            forget_one_but(0, session.id);
        }
        page = std::make_unique<Page>();
        ++pages_;
    }
    const std::size_t bit = to_number(port) % page_ports;
    page->late.set(bit, late && (page->late.test(bit) || !page->arrived.test(bit)));
    page->arrived.set(bit);
}

/// Its first frame has been told of as one that no session can be told of (Archive); the others are
/// now.
void Journal::tell_of_forgotten(const Session& session) const {
    if (!on_forget_ || session.counters.frames <= 1) {
        return;
    }
    for (std::size_t place = 0; place < session.pages.size(); ++place) {
        const auto& page = session.pages[place];
        const auto kind = static_cast<Kind>(place / pages_for_protocol);
        for (std::size_t bit = 0; page && bit < page_ports; ++bit) {
            if (page->arrived.test(bit)) {
                const auto number = place % pages_for_protocol * page_ports + bit;
                on_forget_(kind == Kind::udp ? Protocol::udp : Protocol::tcp,
                           Port{static_cast<std::uint16_t>(number)}, session.heard);
            }
        }
    }
}

void Journal::forget(Sessions::iterator session) {
    tell_of_forgotten(*session);
    const auto standing = static_cast<std::size_t>(session->standing);
    pages_ -=
        static_cast<std::size_t>(std::count_if(session->pages.begin(), session->pages.end(),
                                               [](const auto& page) { return page != nullptr; }));
    by_id_.erase(session->id);
    order_[standing].remove(session->place);
    sessions_[standing].erase(session);
}

/// New sessions must have room too: not all of it goes to those of a higher standing. `keep` was
/// heard just now.
void Journal::forget_one(std::uint64_t keep) {
    if (!forget_one_but(min_single, keep)) {
        forget_one_but(0, keep);
    }
}

/// So many of each standing but the highest are spared.
bool Journal::forget_one_but(std::size_t spared, std::uint64_t keep) {
    for (const Order& order : order_) {
        const bool is_proven = &order == &order_.back();
        if (order.size() > (is_proven ? 0 : spared) && order.next()->id != keep) {
            forget(order.next());
            return true;
        }
    }
    return false;
}

void Journal::forget_aged(TimePoint now) {
    // Nobody's echo waits for very many.
    constexpr int at_once = 8;
    for (auto& of_standing : sessions_) {
        for (int count = 0;
             count < at_once && !of_standing.empty() && now - of_standing.front().heard > max_age;
             ++count) {
            forget(of_standing.begin());
        }
    }
}

}  // namespace pt::server
