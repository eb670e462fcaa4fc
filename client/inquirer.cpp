#include "client/inquirer.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <utility>

#include "common/core/frame_reader.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using namespace std::chrono_literals;

constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// Between fresh connections, while answers are missing.
constexpr auto stagger = 300ms;
/// Between repetitions over UDP.
constexpr auto repeat = 150ms;
/// Datagrams sent before answers are looked at.
constexpr std::size_t udp_window = 16;

/// What the roads to one server share. Each road holds it; the last one that ends tells the owner.
class Inquiries : public std::enable_shared_from_this<Inquiries> {
public:
    Inquiries(asio::io_context& context, KnownServer server, std::vector<Inquiry> inquiries,
              const InquirySettings& settings, std::function<void(InquiryOutcome)> done)
        : context_{context},
          server_{std::move(server)},
          inquiries_{std::move(inquiries)},
          settings_{settings},
          done_{std::move(done)},
          deadline_{context} {
        outcome_.answers.resize(inquiries_.size());
    }

    void start() {
        deadline_.expires_after(settings_.timeout);
        deadline_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error) {
                self->outcome_.lost = !self->reached_ && !self->server_.tcp.empty();
                self->finish();
            }
        });
        next_road();
    }

private:
    asio::awaitable<void> over_tcp(Port port);
    asio::awaitable<void> over_udp(Port port);
    asio::awaitable<void> read_answers(tcp::socket& socket);

    template <class Road>
    void take(Road road, Port port) {
        ++roads_;
        auto travel = (this->*road)(port);
        asio::co_spawn(context_, std::move(travel),
                       [self = shared_from_this()](const std::exception_ptr& failure) {
                           if (failure) {
                               std::rethrow_exception(failure);
                           }
                           --self->roads_;
                           self->check_refused();
                       });
    }

    /// Starts the next road, and arranges for the one after it.
    void next_road() {
        const std::size_t turn = turn_++;
        const bool over_udp_now = server_.tcp.empty() || (turn % 3 == 1 && !server_.udp.empty());
        if (over_udp_now) {
            take(&Inquiries::over_udp, server_.udp[turn % server_.udp.size()]);
        } else {
            take(&Inquiries::over_tcp, server_.tcp[turn % server_.tcp.size()]);
        }
        auto timer = std::make_shared<asio::steady_timer>(context_, stagger);
        stagger_ = timer;
        timer->async_wait([self = shared_from_this(), timer](boost::system::error_code error) {
            if (!error && self->done_) {
                self->next_road();
            }
        });
    }

    bool over() const { return !done_; }
    std::vector<std::uint8_t> query(std::size_t place, Protocol protocol, Port port) const {
        Frame frame;
        frame.nonce = {settings_.session, sequence(place)};
        frame.protocol = protocol;
        frame.port = port;
        frame.attempt = 1;
        return encode_query(frame, inquiries_[place]);
    }
    std::uint32_t sequence(std::size_t place) const {
        return settings_.first_sequence + static_cast<std::uint32_t>(place);
    }

    void take_answer(const Frame& frame, std::span<const std::uint8_t> bytes) {
        const std::size_t place = frame.nonce.sequence - settings_.first_sequence;
        if (over() || frame.nonce.session != settings_.session || place >= inquiries_.size() ||
            frame.server_instance != server_.instance) {
            return;
        }
        auto answer = decode_answer(frame, bytes);
        if (answer && answer->inquiry == inquiries_[place]) {
            outcome_.answers[place] = std::move(answer);
            if (outcome_.complete()) {
                finish();
            }
        }
    }

    void note_refusal() { ++refusals_; }
    /// One refusal may be forged or hasty; when every road so far has ended in one, the server has
    /// gone.
    void check_refused() {
        constexpr std::size_t refusals_believed = 2;
        if (!over() && roads_ == 0 && refusals_ == turn_ && turn_ >= refusals_believed) {
            outcome_.lost = true;
            finish();
        }
    }

    void finish() {
        if (over()) {
            return;
        }
        deadline_.cancel();
        if (const auto timer = stagger_.lock()) {
            timer->cancel();
        }
        for (const auto& close : closers_) {
            close();
        }
        std::exchange(done_, nullptr)(std::move(outcome_));
    }

    asio::io_context& context_;
    KnownServer server_;
    std::vector<Inquiry> inquiries_;
    InquirySettings settings_;
    std::function<void(InquiryOutcome)> done_;
    asio::steady_timer deadline_;
    std::weak_ptr<asio::steady_timer> stagger_;
    std::vector<std::function<void()>> closers_;  ///< ends a road that still waits
    InquiryOutcome outcome_;
    std::size_t turn_ = 0;
    std::size_t roads_ = 0;
    std::size_t refusals_ = 0;
    bool reached_ = false;  ///< something came back that was no refusal
};

