#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "common/core/frame.hpp"

/// Far ends that do exactly what a test says, on loopback, in the test's own io_context.
namespace pt::test {

using Bytes = std::vector<std::uint8_t>;

/// The reply that an honest server would send to these bytes of a request.
Bytes honest_reply(const Bytes& request);

/// Accepts connections for as long as it lives. For each it waits for a whole request and then
/// does what the script says.
class TcpPeer {
public:
    struct Script {
        std::function<Bytes(const Bytes& request)> answer = honest_reply;
        bool one_byte_at_a_time = false;
        enum class End { stay, close, reset } end = End::stay;
        std::chrono::milliseconds delay{};  ///< of each answer
        bool speak_first = false;           ///< answer at once, without a request
    };

    TcpPeer(boost::asio::io_context& context, Script script, bool v6 = false);
    Endpoint endpoint() const;

private:
    struct Connection;
    void accept();

    boost::asio::ip::tcp::acceptor acceptor_;
    std::shared_ptr<const Script> script_;
    std::vector<std::shared_ptr<Connection>> connections_;
};

/// Answers datagrams: `script` gets the request and how many have come, and returns what to send
/// back to its sender, which may be nothing or several.
class UdpPeer {
public:
    using Script = std::function<std::vector<Bytes>(const Bytes& request, int count)>;

    UdpPeer(boost::asio::io_context& context, Script script, bool v6 = false);
    Endpoint endpoint() const;
    /// Answers from here on from a socket with another port.
    void answer_from_elsewhere();

private:
    void receive();

    boost::asio::ip::udp::socket socket_;
    boost::asio::ip::udp::socket other_socket_;
    bool elsewhere_ = false;
    Script script_;
    boost::asio::ip::udp::endpoint sender_;
    Bytes buffer_ = Bytes(2048);
    int count_ = 0;
};

}  // namespace pt::test
