#include "client/scan/inquirer.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <exception>

#include "client/probe/source_spread.hpp"
#include "client/scan/query_frames.hpp"
#include "client/scan/query_socket.hpp"
#include "client/scan/server_search.hpp"
#include "common/core/frame_reader.hpp"
#include "common/net/clock.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// Between fresh connections, and between repetitions over UDP, while answers are missing.
constexpr auto stagger = 250ms;
/// Datagrams sent at once.
constexpr std::size_t udp_window = 32;
/// One refusal may be forged or transient.
constexpr std::size_t refusals_believed = 2;

class Inquiries final : public Asking, public std::enable_shared_from_this<Inquiries> {
public:
    Inquiries(asio::io_context& context, KnownServer server, std::vector<Inquiry> inquiries,
              InquirySettings settings, std::function<void(InquiryOutcome)> done)
        : context_{context},
          server_{std::move(server)},
          settings_{std::move(settings)},
          frames_{settings_.session, settings_.began, settings_.first_sequence,
                  std::move(inquiries), settings_.source.key},
          done_{std::move(done)},
          search_{server_.instance, settings_.instances},
          spread_{settings_.source.port ? std::nullopt : settings_.ephemeral_range,
                  settings_.session},
          deadline_{context},
          round_timer_{context} {
        outcome_.answers.resize(frames_.size());
    }

    void start() {
        deadline_.expires_after(settings_.timeout);
        deadline_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error) {
                self->outcome_.lost = self->outcome_.lost || self->is_taken_but_not_answered();
                self->finish();
            }
        });
        next_round();
    }

    void take_datagram(const Frame& frame, std::span<const std::uint8_t> bytes) override {
        replied_ = replied_ || is_of_server(frame);
        take_answer(frame, bytes);
    }
    void take_refusal(std::uint32_t sequence) override {
        if (over() || !frames_.has_sequence(sequence)) {
            return;
        }
        ++refusals_;
        if (server_.tcp.empty() && !replied_ && refusals_ >= refusals_believed) {
            lose();
        }
    }

private:
    bool over() const { return !done_; }
    /// Others at the address are asked at the same time.
    bool is_of_server(const Frame& frame) const {
        return frame.nonce.session == settings_.session &&
               frame.server_instance == server_.instance;
    }

    /// One more connection, and all that is missing once more over UDP.
    void next_round() {
        const unsigned round = ++rounds_;
        connect();
        over_udp(round);
        if (over()) {
            return;
        }
        round_timer_.expires_after(stagger);
        round_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error && !self->over()) {
                self->next_round();
            }
        });
    }

    void connect() {
        if (server_.tcp.empty()) {
            return;
        }
        const unsigned place = connects_++;
        asio::co_spawn(context_, over_tcp(server_.tcp[place % server_.tcp.size()], place + 1),
                       [](const std::exception_ptr& failure) {
                           if (failure) {
                               std::rethrow_exception(failure);
                           }
                       });
    }

    /// Returns whether the connection leads to the server.
    bool act(ServerSearch::Next next) {
        switch (next) {
            case ServerSearch::Next::ask: return true;
            case ServerSearch::Next::wait: break;
            case ServerSearch::Next::connect: connect(); break;
            case ServerSearch::Next::lost: lose(); break;
        }
        return false;
    }

    void over_udp(unsigned round) {
        if (settings_.udp_flows.empty() || !settings_.send) {
            return;
        }
        const auto [port, source] = settings_.udp_flows[(round - 1) % settings_.udp_flows.size()];
        std::size_t sent = 0;
        for (std::size_t place = 0; place < frames_.size() && sent < udp_window; ++place) {
            if (over()) {
                return;  // a socket told of a refusal as it sent
            }
            if (!outcome_.answers[place]) {
                settings_.send(frames_.query(place, Protocol::udp, port, net::steady_now()), port,
                               source);
                ++sent;
            }
        }
    }

    asio::awaitable<void> over_tcp(Port port, unsigned attempt);
    asio::awaitable<void> read_frames(QueryConnection& connection);

    void take_answer(const Frame& frame, std::span<const std::uint8_t> bytes) {
        if (over() || frame.server_instance != server_.instance) {
            return;
        }
        if (auto answered = frames_.read(frame, bytes)) {
            outcome_.answers[answered->place] = std::move(answered->answer);
            if (outcome_.complete()) {
                finish();
            }
        }
    }

    void lose() {
        outcome_.lost = true;
        finish();
    }

    /// A host that acknowledges our data, and a server that answers none of it: it is frozen, or
    /// something else has taken its place.
    bool is_taken_but_not_answered() const {
        return !replied_ && std::any_of(connections_.begin(), connections_.end(),
                                        [](const std::shared_ptr<QueryConnection>& connection) {
                                            return connection->sent &&
                                                   all_acknowledged(connection->socket);
                                        });
    }

    void finish() {
        if (over()) {
            return;
        }
        for (const auto& connection : connections_) {
            if (!connection->replied) {
                outcome_.given_up.push_back(connection->port);
            }
        }
        deadline_.cancel();
        round_timer_.cancel();
        for (const auto& connection : connections_) {
            boost::system::error_code ignored;
            connection->socket.close(ignored);
        }
        std::exchange(done_, nullptr)(std::move(outcome_));
    }

    asio::io_context& context_;
    KnownServer server_;
    InquirySettings settings_;
    QueryFrames frames_;
    std::function<void(InquiryOutcome)> done_;
    ServerSearch search_;
    SourceSpread spread_;
    asio::steady_timer deadline_;
    asio::steady_timer round_timer_;
    std::vector<std::shared_ptr<QueryConnection>> connections_;
    InquiryOutcome outcome_;
    unsigned rounds_ = 0;
    unsigned connects_ = 0;
    std::size_t refusals_ = 0;  ///< of datagrams
    bool replied_ = false;      ///< a frame of the server's came
};

