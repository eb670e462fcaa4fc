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
#include <utility>
#include <vector>

#include "common/core/frame.hpp"
#include "common/core/inquiry.hpp"
#include "common/core/port_set.hpp"
#include "server/journal/packet_info.hpp"
#include "server/record/fair_order.hpp"
#include "server/record/mix.hpp"
#include "server/record/scan_time.hpp"

namespace pt::server {

/// What the server remembers of each session's frames: the proof of arrival. Ports are those that
/// the client aimed at, which a DNAT may have rewritten on the way.
///
/// Bounded whatever arrives: in sessions, in memory for ports, and in age. Where room is short, one
/// is forgotten: first of those that sent a single datagram, as anybody can under any address, and
/// last of those that have proved their address, over TCP or by a cookie. Of each kind it is the
/// one unheard of for longest of the source that has most (FairOrder). What had arrived of it
/// remains in the arrival record, as something that no session can be told of.
class Journal {
public:
    static constexpr std::size_t max_sessions = 4096;
    /// So many of the latest are kept of those that sent a single datagram, and as many of those
    /// that sent several, even where that costs one that has proved its address.
    static constexpr std::size_t min_single = 1024;
    /// Stretches of 1,024 ports, over all sessions; 128 hold one session that uses every port.
    static constexpr std::size_t max_pages = 16'384;
    /// A NAT may give a client several addresses.
    static constexpr std::size_t max_sources = 16;
    static constexpr auto max_age = std::chrono::minutes{10};

    /// Told of a port on which frames of a session that is forgotten had arrived, if it has sent
    /// several, and when the last of the session came.
    using ForgetHandler = std::function<void(Protocol, Port, TimePoint)>;

    /// `secret` keeps anyone from choosing session ids that collide.
    explicit Journal(std::uint64_t secret, ForgetHandler on_forget = {})
        : by_id_{8, Hash{secret}}, on_forget_{std::move(on_forget)} {}

    /// A request has arrived, its padding as it was sent or not. Returns how many frames of its
    /// session that makes.
    std::uint32_t note(const Frame& request, const PacketInfo& arrival, bool intact, TimePoint now);

    /// A copy of a request of a known session has arrived: counts it, and takes nothing else from
    /// it. Returns how many frames of the session that makes; 0: it is not known.
    std::uint32_t note_copy(std::uint64_t session);

    /// A known session's client has proved that this is its address, by the cookie that it was
    /// given when one of its requests came at `heard`. A session that begins by that began then.
    void note_proof(std::uint64_t session, const IpAddress& source, TimePoint heard);
    bool has_proved_address(std::uint64_t session) const;

    /// Whether the session is known: all that may be asked of one that is not is nothing.
    bool knows(std::uint64_t session, TimePoint now);
    /// The same, however old it is.
    bool knows(std::uint64_t session) const { return by_id_.contains(session); }
    /// Whether any session is known.
    bool knows_any(TimePoint now);
    /// A known session's client asks. Returns since when: its queries come in a burst.
    TimePoint note_query(std::uint64_t session, const PacketInfo& arrival, TimePoint now);

    /// Whether a frame of a known session has arrived that was aimed at this port.
    bool arrived(std::uint64_t session, Protocol protocol, Port port) const;
    /// Whether one has arrived over TCP on this port of ours, whatever port it was aimed at.
    bool arrived_on(std::uint64_t session, Port port) const;
    /// Whether all that have arrived there came late (`max_punctual_delay`), as far as the frames
    /// of the session tell of each other.
    bool arrived_late(std::uint64_t session, Protocol protocol, Port port) const;
    SessionCounters counters(std::uint64_t session) const;

    /// When a session's scan began, in our time.
    struct Beginning {
        TimePoint first{};  ///< when its first frame was heard: it began before that
        /// By what its frames say of when they were sent, all delays on the way counted as short
        /// as the shortest: a packet sent at the beginning came at this time, or little before.
        TimePoint began{};
        /// `first` is when a request came that is not among the frames: by the cookie of its reply.
        bool by_cookie = false;
        /// By what its frames say, the earliest frame that is remembered was sent so long after the
        /// beginning.
        Nanoseconds first_sent{};
    };
    /// All unset for a session that is not known.
    Beginning beginning(std::uint64_t session) const;
    /// The addresses that its frames and queries came from, and those of ours that they went to; at
    /// most `max_sources` each.
    const std::vector<IpAddress>& sources(std::uint64_t session) const;
    const std::vector<IpAddress>& destinations(std::uint64_t session) const;

