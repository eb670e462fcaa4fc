#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

#include "client/probe/reply.hpp"
#include "client/probe/tcp_sockets.hpp"
#include "common/core/icmp_error.hpp"
#include "common/core/timing.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/epoll_set.hpp"
#include "common/net/tcp_measurements.hpp"

namespace pt::client {

enum class TcpEvent {
    connected,  ///< told only where it was not so when `start` returned
    echo,       ///< `frame()` is it; the attempt waits for `send` or `close`
    altered_echo,
    foreign_data,
    crossed,        ///< it has met another attempt of ours: both ends are on this machine
    reset,          ///< instead of a handshake
    data_reset,     ///< after the handshake
    end_of_stream,  ///< after the handshake, without a whole reply
    icmp,           ///< `icmp()` is it
    no_route,
    local_error  ///< `error()` is it
};

/// One try at one TCP port: a non-blocking connect from an ephemeral port, one frame out, one reply
/// back. What costs most over many ports is packets and system calls, so that there are as few as
/// there can be: the frame rides with the handshake's last packet, and where no other frame is to
/// follow it takes the end of our stream along; `send` itself tells whether the handshake is done.
/// Tells its owner each event as it comes and concludes nothing; has no timer of its own: who
/// no longer waits closes it. Owned by shared_ptr; after `close` it tells nothing more.
class TcpAttempt final : public net::EpollSet::Watcher,
                         public std::enable_shared_from_this<TcpAttempt> {
public:
    class Owner {
    public:
        virtual ~Owner() = default;
        virtual void on_tcp_event(TcpAttempt& attempt, TcpEvent event) = 0;
    };

    /// Whether the stream ends with the first frame, or `send` may follow.
    enum class Frames { one, many };

    /// What an attempt is for: a probe's, or a control attempt on a port that proved open.
    struct Purpose {
        Slot slot{};
        std::uint32_t control = 0;  ///< its number; 0: it is the probe's own
    };

    /// `sockets` and `owner` outlive it.
    TcpAttempt(TcpSockets& sockets, Owner& owner, Purpose purpose, const Frame& request,
               Frames frames);

    /// Opens the socket and begins to connect. An error means that this machine lacks what it
    /// takes (descriptors, source ports, memory) and nothing was sent; all else comes as an event,
    /// from `look` on.
    /// From that source port, where one is given and free.
    std::error_code start(const Endpoint& endpoint, std::optional<Port> source_port = {});

    /// To be called once, a little after `start`: tells what has come by then, which from a near
    /// peer is all there will be, and has what comes later told as it comes.
    void check();

    /// After an echo: sends a further frame on the same connection.
    void send(const Frame& request, std::size_t size);
    void close();

    bool connected() const { return connected_; }
    /// The peer's TCP has acknowledged all that was sent.
    bool data_acknowledged();
    Slot slot() const { return purpose_.slot; }
    std::uint32_t control() const { return purpose_.control; }
    /// Which attempt of its probe this is; 1 is the first.
    unsigned number() const { return request_.attempt; }
    const Frame& frame() const { return reply_.frame; }
    bool padding_altered() const { return reply_.padding_altered; }
    /// The foreign data were our own request.
    bool reflected() const { return reflected_; }
    /// From the frame to its echo, or from the SYN to its refusal.
    Nanoseconds round_trip() const { return round_trip_; }
    /// The same; nothing where a kernel had to send something again for it, so that it is no round
    /// trip (Karn's algorithm, RFC 6298 section 3).
    std::optional<Nanoseconds> measured_round_trip() const;
    /// Our kernel had to send data of this connection again.
    bool sent_data_again() const;
    /// The shortest one that the kernel has measured on this connection.
    std::optional<Nanoseconds> kernel_round_trip() const;
    TimePoint started() const { return started_; }
    /// The handshake took as long as it takes the kernel to send a SYN again, and the path is much
    /// shorter.
    bool syn_sent_again() const;
    const SocketAddress& local() const { return local_; }
    const std::optional<IcmpError>& icmp() const { return icmp_; }
    const std::error_code& error() const { return error_; }

private:
    void set_request(const Frame& request, std::size_t size);
    void on_ready() override;
    std::error_code open(int family, std::optional<Port> source_port);
    std::error_code connected_to_itself();
    bool may_serve_again();
    std::optional<net::TcpMeasurements> measurements_if_slow() const;
    void on_connect_progress();
    void fail_to_connect(std::error_code error);
    bool take_queued_icmp();
    int descriptor() const { return socket_.get(); }
    int write_request();
    bool read();
    void drop_queued_errors();
    TcpEvent judge_end() const;
    void judge();
    void tell(TcpEvent event);
    void tell_later(TcpEvent event);

    TcpSockets& sockets_;
    Owner& owner_;
    net::Descriptor socket_;
    int family_ = 0;
    Purpose purpose_;
    Frame request_;
    Frames frames_;
    std::vector<std::uint8_t> bytes_out_;
    std::array<std::uint8_t, frame_header_size> bytes_in_{};
    std::size_t received_ = 0;
    TimePoint made_{};  ///< the request
    TimePoint started_{};
    TimePoint sent_{};
    TimePoint first_sent_{};  ///< right after the handshake
    Nanoseconds round_trip_{};
    Reply reply_;
    SocketAddress local_;
    std::optional<IcmpError> icmp_;
    std::error_code error_;
    int failure_ = 0;  ///< errno of `start`, to be told
    bool reflected_ = false;
    bool connected_ = false;
    bool refused_ = false;
    bool link_local_ = false;
    bool watched_ = false;
    bool closed_ = false;
};

}  // namespace pt::client
