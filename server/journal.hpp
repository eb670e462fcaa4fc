#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "common/core/frame.hpp"
#include "common/core/inquiry.hpp"
#include "common/core/port_set.hpp"
#include "common/core/timing.hpp"
#include "server/mix.hpp"

namespace pt::server {

/// What the server remembers of each session's frames: the proof of arrival. Ports are those that
/// the client aimed at, which a DNAT may have rewritten on the way.
///
/// Bounded whatever arrives: in sessions, in memory for ports, and in age. Where room is short the
/// session longest unheard of is forgotten, and its client is told nothing.
class Journal {
public:
    static constexpr std::size_t max_sessions = 4096;
    /// Stretches of 1,024 ports, over all sessions; 128 hold one session that uses every port.
    static constexpr std::size_t max_pages = 16'384;
    /// A client has one address for each family, rarely more where it is multihomed.
    static constexpr std::size_t max_sources = 4;
    static constexpr auto max_age = std::chrono::minutes{10};

    /// `secret` keeps anyone from choosing session ids that collide.
    explicit Journal(std::uint64_t secret) : by_id_{8, Hash{secret}} {}

    /// A request has arrived from an address, its padding as it was sent or not, and has waited for
    /// us so long. Returns how many frames of its session that makes.
    std::uint32_t note(const Frame& request, const IpAddress& source, bool intact, TimePoint now,
                       Nanoseconds waited = {});

    /// Whether the session is known: all that may be asked of one that is not is nothing.
    bool knows(std::uint64_t session, TimePoint now);
    /// Whether any session is known.
    bool knows_any(TimePoint now);
    /// A known session's client asks. Returns since when: its questions come in a burst.
    TimePoint note_question(std::uint64_t session, TimePoint now);
    /// Whether a frame of a known session has arrived for this port.
    bool arrived(std::uint64_t session, Protocol protocol, Port port) const;
    SessionCounters counters(std::uint64_t session) const;

    /// Of when a session's run began, in our time.
    struct Beginning {
        TimePoint first{};  ///< when its first frame was heard: it began before that
        /// By what its frames say of when they were sent, all delays on the way counted as short
        /// as the shortest: a packet sent at the beginning came at this time, or little before.
        TimePoint began{};
    };
    /// Both unset of a session that is not known.
    Beginning beginning(std::uint64_t session) const;

    /// All that is remembered of a session.
    struct Account {
        std::uint64_t id = 0;
        Beginning beginning;
        TimePoint last{};
        std::vector<IpAddress> sources;  ///< that its frames came from, at most `max_sources`
        SessionCounters counters;
        PortSet arrived;
    };
    /// Calls `take` for each session, the one heard of last first, until it says false.
    void for_each(const std::function<bool(const Account&)>& take) const;
    /// Grows with each frame.
    std::size_t changes() const { return changes_; }

    std::size_t sessions() const { return sessions_.size(); }
    std::size_t pages() const { return pages_; }

private:
    static constexpr std::size_t page_ports = 1024;
    using Page = std::bitset<page_ports>;
    struct Attempt {
        std::uint32_t sequence = 0;
        std::uint8_t attempt = 0;  ///< 0: this place is free
    };
    struct Session {
        std::uint64_t id = 0;
        Beginning beginning;
        TimePoint heard{};
        TimePoint first_question{};  ///< of the last burst
        TimePoint last_question{};
        std::vector<IpAddress> sources;
        SessionCounters counters;
        /// The latest ones, in a ring: enough to notice what the network does within a moment.
        std::array<Attempt, 32> recent{};
        std::size_t next_recent = 0;
        std::vector<std::unique_ptr<Page>> pages;  ///< by protocol and stretch; few are used
    };
    using Sessions = std::list<Session>;
    struct Hash {
        std::uint64_t secret = 0;
        std::size_t operator()(std::uint64_t id) const {
            return static_cast<std::size_t>(mix(id ^ secret));
        }
    };

    Session& session_of(std::uint64_t id, TimePoint now);
    static void note_order(Session& session, const Frame& request);
    void mark(Session& session, Protocol protocol, Port port);
    void forget_oldest();
    void forget_aged(TimePoint now);
    const Session* find(std::uint64_t id) const;

    Sessions sessions_;  ///< longest unheard of first
    std::unordered_map<std::uint64_t, Sessions::iterator, Hash> by_id_;
    std::size_t pages_ = 0;
    std::size_t changes_ = 0;
};

}  // namespace pt::server
