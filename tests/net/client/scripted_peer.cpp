#include "scripted_peer.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace pt::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;

namespace {

IpAddress loopback(bool v6) { return *IpAddress::parse(v6 ? "::1" : "127.0.0.1"); }

asio::ip::address asio_loopback(bool v6) {
    return v6 ? asio::ip::address{asio::ip::address_v6::loopback()}
              : asio::ip::address{asio::ip::address_v4::loopback()};
}

}  // namespace

Bytes honest_reply(const Bytes& request) {
    Frame frame = *decode(request);
    frame.received_length = frame.length;
    frame.padding_crc = crc32c(padding(request));
    frame.type = FrameType::reply;
    frame.length = frame_header_size;
    frame.server_instance = 0x5EED;
    Bytes reply(frame_header_size);
    encode_header(frame, reply);
    return reply;
}

struct TcpPeer::Connection : std::enable_shared_from_this<TcpPeer::Connection> {
    Connection(tcp::socket connected, std::shared_ptr<const Script> to_do)
        : socket{std::move(connected)}, script{std::move(to_do)}, timer{socket.get_executor()} {}

    void start() {
        if (script->speak_first) {
            reply();
            return;
        }
        asio::async_read(socket, asio::buffer(request),
                         [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                             if (!error) {
                                 self->reply();
                             }
                         });
    }
    void reply() {
        answer = script->answer(request);
        timer.expires_after(script->delay);
        timer.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error) {
                self->write_from(0);
            }
        });
    }
    void write_from(std::size_t position) {
        if (position >= answer.size()) {
            end();
            return;
        }
        const std::size_t size = script->one_byte_at_a_time ? 1 : answer.size() - position;
        asio::async_write(socket, asio::buffer(answer.data() + position, size),
                          [self = shared_from_this(), next = position + size](
                              boost::system::error_code error, std::size_t) {
                              if (!error) {
                                  self->write_from(next);
                              }
                          });
    }
    void end() {
        switch (script->end) {
            case Script::End::stay: start_again(); break;
            case Script::End::reset:
                socket.set_option(asio::socket_base::linger{true, 0});
                [[fallthrough]];
            case Script::End::close: socket.close(); break;
        }
    }
    void start_again() {
        if (!script->speak_first) {
            start();
        }
    }

    tcp::socket socket;
    std::shared_ptr<const Script> script;
    asio::steady_timer timer;
    Bytes request = Bytes(default_request_size);
    Bytes answer;
};

TcpPeer::TcpPeer(asio::io_context& context, Script script, bool v6)
    : acceptor_{context, tcp::endpoint{asio_loopback(v6), 0}},
      script_{std::make_shared<const Script>(std::move(script))} {
    accept();
}

Endpoint TcpPeer::endpoint() const {
    const auto local = acceptor_.local_endpoint();
    return {Protocol::tcp, loopback(local.address().is_v6()), Port{local.port()}};
}

void TcpPeer::accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
        if (!error) {
            connections_.push_back(std::make_shared<Connection>(std::move(socket), script_));
            connections_.back()->start();
            accept();
        }
    });
}

UdpPeer::UdpPeer(asio::io_context& context, Script script, bool v6)
    : socket_{context, udp::endpoint{asio_loopback(v6), 0}},
      other_socket_{context, udp::endpoint{asio_loopback(v6), 0}},
      script_{std::move(script)} {
    receive();
}

Endpoint UdpPeer::endpoint() const {
    const auto local = socket_.local_endpoint();
    return {Protocol::udp, loopback(local.address().is_v6()), Port{local.port()}};
}

void UdpPeer::answer_from_elsewhere() { elsewhere_ = true; }

void UdpPeer::receive() {
    socket_.async_receive_from(
        asio::buffer(buffer_), sender_, [this](boost::system::error_code error, std::size_t size) {
            if (error) {
                return;
            }
            const Bytes request{buffer_.begin(),
                                buffer_.begin() + static_cast<std::ptrdiff_t>(size)};
            for (const Bytes& answer : script_(request, ++count_)) {
                (elsewhere_ ? other_socket_ : socket_).send_to(asio::buffer(answer), sender_);
            }
            receive();
        });
}

}  // namespace pt::test