asio::awaitable<void> Inquiries::over_tcp(Port port, unsigned attempt) {
    const auto self = shared_from_this();
    const auto connection = std::make_shared<QueryConnection>(context_, port);
    auto& socket = connection->socket;
    const int family = net::family_of(server_.address);
    if (open_query_socket(socket, family, settings_.source, spread_.draw(attempt))) {
        co_return;
    }
    mark_syn(socket.native_handle(), port, attempt);
    connections_.push_back(connection);
    const auto [connect_error] =
        co_await socket.async_connect(to_asio({server_.address, port}), token);
    if (over()) {
        co_return;
    }
    if (connect_error == asio::error::connection_refused) {
        act(search_.refused());
    }
    if (connect_error) {
        co_return;
    }
    const TimePoint now = net::steady_now();
    std::vector<std::uint8_t> bytes = frames_.request(port, attempt, now);
    for (std::size_t place = 0; place < frames_.size(); ++place) {
        if (!outcome_.answers[place]) {
            const auto query_bytes = frames_.query(place, Protocol::tcp, port, now);
            bytes.insert(bytes.end(), query_bytes.begin(), query_bytes.end());
        }
    }
    connection->sent = true;
    const auto [write_error, written] =
        co_await asio::async_write(socket, asio::buffer(bytes), token);
    if (!write_error) {
        co_await read_frames(*connection);
    }
}

asio::awaitable<void> Inquiries::read_frames(QueryConnection& connection) {
    FrameReader reader;
    std::array<std::uint8_t, 4096> buffer{};
    while (!over()) {
        const auto [error, size] =
            co_await connection.socket.async_read_some(asio::buffer(buffer), token);
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
            if (status != FrameReader::Status::frame) {
                continue;
            }
            if (!is_genuine(settings_.source.key, reader.bytes())) {
                co_return;
            }
            const Frame& frame = reader.frame();
            const bool ours = frame.nonce.session == settings_.session;
            connection.replied = true;
            replied_ = replied_ || is_of_server(frame);
            outcome_.led_elsewhere = outcome_.led_elsewhere || (ours && !is_of_server(frame));
            if (ours && frame.type == FrameType::reply &&
                !act(search_.replied(frame.server_instance))) {
                boost::system::error_code ignored;
                connection.socket.close(ignored);
                co_return;
            }
            take_answer(frame, reader.bytes());
        }
    }
}

}  // namespace

std::shared_ptr<Asking> ask_server(asio::io_context& context, const KnownServer& server,
                                   const std::vector<Inquiry>& inquiries,
                                   const InquirySettings& settings,
                                   std::function<void(InquiryOutcome)> done) {
    auto asking =
        std::make_shared<Inquiries>(context, server, inquiries, settings, std::move(done));
    asking->start();
    return asking;
}

}  // namespace pt::client
