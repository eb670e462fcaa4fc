#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <optional>
#include <system_error>
#include <vector>

#include "client/probe/socket_setup.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/epoll_set.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {

/// What all TCP attempts of a run share: where they wait, and their sockets. A socket whose
/// connection was refused, or ended from both sides, serves a further attempt: over very many ports
/// to open, set up and close one for each costs a fifth of all the time.
class TcpSockets {
public:
    TcpSockets(boost::asio::io_context& context, const SourceSettings& source, bool marks_syns)
        : context_{context}, ready_{context}, source_{source}, marks_syns_{marks_syns} {}

    boost::asio::io_context& context() { return context_; }
    net::EpollSet& ready() { return ready_; }
    const SourceSettings& source() const { return source_; }
    /// Whether the SYN of each attempt is to say which port it is sent to.
    bool marks_syns() const { return marks_syns_; }

    /// Whether data are sent at once, or held back until the end of the stream so that both go in
    /// one packet.
    enum class Sending { at_once, with_end };

    /// A non-blocking socket with its error queue on, bound where the source settings ask for it.
    /// Without a source port of the settings' own it is bound to `port`, where that is given and
    /// free. Not open where that fails.
    net::Descriptor open(int family, Sending sending, std::optional<Port> port,
                         std::error_code& error);

    /// Keeps a socket of `Sending::with_end`, or closes it where it is of no further use. The
    /// connection must be over on both sides: any other would be reset. `watched`: it is in
    /// `ready`.
    void take_back(net::Descriptor socket, int family, bool watched);

private:
    bool bind_to(int descriptor, int family, Port port) const;

    boost::asio::io_context& context_;
    net::EpollSet ready_;
    SourceSettings source_;
    bool marks_syns_;
    std::map<int, std::vector<net::Descriptor>> spare_;  ///< by family
};

/// An errno that means: nothing was sent because this machine has run out of something that comes
/// back.
bool is_shortage(int error);

/// Whether this machine has an address to send from. A connect without one fails with the same
/// error as one that finds no free port.
bool has_source_address(const net::Sockaddr& remote);

}  // namespace pt::client
