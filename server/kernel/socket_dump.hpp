#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/core/endpoint.hpp"

/// Reads the kernel's answers to a question for its socket tables (sock_diag(7)). Pure.
namespace pt::server {

/// One socket of this network namespace, as far as it matters who owns its port and, of a
/// half-open handshake, when that began.
struct UsedSocket {
    Port port{};
    std::uint32_t inode = 0;  ///< 0: the kernel's own, or one that nobody has open any more
    std::optional<std::uint64_t> cgroup;  ///< id in the cgroup v2 hierarchy; not told before 5.8
    SocketAddress peer;                   ///< of a connection; unspecified for all else
    IpAddress local;                      ///< address that it is bound to
    std::uint8_t repetitions = 0;         ///< of a handshake: SYN-ACKs sent again
    std::chrono::milliseconds timer{};    ///< of a handshake: until the next one is due
    /// Packets that the socket has dropped since it was opened, where that was asked for.
    std::optional<std::uint32_t> drops;
    friend bool operator==(const UsedSocket&, const UsedSocket&) = default;
};

struct DumpProgress {
    enum class State { more, done, failed };
    State state = State::more;
    int error = 0;  ///< errno where it failed
    friend bool operator==(const DumpProgress&, const DumpProgress&) = default;
};

/// Reads one chunk of netlink messages, as one recv(2) returned it, and adds the sockets in it to
/// `found`. Messages with another sequence number belong to an older question and are skipped;
/// what does not fit into its own lengths ends the dump as EBADMSG.
DumpProgress read_socket_dump(std::span<const std::uint8_t> chunk, std::uint32_t sequence,
                              std::vector<UsedSocket>& found);

}  // namespace pt::server
