// What a journal tells.
#include <algorithm>

#include "server/journal/journal.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;

IpAddress without_zone(const IpAddress& address) { return IpAddress{address.bytes()}; }

/// Each of the sources that two sessions have in common, with each destination of the other one.
void add_pairs(std::vector<std::pair<IpAddress, IpAddress>>& pairs,
               const std::vector<IpAddress>& sources, const std::vector<IpAddress>& others,
               const std::vector<IpAddress>& destinations) {
    constexpr std::size_t max_pairs = 64;
    for (const IpAddress& source : sources) {
        if (std::find(others.begin(), others.end(), source) == others.end()) {
            continue;
        }
        for (const IpAddress& destination : destinations) {
            const std::pair pair{source, destination};
            if (pairs.size() < max_pairs &&
                std::find(pairs.begin(), pairs.end(), pair) == pairs.end()) {
                pairs.push_back(pair);
            }
        }
    }
}

bool share_one(const std::vector<IpAddress>& some, const std::vector<IpAddress>& others) {
    return std::any_of(some.begin(), some.end(), [&](const IpAddress& address) {
        return std::find(others.begin(), others.end(), address) != others.end();
    });
}

}  // namespace

const Journal::Page* Journal::page_of(std::uint64_t id, Kind kind, Port port) const {
    const Session* const session = find(id);
    return session == nullptr || session->pages.empty()
               ? nullptr
               : session
                     ->pages[static_cast<std::size_t>(kind) * pages_for_protocol +
                             to_number(port) / page_ports]
                     .get();
}

bool Journal::is_marked(std::uint64_t session, Kind kind, Port port) const {
    const Page* const page = page_of(session, kind, port);
    return page != nullptr && page->arrived.test(to_number(port) % page_ports);
}

bool Journal::arrived(std::uint64_t session, Protocol protocol, Port port) const {
    return is_marked(session, kind_of(protocol), port);
}

bool Journal::arrived_late(std::uint64_t session, Protocol protocol, Port port) const {
    const Page* const page = page_of(session, kind_of(protocol), port);
    return page != nullptr && page->late.test(to_number(port) % page_ports);
}

bool Journal::arrived_on(std::uint64_t session, Port port) const {
    return is_marked(session, Kind::tcp_here, port) || is_marked(session, Kind::tcp, port);
}

SessionCounters Journal::counters(std::uint64_t session) const {
    const Session* const found = find(session);
    return found == nullptr ? SessionCounters{} : found->counters;
}

Journal::Beginning Journal::beginning(std::uint64_t session) const {
    const Session* const found = find(session);
    return found == nullptr ? Beginning{} : found->beginning;
}

const std::vector<IpAddress>& Journal::sources(std::uint64_t session) const {
    static const std::vector<IpAddress> none;
    const Session* const found = find(session);
    return found == nullptr ? none : found->sources;
}

const std::vector<IpAddress>& Journal::destinations(std::uint64_t session) const {
    static const std::vector<IpAddress> none;
    const Session* const found = find(session);
    return found == nullptr ? none : found->destinations;
}

/// Until when a session's client may have sent something that only its address tells. One that asks
/// has ended its attempts; of one that does not, nobody knows.
TimePoint Journal::active_until(const Session& session) {
    constexpr Nanoseconds attempts_last = 2s;
    return session.last_query > session.heard ? session.last_query : session.heard + attempts_last;
}

Journal::Others Journal::others(std::uint64_t id, const ScanTime& scan, const IpAddress& at) const {
    Others found{scan, false, {}};
    const Session* const own = find(id);
    if (own == nullptr) {
        return found;
    }
    const std::vector<IpAddress> asked{without_zone(at)};
    for (const auto& of_standing : sessions_) {
        for (const Session& other : of_standing) {
            if (other.id == id || active_until(other) < scan.began.earliest ||
                other.beginning.began > scan.until || !share_one(other.sources, own->sources)) {
                continue;
            }
            found.any = true;
            if (!share_one(other.destinations, asked)) {
                // Anybody may send a datagram in the name of these addresses.
                if (other.standing == Standing::proven && other.sources.size() == 1) {
                    add_pairs(found.elsewhere, own->sources, other.sources, other.destinations);
                }
                continue;
            }
            if (other.beginning.began > scan.began.latest) {
                found.time.until = std::min(found.time.until, other.beginning.began);
            } else {
                found.time.shared = true;
            }
        }
    }
    return found;
}

std::optional<Journal::Account> Journal::account(std::uint64_t id) const {
    const Session* const session = find(id);
    if (session == nullptr) {
        return std::nullopt;
    }
    Account account{session->id,
                    session->beginning,
                    session->heard,
                    active_until(*session),
                    session->sources,
                    session->destinations,
                    session->counters,
                    {},
                    {}};
    for (std::size_t place = 0; place < session->pages.size(); ++place) {
        const auto& page = session->pages[place];
        const auto kind = static_cast<Kind>(place / pages_for_protocol);
        if (!page || kind == Kind::tcp_here) {
            continue;
        }
        const Protocol protocol = kind == Kind::tcp ? Protocol::tcp : Protocol::udp;
        for (std::size_t bit = 0; bit < page_ports; ++bit) {
            const auto number = place % pages_for_protocol * page_ports + bit;
            const Port port{static_cast<std::uint16_t>(number)};
            if (page->arrived.test(bit)) {
                account.arrived.insert(protocol, port);
            }
            if (page->late.test(bit)) {
                account.late.insert(protocol, port);
            }
        }
    }
    return account;
}

std::vector<std::uint64_t> Journal::ids() const {
    std::vector<std::uint64_t> ids;
    ids.reserve(by_id_.size());
    for (auto of_standing = sessions_.rbegin(); of_standing != sessions_.rend(); ++of_standing) {
        for (auto session = of_standing->rbegin(); session != of_standing->rend(); ++session) {
            ids.push_back(session->id);
        }
    }
    return ids;
}

const Journal::Session* Journal::find(std::uint64_t id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &*found->second;
}

}  // namespace pt::server
