#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

#include "client/flows/flow_frames.hpp"
#include "client/flows/flow_observer.hpp"
#include "client/probe/tcp_attempt.hpp"
#include "client/probe/tcp_sockets.hpp"

namespace pt::client {

/// TCP connections of watched ports: new ones, each for one frame, and one for each port that is
/// kept for many. Owns them all; concludes nothing.
class TcpFlows final : private TcpAttempt::Owner {
public:
    /// References outlive it.
    TcpFlows(boost::asio::io_context& context, const SourceSettings& source, FlowFrames fresh,
             FlowFrames established, FlowObserver& observer);
    ~TcpFlows() override;

    /// Begins a new connection; `id` is above 0, and none has it.
    /// `attempt` is 1 or 2, in turn.
    void start_new(std::size_t port, const Endpoint& endpoint, std::uint32_t id,
                   std::uint8_t attempt);
    /// Closes new connections that were begun before that time, whatever becomes of them.
    void close_begun_before(TimePoint time);

    /// Sends a frame on the connection that is kept, if its last one has been answered; begins the
    /// connection where there is none. True: the frame of that id is under way.
    bool send_established(std::size_t port, const Endpoint& endpoint, std::uint32_t id);
    void close_established(std::size_t port);

private:
    struct Kept {
        std::shared_ptr<TcpAttempt> connection;
        std::uint32_t id = 0;  ///< of the frame under way; 0: none is
        bool proved = false;   ///< an echo has come
    };

    std::shared_ptr<TcpAttempt> start(const FlowAttempt& flow, const Endpoint& endpoint,
                                      TcpAttempt::Frames frames, std::uint8_t attempt = 1);
    void on_tcp_event(TcpAttempt& attempt, TcpEvent event) override;
    void on_new(TcpAttempt& attempt, TcpEvent event);
    void on_established(TcpAttempt& attempt, TcpEvent event);
    void end_established(std::size_t port, FlowEnd reason);
    void drop(std::shared_ptr<TcpAttempt> attempt);

    boost::asio::io_context& context_;
    TcpSockets sockets_;
    FlowFrames fresh_frames_;
    FlowFrames established_frames_;
    FlowObserver& observer_;
    std::map<std::uint32_t, std::shared_ptr<TcpAttempt>> new_;
    std::map<std::size_t, Kept> kept_;
};

}  // namespace pt::client
