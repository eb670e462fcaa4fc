#pragma once

#include <optional>
#include <string>

#include "client/result/result.hpp"

/// What `pt-client explain` prints: an exchange over loopback, step by step, for a person who
/// learns. Pure: the exchange itself is made by client/app.
namespace pt::client {

/// What both ends saw of one exchange, as the kernel reported it (getsockname, getpeername,
/// TCP_INFO, /proc/net/tcp). Times count from the start of the connect or of the first send.
struct LoopbackExchange {
    Port wanted{80};
    std::string why_not_wanted;  ///< why the port is another one: "Permission denied"; "" if not

    SocketAddress listener;     ///< the listening socket
    SocketAddress client;       ///< the client's end, as the client sees it
    SocketAddress client_seen;  ///< the client's end, as the server sees it
    std::string request;        ///< what the client sent; lines of printable ASCII, CR LF
    std::string reply;
    Nanoseconds connected{};  ///< handshake complete at the client
    Nanoseconds request_received{};
    Nanoseconds reply_received{};
    Nanoseconds closed{};
    std::optional<Nanoseconds> round_trip;  ///< of the connection, as the client's kernel measured
    bool established = false;  ///< the state of the client's socket after the reply: ESTAB
    bool time_wait = false;    ///< the kernel kept the client's end in TIME-WAIT after the close

    /// The same number over UDP; nothing where another program has it.
    struct Udp {
        std::string without_listener;  ///< the reply to a datagram while no program listened
        SocketAddress client;
        SocketAddress client_seen;
        Nanoseconds reply_received{};
    };
    std::optional<Udp> udp;
    std::string why_no_udp;
};

/// The whole text. Printable ASCII, lines of at most 80 bytes.
std::string lesson(const LoopbackExchange& exchange, const ExplainFacts& facts);

}  // namespace pt::client
