#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <memory>
#include <span>

#include "server/ports/open_sockets.hpp"
#include "server/serve/deaf_mark.hpp"
#include "server/serve/run_events.hpp"
#include "server/serve/whenever_readable.hpp"
#include "server/serve/worker_state.hpp"

namespace pt::server {

/// Answers the datagrams of one socket, in batches, each from the address and port that it was sent
/// to.
class UdpResponder {
public:
    UdpResponder(boost::asio::io_context& context, OpenSocket socket);

    /// Runs until `close`, or until there is no memory to wait with; then it may be called again.
    static boost::asio::awaitable<void> run(std::shared_ptr<WorkerState> state,
                                            std::shared_ptr<UdpResponder> self, RunningMark mark);
    /// Answers what is in the receive queue, within a bound, and ends with the batch in which this
    /// time is over. Never waits.
    AfterWork answer_queued(WorkerState& state, Nanoseconds max_time = Nanoseconds::max());
    void close();
    bool& running() { return running_; }
    /// 0: it stands for all ports.
    Port port() const { return bound_.port; }

private:
    void add_reply(net::SendBatch& replies, std::span<const std::uint8_t> reply,
                   const net::Datagram& datagram) const;
    void send_replies(WorkerState& state);
    void note_drops(WorkerState& state);

    boost::asio::ip::udp::socket socket_;
    net::Descriptor any_port_;  ///< open: replies leave by it, from the port that was asked
    SocketAddress bound_;
    DeafMark deaf_;
    bool running_ = false;
    bool sending_fails_ = false;  ///< the last reply, for a reason of this machine's own
    std::uint32_t drops_ = 0;     ///< by the kernel's count when it was last read
};

}  // namespace pt::server