    /// What other sessions from the same addresses leave of a scan's time: that of one which was
    /// active when it began cannot be told from it (`shared`), and what came since another one
    /// began is not certainly its own (`until`).
    struct Others {
        ScanTime time;
        bool any = false;  ///< another one was active, whatever address of ours it was sent to
        /// What came from these addresses to those other ones of ours is of another session, as a
        /// scan of several addresses of one server has one for each.
        std::vector<std::pair<IpAddress, IpAddress>> elsewhere;
        friend bool operator==(const Others&, const Others&) = default;
    };
    Others others(std::uint64_t session, const ScanTime& scan, const IpAddress& at) const;

    /// All that is remembered of a session.
    struct Account {
        std::uint64_t id = 0;
        Beginning beginning;
        TimePoint last_heard{};
        TimePoint last{};  ///< until when its client may have sent anything
        std::vector<IpAddress> sources;
        std::vector<IpAddress> destinations;
        SessionCounters counters;
        PortSet arrived;
        PortSet late;  ///< of those
    };
    /// Nothing for a session that is not known.
    std::optional<Account> account(std::uint64_t session) const;
    /// All sessions: those that are forgotten last first, of each kind the one heard of last first.
    std::vector<std::uint64_t> ids() const;
    /// Grows with each frame.
    std::size_t changes() const { return changes_; }

    std::size_t sessions() const { return by_id_.size(); }
    std::size_t pages() const { return pages_; }

private:
    static constexpr std::size_t page_ports = 1024;
    static constexpr std::size_t pages_for_protocol = port_count / page_ports;
    struct Page {
        std::bitset<page_ports> arrived;
        std::bitset<page_ports> late;  ///< of those
    };
    struct Attempt {
        std::uint32_t sequence = 0;
        std::uint8_t attempt = 0;  ///< 0: this place is free
    };
    /// What is known of a session that a flood of made-up ones lacks; the higher, the longer it is
    /// kept.
    enum class Standing : std::uint8_t {
        single,    ///< one datagram
        repeated,  ///< several different ones
        proven     ///< its address, by a TCP handshake or a cookie
    };
    static constexpr std::size_t standings = 3;
    struct Session;
    using Sessions = std::list<Session>;
    using Order = FairOrder<Sessions::iterator>;
    struct Session {
        std::uint64_t id = 0;
        Standing standing = Standing::single;
        Order::Place place{};
        Beginning beginning;
        /// When a punctual packet sent at the beginning of the scan came: near the quickest one.
        TimePoint punctual = TimePoint::max();
        TimePoint heard{};
        TimePoint first_query{};  ///< of the last burst
        TimePoint last_query{};
        std::vector<IpAddress> sources;
        std::vector<IpAddress> destinations;
        SessionCounters counters;
        /// The latest ones, in a ring: enough to notice what the network does within a moment.
        std::array<Attempt, 32> recent{};
        std::size_t next_recent = 0;
        /// By kind (TCP, UDP, and TCP ports of ours that differ from the one aimed at) and stretch;
        /// few are used.
        std::vector<std::unique_ptr<Page>> pages;
    };
    struct Hash {
        std::uint64_t secret = 0;
        std::size_t operator()(std::uint64_t id) const {
            return static_cast<std::size_t>(mix(id ^ secret));
        }
    };
    enum class Kind : std::uint8_t { tcp, udp, tcp_here };
    static Kind kind_of(Protocol protocol);

    Session& session_of(std::uint64_t id, const IpAddress& source, TimePoint now);
    void raise(Sessions::iterator session, Standing standing, const IpAddress& source);
    static bool note_order(Session& session, const Frame& request);
    static bool note_delay(Session& session, TimePoint began);
    void mark(Session& session, Kind kind, Port port, bool late);
    const Page* page_of(std::uint64_t session, Kind kind, Port port) const;
    bool is_marked(std::uint64_t session, Kind kind, Port port) const;
    static TimePoint active_until(const Session& session);
    void tell_of_forgotten(const Session& session) const;
    void forget(Sessions::iterator session);
    void forget_one(std::uint64_t keep);
    bool forget_one_but(std::size_t spared, std::uint64_t keep);
    void forget_aged(TimePoint now);
    const Session* find(std::uint64_t id) const;

    std::array<Sessions, standings> sessions_;  ///< unheard of for longest first
    std::array<Order, standings> order_;        ///< in which they are forgotten for want of room
    std::unordered_map<std::uint64_t, Sessions::iterator, Hash> by_id_;
    std::size_t pages_ = 0;
    std::size_t changes_ = 0;
    ForgetHandler on_forget_;
};

}  // namespace pt::server
