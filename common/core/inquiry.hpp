#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/core/frame.hpp"
#include "common/core/port.hpp"
#include "common/core/port_state.hpp"
#include "common/core/timing.hpp"

/// What a client asks a server that has proved itself, and what it is told: the body of `query` and
/// `answer` frames. A query is a byte longer than its answer: it carries the answer's room as
/// zeros, so that nothing is amplified and no length is anybody's free choice.
///
///     offset  size  field (network byte order), counted from the end of the frame's header
///     0       1     kind
///     1       1     protocol (6, 17)
///     2       2     first port
///     4       2     count of ports
///     6       4     lead: ms from the start of the scan to the first echo of a request that was
///                   recorded, rounded up; 0: there was none
///     10      4     shortest round trip: us, rounded up; 0: not known
///     14      24    six counters of 4 bytes: zero in a query
///     38      n     one byte for each port; zero in a query
///     38+n    1     zero; in a query only
///
/// A session is one client's scan of one address, and an answer is about the address that the query
/// came to: servers know their ports by address.
namespace pt {

/// A frame that came later than this, compared with the session's quickest, counts as late: its
/// echo may have come back after the client had given up.
inline constexpr Nanoseconds max_punctual_delay = std::chrono::milliseconds{250};

/// The server record: what the journal says of one port in one session. Travels in one byte, a bit
/// for each of the first eight members, the first in the lowest bit. Some mean something else where
/// others settle what they tell. With `frame`, `established` means that it was late, and over TCP
/// `attempt`, `other` and `incomplete` are a place in `unfinished_steps`, the lowest bit first.
/// With `established`, `attempt` means `marked`; without it `reset` does where there is an attempt,
/// and `astray` where there is none.
struct PortRecord {
    bool listening = false;    ///< the server holds the port on the address that was asked
    bool frame = false;        ///< a whole frame of this session has arrived
    bool established = false;  ///< TCP: a connection of this session's came about, without a frame
    /// TCP: a first segment (SYN) of this session's arrived, without a connection or before it.
    bool attempt = false;
    bool reset = false;  ///< TCP: a connection of this session's was reset from the peer's side
    /// Something arrived since the scan began that may be this session's or anybody else's. Over
    /// TCP, of a port that the server does not hold: the port is among `ports_without_frame`.
    bool other = false;
    /// Something may have arrived unseen: that nothing is recorded proves nothing.
    bool incomplete = false;
    bool deaf = false;  ///< the server cannot read or accept on this port at the moment
    bool late = false;  ///< with `frame`: none of these frames was punctual
    /// With `attempt` or `established`: by the marks of all of them (syn_mark.hpp), they were sent
    /// to this very port.
    bool marked = false;
    /// TCP, with nothing else of this session: SYNs with a mark of this port came to another one.
    bool astray = false;
    /// With `frame`, TCP: so many attempts of the session's sources on this port of the server's,
    /// whatever port they were sent to, did not get as far as a frame. Travels rounded up to a
    /// step; the last one means that there are more than before it, or that the number is not
    /// known.
    std::uint8_t unfinished = 0;
    static constexpr std::array<std::uint8_t, 8> unfinished_steps{0, 1, 2, 3, 5, 8, 12, 255};
    static constexpr std::uint8_t many_unfinished = unfinished_steps.back();
    /// The place of the lowest step that is not below a number.
    static std::size_t unfinished_step(std::size_t number);

    friend bool operator==(const PortRecord&, const PortRecord&) = default;
};

/// A stretch of ports of one protocol, and what is asked of them.
struct Inquiry {
    /// 1 to 3 had other values for the ports and are not used any more.
    enum class Kind : std::uint8_t { manifest = 4, journal = 5 };

