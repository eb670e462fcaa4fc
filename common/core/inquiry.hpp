#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/core/frame.hpp"
#include "common/core/port.hpp"
#include "common/core/port_state.hpp"

/// What a client asks a server that has proved itself, and what it is told: the body of `query` and
/// `answer` frames. A query is as long as its answer: it carries the answer's room as zeros, so
/// that nothing is amplified and no length is anybody's free choice.
///
///     offset  size  field (network byte order), counted from the end of the frame's header
///     0       1     kind
///     1       1     protocol (6, 17)
///     2       2     first port
///     4       2     count of ports
///     6       4     how many ms before its first echo the asker's run began, rounded up
///     10      16    four counters of 4 bytes: zero in a query
///     26      n     four bits for each port, the first in the upper half; zero in a query
namespace pt {

/// What the server's journal says of one port in one session. Travels in four bits: of what is said
/// of connections, only that which matters most, as each line tells.
struct PortRecord {
    bool listening = false;  ///< it holds the port
    bool frame = false;      ///< a whole frame of this session has arrived
    /// TCP: connections from the asker's address that brought no frame. Not told where one arrived.
    bool handshake = false;
    /// TCP: a SYN from the asker's address whose handshake is not complete. Not told of a port that
    /// connections reached.
    bool half_open = false;
    /// TCP: a connection from the asker's address was reset from its side, or from in between. Told
    /// only of a port that frames or connections reached.
    bool reset = false;
    /// TCP: there is a handshake that this run or an earlier one may have begun. Told only where
    /// none of the above is said.
    bool uncertain = false;
    /// TCP: a half-open handshake of an earlier run's may have stood in this one's time: a SYN from
    /// its very port left no trace. Told only where none of the above is said.
    bool earlier = false;

    friend bool operator==(const PortRecord&, const PortRecord&) = default;
};

/// A stretch of ports of one protocol, and what is asked of them.
struct Inquiry {
    enum class Kind : std::uint8_t { journal = 1, manifest = 2 };

    Kind kind = Kind::journal;
    Protocol protocol = Protocol::tcp;
    Port first{};
    std::uint16_t count = 0;  ///< 1 to max_inquiry_ports, and no further than port 65,535
    /// How long before its first echo came the asker's run began, in milliseconds, rounded up. As
    /// the server heard the session's first frame before that, this much earlier bounds the run's
    /// beginning, however late the question comes. 0 with a manifest.
    std::uint32_t lead_ms = 0;

    friend bool operator==(const Inquiry&, const Inquiry&) = default;
};

inline constexpr std::size_t max_inquiry_ports = 2048;

/// In the flags of an answer: the server knows all handshakes of the asker's, half-open ones too.
/// Without it, a TCP port that nothing has arrived on may still have had a SYN.
inline constexpr std::uint8_t handshakes_known = 0x01;
/// The same: the server stood still for more than a second since the asker's run began. What went
/// unanswered meanwhile tells nothing of the network.
inline constexpr std::uint8_t server_stalled = 0x02;

/// What the server counted in the asker's session; all 0 with a manifest.
struct SessionCounters {
    std::uint32_t frames = 0;
    std::uint32_t duplicates = 0;       ///< the same attempt arrived more than once
    std::uint32_t altered_padding = 0;  ///< the padding did not fit its checksum
    std::uint32_t reordered = 0;        ///< an earlier attempt arrived behind a later one

    friend bool operator==(const SessionCounters&, const SessionCounters&) = default;
};

/// Bytes of a whole query, and of its answer.
std::size_t inquiry_frame_size(std::uint16_t count);

/// A whole query frame; `frame` gives nonce, port and protocol of the port that it is sent to.
std::vector<std::uint8_t> encode_query(const Frame& frame, const Inquiry& inquiry);

/// Reads the body of a whole query that `decode` accepted. Nothing, unless every field is within
/// its bounds, the length is exactly what the count needs, and the checksum fits.
std::optional<Inquiry> decode_query(const Frame& frame, std::span<const std::uint8_t> bytes);

/// The answer to a query: `values` has four bits (0 to 15) for each port. `frame` gives the
/// header's fields; type, length and checksum are set here.
std::vector<std::uint8_t> encode_answer(const Frame& frame, const Inquiry& inquiry,
                                        const SessionCounters& counters,
                                        std::span<const std::uint8_t> values);

struct InquiryAnswer {
    Inquiry inquiry;
    IpAddress asked_from;  ///< the asker's address as the server saw it
    bool handshakes_known = false;
    bool server_stalled = false;
    SessionCounters counters;
    std::vector<std::uint8_t> values;  ///< four bits for each port, one port a byte
};

/// Reads the body of a whole answer that `decode` accepted; as strict as `decode_query`.
std::optional<InquiryAnswer> decode_answer(const Frame& frame, std::span<const std::uint8_t> bytes);

std::uint8_t to_value(const PortRecord& record);
PortRecord to_record(std::uint8_t value);
/// `failed` for a value that no state has: a newer server's word.
PortState to_port_state(std::uint8_t value);

}  // namespace pt
