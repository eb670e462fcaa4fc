#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/core/icmp_error.hpp"

/// From what the attempts of one probe saw to what may be said about the port. I/O gathers
/// `Findings` and stays stupid; `diagnose` is the only place that concludes.
namespace pt {

enum class Verdict {
    open,
    answered,
    intercepted,
    cut,
    closed,
    rejected,
    filtered,
    unreachable,
    untested
};

inline constexpr std::array all_verdicts{
    Verdict::open,     Verdict::answered, Verdict::intercepted, Verdict::cut,     Verdict::closed,
    Verdict::rejected, Verdict::filtered, Verdict::unreachable, Verdict::untested};

enum class Evidence {
    echo,
    handshake,
    foreign_data,
    foreign_answer,
    altered_echo,
    data_reset,
    data_lost,
    reset,
    forged_reset,
    icmp_port_unreachable,
    icmp_protocol_unreachable,
    icmp_admin_prohibited,
    icmp_parameter_problem,
    icmp_host_unreachable,
    icmp_net_unreachable,
    icmp_time_exceeded,
    no_route,
    silence,
    not_listening,
    local_error,
    interrupted,
    server_lost
};

inline constexpr std::array all_evidence{Evidence::echo,
                                         Evidence::handshake,
                                         Evidence::foreign_data,
                                         Evidence::foreign_answer,
                                         Evidence::altered_echo,
                                         Evidence::data_reset,
                                         Evidence::data_lost,
                                         Evidence::reset,
                                         Evidence::forged_reset,
                                         Evidence::icmp_port_unreachable,
                                         Evidence::icmp_protocol_unreachable,
                                         Evidence::icmp_admin_prohibited,
                                         Evidence::icmp_parameter_problem,
                                         Evidence::icmp_host_unreachable,
                                         Evidence::icmp_net_unreachable,
                                         Evidence::icmp_time_exceeded,
                                         Evidence::no_route,
                                         Evidence::silence,
                                         Evidence::not_listening,
                                         Evidence::local_error,
                                         Evidence::interrupted,
                                         Evidence::server_lost};

enum class Direction { forward, return_, unknown };

inline constexpr std::array all_directions{Direction::forward, Direction::return_,
                                           Direction::unknown};

/// "open", "icmp-port-unreachable", "return": the words of the output, the JSON and the README.
std::string_view to_string(Verdict verdict);
std::string_view to_string(Evidence evidence);
std::string_view to_string(Direction direction);

/// The value that `to_string` gives such a word for; nothing for any other word.
std::optional<Verdict> parse_verdict(std::string_view word);
std::optional<Evidence> parse_evidence(std::string_view word);
std::optional<Direction> parse_direction(std::string_view word);

/// What all attempts of one probe have seen so far. Counters count attempts; order does not matter.
struct Findings {
    bool echo = false;                 ///< our echo was received intact
    bool altered_echo = false;         ///< a frame with our nonce was received, but altered
    bool foreign_data = false;         ///< the endpoint sent bytes that are no frame of ours
    bool connected = false;            ///< TCP handshake completed
    bool no_route = false;             ///< this host has no route to the address
    bool interrupted = false;          ///< the scan ended before the probe did
    bool server_lost = false;          ///< the server died before this was found
    int local_error = 0;               ///< errno of a failure on this host; 0: none
    std::uint16_t resets = 0;          ///< TCP: reset instead of a handshake
    std::uint16_t data_resets = 0;     ///< TCP: reset after the handshake
    std::uint16_t ends_of_stream = 0;  ///< TCP: the peer closed after the handshake without a byte
    std::uint16_t icmp_errors = 0;     ///< ended by an ICMP error that was tied to their packet
    /// Unanswered, of those before the one that brought the first echo.
    std::uint16_t lost = 0;
    bool retransmitted = false;  ///< TCP: our kernel sent the echoed request again
    /// TCP: the echo took far longer than a round trip of its connection, so that this time is
    /// none.
    bool late_echo = false;
    std::optional<IcmpError> icmp{};  ///< the latest that was tied to one of our packets
    /// TCP: the peer's TCP acknowledged the frame of a connection that brought no echo.
    bool data_acknowledged = false;
    bool padding_altered = false;  ///< with `altered_echo`: the server received it altered
    bool reflected = false;        ///< with `foreign_data`: it was our own request
    bool unproven_icmp = false;    ///< UDP: an ICMP error whose quote is too short to be matched
    bool other_source = false;     ///< UDP: our echo came from another address; it does not count
    /// UDP: datagrams in the port's name came that did not follow the attempts as answers do, or
    /// too few to tell.
    bool unsolicited = false;

    friend bool operator==(const Findings&, const Findings&) = default;
};

/// No attempt was answered by anything, an ICMP error or a reset included.
bool is_silent(const Findings& findings);

/// Whether a server that cannot run, read or accept may be all that is behind it: no answer, a
/// handshake without data (its kernel completes it), or a reset (of a full queue).
bool may_be_servers_fault(const Findings& findings);

/// What the server record says of the attempts of one probe.
enum class Reached {
    unknown,      ///< nothing is recorded, but something may have arrived unseen
    nothing,      ///< nothing arrived
    attempt,      ///< TCP: a first segment (SYN), no connection
    established,  ///< TCP: a connection, no frame
    late_frame,   ///< so late that its echo may have come after the end of the probe
    frame
};

inline constexpr std::array all_reached{Reached::nothing, Reached::attempt, Reached::established,
                                        Reached::late_frame, Reached::frame};

/// "nothing", "late-frame"; "" for `unknown`.
std::string_view to_string(Reached reached);
/// The value that `to_string` gives such a word for; nothing for any other word.
std::optional<Reached> parse_reached(std::string_view word);

/// What the scan knows besides the probe's own findings. Without it, the weaker thing is said.
struct Knowledge {
    /// pt-server proved itself at this address with an echo from some port, in this scan.
    bool server_seen = false;
    /// pt-server says that it holds this port on the very address that was probed (manifest or
    /// journal), or that it does not.
    std::optional<bool> server_holds_port{};
    Reached reached = Reached::unknown;
    /// TCP: whether a connection of ours was reset at the server's end. Only where one arrived.
    std::optional<bool> server_was_reset{};
    /// pt-server cannot read or accept on this port: its silence tells nothing of the network.
    bool server_deaf = false;
};

struct Conclusion {
    Verdict verdict = Verdict::untested;
    Evidence evidence = Evidence::interrupted;
    /// Who gave the evidence, when it is known: the sender of the ICMP error.
    std::optional<IpAddress> by;
    /// Only with `filtered`.
    std::optional<Direction> direction;

    friend bool operator==(const Conclusion&, const Conclusion&) = default;
};

/// The one function that turns evidence into a verdict. Positive proof beats all else; a
/// verdict that needs to know that pt-server holds the port is never given without.
Conclusion diagnose(const IpAddress& target, const Findings& findings, const Knowledge& knowledge);

/// Whether `diagnose` may have given it: this evidence for this verdict, a direction with
/// `filtered` and with nothing else. A conclusion that was read from a file may say anything.
bool is_possible(const Conclusion& conclusion);

}  // namespace pt