/// As the probes, but from a port of its own.
SourceSettings free_port(SourceSettings source) {
    source.port.reset();
    return source;
}

tcp::endpoint to_asio(const SocketAddress& address) {
    const net::Sockaddr from{address};
    tcp::endpoint to;
    std::copy_n(reinterpret_cast<const unsigned char*>(from.data()), from.size(),
                reinterpret_cast<unsigned char*>(to.data()));
    to.resize(from.size());
    return to;
}

asio::awaitable<void> Inquiries::over_tcp(Port port) {
    const auto self = shared_from_this();
    const auto socket = std::make_shared<tcp::socket>(context_);
    const int family = net::family_of(server_.address);
    boost::system::error_code error;
    socket->open(family == AF_INET ? tcp::v4() : tcp::v6(), error);
    if (error || set_up_source(socket->native_handle(), Protocol::tcp, family,
                               free_port(settings_.source))) {
        co_return;
    }
    closers_.emplace_back([socket] {
        boost::system::error_code ignored;
        socket->close(ignored);
    });
    std::tie(error) = co_await socket->async_connect(to_asio({server_.address, port}), token);
    if (error == asio::error::connection_refused) {
        note_refusal();
    }
    if (error || over()) {
        co_return;
    }
    reached_ = true;
    std::vector<std::uint8_t> queries;
    for (std::size_t place = 0; place < inquiries_.size(); ++place) {
        if (!outcome_.answers[place]) {
            const auto bytes = query(place, Protocol::tcp, port);
            queries.insert(queries.end(), bytes.begin(), bytes.end());
        }
    }
    const auto [write_error, written] =
        co_await asio::async_write(*socket, asio::buffer(queries), token);
    if (!write_error) {
        co_await read_answers(*socket);
    }
}

asio::awaitable<void> Inquiries::read_answers(tcp::socket& socket) {
    FrameReader reader;
    std::array<std::uint8_t, 4096> buffer{};
    while (!over()) {
        const auto [error, size] = co_await socket.async_read_some(asio::buffer(buffer), token);
        if (error) {
            co_return;
        }
        std::span<const std::uint8_t> rest{buffer.data(), size};
        while (!rest.empty() && !over()) {
            rest = rest.subspan(reader.feed(rest));
            const auto status = reader.next();
            if (status == FrameReader::Status::bad) {
                co_return;
            }
            if (status == FrameReader::Status::frame) {
                take_answer(reader.frame(), reader.bytes());
            }
        }
    }
}

asio::awaitable<void> Inquiries::over_udp(Port port) {
    const auto self = shared_from_this();
    const auto socket = std::make_shared<udp::socket>(context_);
    const int family = net::family_of(server_.address);
    boost::system::error_code error;
    socket->open(family == AF_INET ? udp::v4() : udp::v6(), error);
    if (error || set_up_source(socket->native_handle(), Protocol::udp, family,
                               free_port(settings_.source))) {
        co_return;
    }
    closers_.emplace_back([socket] {
        boost::system::error_code ignored;
        socket->close(ignored);
    });
    const net::Sockaddr remote{{server_.address, port}};
    if (connect(socket->native_handle(), remote.data(), remote.size()) != 0) {
        co_return;
    }
    std::array<std::uint8_t, max_frame_size> buffer{};
    asio::steady_timer patience{context_};
    while (!over()) {
        std::size_t sent = 0;
        for (std::size_t place = 0; place < inquiries_.size() && sent < udp_window; ++place) {
            if (!outcome_.answers[place]) {
                const auto bytes = query(place, Protocol::udp, port);
                socket->send(asio::buffer(bytes), 0, error);
                if (error == asio::error::connection_refused) {
                    note_refusal();
                    co_return;
                }
                ++sent;
            }
        }
        patience.expires_after(repeat);
        patience.async_wait([socket](boost::system::error_code failure) {
            if (!failure) {
                boost::system::error_code ignored;
                socket->cancel(ignored);
            }
        });
        for (std::size_t answers = 0; answers < sent && !over(); ++answers) {
            const auto [failure, size] =
                co_await socket->async_receive(asio::buffer(buffer), token);
            if (failure == asio::error::connection_refused) {
                note_refusal();
                co_return;
            }
            if (failure) {
                break;
            }
            reached_ = true;
            const std::span<const std::uint8_t> bytes{buffer.data(), size};
            if (const auto frame = decode(bytes)) {
                take_answer(*frame, bytes);
            }
        }
        patience.cancel();
    }
}

}  // namespace

void ask_server(asio::io_context& context, const KnownServer& server,
                const std::vector<Inquiry>& inquiries, const InquirySettings& settings,
                std::function<void(InquiryOutcome)> done) {
    std::make_shared<Inquiries>(context, server, inquiries, settings, std::move(done))->start();
}

}  // namespace pt::client
