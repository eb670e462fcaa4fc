#include "server/journal.hpp"

#include <algorithm>
#include <limits>

namespace pt::server {
namespace {

void count(std::uint32_t& counter) {
    if (counter != std::numeric_limits<std::uint32_t>::max()) {
        ++counter;
    }
}

constexpr std::size_t pages_for_protocol(std::size_t page_ports) { return port_count / page_ports; }

}  // namespace

std::uint32_t Journal::note(const Frame& request, bool intact, TimePoint now) {
    forget_aged(now);
    Session& session = session_of(request.nonce.session, now);
    count(session.counters.frames);
    if (!intact) {
        count(session.counters.altered_padding);
    }
    note_order(session, request);
    mark(session, request.protocol, request.port);
    return session.counters.frames;
}

bool Journal::knows(std::uint64_t session, TimePoint now) {
    forget_aged(now);
    return by_id_.contains(session);
}

bool Journal::arrived(std::uint64_t session, Protocol protocol, Port port) const {
    const Session* found = find(session);
    if (found == nullptr || found->pages.empty()) {
        return false;
    }
    const std::size_t place = to_number(port) / page_ports +
                              (protocol == Protocol::udp ? pages_for_protocol(page_ports) : 0);
    const auto& page = found->pages[place];
    return page && page->test(to_number(port) % page_ports);
}

SessionCounters Journal::counters(std::uint64_t session) const {
    const Session* found = find(session);
    return found == nullptr ? SessionCounters{} : found->counters;
}

Journal::Session& Journal::session_of(std::uint64_t id, TimePoint now) {
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) {
        found->second->heard = now;
        sessions_.splice(sessions_.end(), sessions_, found->second);
        return *found->second;
    }
    if (sessions_.size() == max_sessions) {
        forget_oldest();
    }
    sessions_.emplace_back();
    sessions_.back().id = id;
    sessions_.back().heard = now;
    by_id_.emplace(id, std::prev(sessions_.end()));
    return sessions_.back();
}

/// Attempts over TCP race each other on connections of their own: only datagrams have an order.
void Journal::note_order(Session& session, const Frame& request) {
    for (const Attempt& earlier : session.recent) {
        if (earlier.attempt == 0 || earlier.sequence != request.nonce.sequence) {
            continue;
        }
        if (earlier.attempt == request.attempt) {
            count(session.counters.duplicates);
            return;
        }
        if (earlier.attempt > request.attempt && request.protocol == Protocol::udp) {
            count(session.counters.reordered);
            break;
        }
    }
    session.recent[session.next_recent] = {request.nonce.sequence, request.attempt};
    session.next_recent = (session.next_recent + 1) % session.recent.size();
}

void Journal::mark(Session& session, Protocol protocol, Port port) {
    if (session.pages.empty()) {
        session.pages.resize(2 * pages_for_protocol(page_ports));
    }
    const std::size_t place = to_number(port) / page_ports +
                              (protocol == Protocol::udp ? pages_for_protocol(page_ports) : 0);
    auto& page = session.pages[place];
    if (!page) {
        while (pages_ >= max_pages && sessions_.size() > 1) {
            forget_oldest();  // never this session: it was heard just now
        }
        page = std::make_unique<Page>();
        ++pages_;
    }
    page->set(to_number(port) % page_ports);
}

void Journal::forget_oldest() {
    const Session& oldest = sessions_.front();
    pages_ -=
        static_cast<std::size_t>(std::count_if(oldest.pages.begin(), oldest.pages.end(),
                                               [](const auto& page) { return page != nullptr; }));
    by_id_.erase(oldest.id);
    sessions_.pop_front();
}

void Journal::forget_aged(TimePoint now) {
    while (!sessions_.empty() && now - sessions_.front().heard > max_age) {
        forget_oldest();
    }
}

const Journal::Session* Journal::find(std::uint64_t id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &*found->second;
}

}  // namespace pt::server
