#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <system_error>

#include "client/pace/slot.hpp"
#include "client/probe/socket_setup.hpp"
#include "common/net/datagrams.hpp"
#include "common/net/error_queue.hpp"

namespace pt::client {

/// One unconnected UDP socket from which the probes of one address family are sent, in batches.
/// Reads what comes back: datagrams, and ICMP errors from the error queue. Concludes nothing.
class UdpChannel {
public:
    class Owner {
    public:
        virtual ~Owner() = default;
        virtual void on_datagram(const net::Datagram& datagram, const SocketAddress& local) = 0;
        virtual void on_queued_error(const net::QueuedError& error) = 0;
        /// This machine refused to send the datagram that was queued for this slot;
        /// nothing: a control attempt's or a query.
        virtual void on_send_failure(std::optional<Slot> slot, std::error_code error) = 0;
        /// All that was there to read has been told.
        virtual void on_received() = 0;
        /// The channel cannot be read: whatever is sent from it stays unanswered.
        virtual void on_unreadable(std::error_code error) = 0;
    };

    UdpChannel(boost::asio::io_context& context, Owner& owner);

    /// `family` is AF_INET or AF_INET6. Bound to `port`, where that is given and free.
    std::error_code open(int family, const SourceSettings& source, std::optional<Port> port = {});
    void close();

    /// Room for one more datagram? If not, `flush` first, and wait if there still is none.
    bool full() const { return batch_.full(); }
    void queue(std::span<const std::uint8_t> payload, const SocketAddress& to,
               std::optional<Slot> slot);
    /// Sends what is queued, as far as the kernel takes it; the rest goes when it can.
    void flush();

    /// How many of this slot's datagrams the kernel has not taken yet.
    std::size_t count_waiting(Slot slot) const;
    /// Why the kernel takes no datagrams at the moment (errno); 0: it does.
    int send_failure() const { return waiting_writable_ ? send_failure_ : 0; }

    Port port() const { return port_; }
    /// Why this machine does not tell of ICMP errors (errno); 0: it does.
    int error_queue_failure() const { return error_queue_failure_; }

    /// The source address that the kernel would choose towards `to`, with this socket's port.
    SocketAddress local_towards(const SocketAddress& to) const;

private:
    void wait_readable();
    void read_later();
    void send_later();
    void on_readable();
    std::size_t drain_errors();
    void wait_writable();
    void take_send_failure(std::error_code error);

    boost::asio::ip::udp::socket socket_;
    boost::asio::steady_timer send_timer_;
    boost::asio::steady_timer read_timer_;
    Owner& owner_;
    net::SendBatch batch_;
    std::deque<std::optional<Slot>> slots_;  ///< of each queued datagram, in order
    net::ReceiveBatch received_;
    Port port_{};
    int failures_in_row_ = 0;
    int unreadable_in_row_ = 0;
    int error_queue_failure_ = 0;
    bool queue_unreadable_ = false;
    int send_failure_ = 0;
    bool waiting_writable_ = false;
};

}  // namespace pt::client