    Kind kind = Kind::journal;
    Protocol protocol = Protocol::tcp;
    Port first{};
    std::uint16_t count = 0;  ///< 1 to max_inquiry_ports, and no further than port 65,535
    /// From the start of the scan to the first echo of a request that was recorded, or to the one
    /// whose cookie is given back, in milliseconds, rounded up. The server heard the session's
    /// first frame before that echo, so this much earlier bounds the start of the scan, however
    /// late the query comes. 0 where there was none, and with a manifest.
    std::uint32_t lead_ms = 0;
    /// The shortest round trip of the session's echoes, in microseconds, rounded up; 0: not known.
    /// A packet sent at the start of the scan took no longer: with what the frames say of when they
    /// were sent, that bounds the start closer than `lead_ms` where early echoes were lost. 0 with
    /// a manifest.
    std::uint32_t rtt_us = 0;

    friend bool operator==(const Inquiry&, const Inquiry&) = default;
};

/// So that an answer fits into an Ethernet packet.
inline constexpr std::size_t max_inquiry_ports = 1024;

/// In the flags of an answer: the server's record of first segments (SYNs) is exact: the kernel
/// counts each one. Without it the record is sampled: half-open handshakes are polled, and what
/// shows that some ended unseen is watched.
inline constexpr std::uint8_t exact_record = 0x01;
/// The same: the server stalled for more than a second since the scan began. What went unanswered
/// meanwhile tells nothing of the network.
inline constexpr std::uint8_t server_stalled = 0x02;
/// The same: the session comes from several addresses, so that `ports_without_frame` counts what
/// came from any address.
inline constexpr std::uint8_t counts_others = 0x04;

/// What the server counted in the asker's session; all 0 with a manifest.
struct SessionCounters {
    std::uint32_t frames = 0;
    std::uint32_t duplicates = 0;       ///< the same attempt arrived more than once
    std::uint32_t altered_padding = 0;  ///< the padding did not fit its checksum
    std::uint32_t reordered = 0;        ///< an earlier attempt arrived behind a later one
    /// TCP ports of the asked address, whatever was asked, on which this session's attempts or
    /// connections left a trace but no frame; and those where frames arrived, but a handshake was
    /// not completed or a connection brought none. More than the client can account for by the
    /// ports that it probed and the attempts that it gave up: a rewriting device (DNAT) sent some
    /// elsewhere.
    std::uint32_t ports_without_frame = 0;
    /// Further ones, held by the server, on which all came so early that it may be from before the
    /// scan: their record has `other`. With `counts_others`, these are among the former.
    std::uint32_t early_ports = 0;

    friend bool operator==(const SessionCounters&, const SessionCounters&) = default;
};

/// Bytes of a whole answer about so many ports.
std::size_t answer_frame_size(std::uint16_t count);
/// Bytes of the query that it answers: more than the answer has.
std::size_t query_frame_size(std::uint16_t count);

/// A whole query frame; `frame` gives nonce, port and protocol of the port that it is sent to.
std::vector<std::uint8_t> encode_query(const Frame& frame, const Inquiry& inquiry);

/// Reads the body of a whole query that `decode` accepted. Nothing, unless every field is within
/// its bounds, the length is exactly what the count needs, and the checksum fits.
std::optional<Inquiry> decode_query(const Frame& frame, std::span<const std::uint8_t> bytes);

/// The answer to a query: `values` has one byte for each port. `frame` gives the header's fields;
/// type, length and checksum are set here.
std::vector<std::uint8_t> encode_answer(const Frame& frame, const Inquiry& inquiry,
                                        const SessionCounters& counters,
                                        std::span<const std::uint8_t> values);

struct InquiryAnswer {
    Inquiry inquiry;
    IpAddress asked_from;  ///< the asker's address as the server saw it
    IpAddress asked_at;    ///< the server's address that the query came to, as the server saw it
    bool exact_record = false;
    bool server_stalled = false;
    bool counts_others = false;
    SessionCounters counters;
    std::vector<std::uint8_t> values;  ///< one byte for each port
};

/// Reads the body of a whole answer that `decode` accepted; as strict as `decode_query`.
std::optional<InquiryAnswer> decode_answer(const Frame& frame, std::span<const std::uint8_t> bytes);

std::uint8_t to_value(Protocol protocol, const PortRecord& record);
PortRecord to_record(Protocol protocol, std::uint8_t value);
/// `failed` for a value that no state has: a newer server's word.
PortState to_port_state(std::uint8_t value);

}  // namespace pt
