#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <system_error>
#include <vector>

#include "client/probe/source_spread.hpp"
#include "client/probe/udp_channel.hpp"

namespace pt::client {

/// The channels of one address family: each attempt of a probe leaves from another source port, as
/// a flow that a rule, a dead path or a NAT stops is stopped for good. All probes share them, and
/// each is opened when it is first needed. With --source-port there is one.
class UdpChannels {
public:
    UdpChannels(boost::asio::io_context& context, UdpChannel::Owner& owner, int family,
                const SourceSettings& source, SourceSpread& spread, bool one_flow)
        : context_{context},
          owner_{owner},
          family_{family},
          source_{source},
          spread_{spread},
          one_flow_{one_flow || source.port} {}

    /// The channel for an attempt (1 is the first); nullptr and the error where not even the first
    /// can be opened.
    UdpChannel* for_attempt(unsigned attempt, std::error_code& error);
    /// The channel that has this port; nullptr where none has.
    UdpChannel* with_port(Port port) const;

    /// Of those that are open.
    std::vector<Port> ports() const;

    /// Why the kernel has taken none of so many datagrams of a slot (errno); 0: it has taken one.
    int failure_of_all(Slot slot, std::size_t datagrams) const;

    void flush();
    void close();
    /// All of them, closed, to be destroyed later: what they had in flight is called off first.
    std::vector<std::unique_ptr<UdpChannel>> take_all();

private:
    UdpChannel* open(std::size_t place, std::error_code& error);

    boost::asio::io_context& context_;
    UdpChannel::Owner& owner_;
    int family_;
    SourceSettings source_;
    SourceSpread& spread_;
    bool one_flow_;  ///< all leaves from one port
    std::array<std::unique_ptr<UdpChannel>, SourceSpread::parts> channels_;
};

}  // namespace pt::client
