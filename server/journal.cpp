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

/// When a packet sent at the beginning of the run would have come, had it taken the request's time
/// on the way. How long the request waited is known by a clock that may be set, and client's words
/// may be anything: both are believed within bounds.
TimePoint began(const Frame& request, TimePoint now, Nanoseconds waited) {
    constexpr Nanoseconds longest_wait = std::chrono::seconds{1};
    constexpr Nanoseconds longest_run = std::chrono::hours{24 * 30};
    const auto before = std::clamp(waited, Nanoseconds{}, longest_wait);
    const auto run = std::min(request.client_time, static_cast<std::uint64_t>(longest_run.count()));
    return now - before - Nanoseconds{static_cast<std::int64_t>(run)};
}

constexpr std::size_t pages_for_protocol(std::size_t page_ports) { return port_count / page_ports; }

}  // namespace

std::uint32_t Journal::note(const Frame& request, const IpAddress& source, bool intact,
                            TimePoint now, Nanoseconds waited) {
    forget_aged(now);
    ++changes_;
    Session& session = session_of(request.nonce.session, now);
    session.beginning.began = std::min(session.beginning.began, began(request, now, waited));
    if (session.sources.size() < max_sources &&
        std::find(session.sources.begin(), session.sources.end(), source) ==
            session.sources.end()) {
        session.sources.push_back(source);
    }
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

bool Journal::knows_any(TimePoint now) {
    forget_aged(now);
    return !sessions_.empty();
}

TimePoint Journal::note_question(std::uint64_t session, TimePoint now) {
    constexpr Nanoseconds pause = std::chrono::seconds{1};
    const auto found = by_id_.find(session);
    if (found == by_id_.end()) {
        return now;
    }
    Session& asking = *found->second;
    if (now - asking.last_question > pause) {
        asking.first_question = now;
    }
    asking.last_question = now;
    return asking.first_question;
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

Journal::Beginning Journal::beginning(std::uint64_t session) const {
    const Session* found = find(session);
    return found == nullptr ? Beginning{} : found->beginning;
}

void Journal::for_each(const std::function<bool(const Account&)>& take) const {
    for (auto session = sessions_.rbegin(); session != sessions_.rend(); ++session) {
        Account account{session->id,      session->beginning, session->heard,
                        session->sources, session->counters,  {}};
        for (std::size_t place = 0; place < session->pages.size(); ++place) {
            const auto& page = session->pages[place];
            const std::size_t stretches = pages_for_protocol(page_ports);
            const Protocol protocol = place < stretches ? Protocol::tcp : Protocol::udp;
            for (std::size_t bit = 0; page && bit < page_ports; ++bit) {
                if (page->test(bit)) {
                    const auto number = place % stretches * page_ports + bit;
                    account.arrived.insert(protocol, Port{static_cast<std::uint16_t>(number)});
                }
            }
        }
        if (!take(account)) {
            return;
        }
    }
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
    sessions_.back().beginning = {now, now};
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
