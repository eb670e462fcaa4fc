#include "server/app/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <new>
#include <utility>

#include "common/net/clock.hpp"
#include "common/net/log.hpp"
#include "server/serve/run_events.hpp"
#include "server/serve/tcp_listener.hpp"
#include "server/serve/udp_responder.hpp"
#include "server/serve/whenever_readable.hpp"

namespace pt::server {
namespace {

namespace asio = boost::asio;
using net::field;
using net::LogKey;
using net::LogLevel;

void log_closed(const ConnectionList::Expired& closed) {
    if (closed.no_data > 0) {
        net::log(LogLevel::debug, "{count} connections closed that delivered no frame in time",
                 field<LogKey::count>(closed.no_data));
    }
    if (closed.idle > 0) {
        net::log(LogLevel::debug, "{count} connections closed that were idle for too long",
                 field<LogKey::count>(closed.idle));
    }
}

void log_stalled(Nanoseconds stalled) {
    const auto milliseconds = std::chrono::round<std::chrono::milliseconds>(stalled).count();
    net::log(LogLevel::warn,
             "stalled for {stalled_ms}: what arrived meanwhile may have waited too long",
             field<LogKey::stalled_ms>(
                 static_cast<std::uint64_t>(milliseconds),
                 fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1000)));
}

/// Whether there are more to close.
bool close_expired(WorkerState& state, TimePoint now) {
    const auto closed = state.connections.close_expired(now, state.settings.timeouts.first_frame,
                                                        state.settings.timeouts.idle);
    state.counters.closed_without_data += closed.no_data;
    state.counters.closed_idle += closed.idle;
    log_closed(closed);
    return closed.more;
}

/// Periodic tasks: closes connections that have timed out, and logs how many new peers were not
/// named. `stalled` is for how long nothing was done before. Whether the next turn is to come soon.
bool tidy_up(WorkerState& state, TimePoint now, Nanoseconds stalled) {
    bool more = false;
    if (stalled == Nanoseconds{}) {
        more = close_expired(state, now);
    } else {
        // What came meanwhile has not been read yet, so that no connection has timed out.
        log_stalled(stalled);
    }
    if (const auto held_back = state.new_peers->take_held_back(now); held_back > 0) {
        net::log(LogLevel::info, "{count} more first frames from new peers or on new ports",
                 field<LogKey::count>(held_back));
    }
    if (const auto held_back = state.throttles.not_answered.take_held_back(now); held_back > 0) {
        net::log(LogLevel::debug, "{count} more not answered", field<LogKey::count>(held_back));
    }
    if (state.periodic_tasks) {
        state.periodic_tasks->turn(now);
    }
    return more;
}

/// Tidies up until the server stops; then gives the drain its time, and closes what is left. Ends
/// when it is stopping and no connection is left.
asio::awaitable<void> sweep(std::shared_ptr<WorkerState> state,
                            std::shared_ptr<asio::steady_timer> timer,
                            [[maybe_unused]] RunningMark mark) {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    constexpr std::chrono::milliseconds longest{250};
    constexpr std::chrono::milliseconds drain_interval{5};
    const auto interval = std::clamp(state->settings.timeouts.first_frame / 10,
                                     std::chrono::milliseconds{1}, longest);
    std::optional<TimePoint> drain_end;
    for (;;) {
        const TimePoint now = net::steady_now();
        if (state->lifecycle.stopping) {
            drain_end = drain_end.value_or(now + state->settings.timeouts.drain);
            if (state->connections.empty()) {
                break;
            }
            if (now >= *drain_end) {
                state->connections.close_all();
            }
        }
        const auto pause =
            state->lifecycle.stopping ? std::min(interval, drain_interval) : interval;
        const auto stalled =
            state->responder.archive()->stalls().turn(state->settings.thread, now, pause);
        state->responder.set_wall_time(net::wall_time());
        bool more = false;
        try {
            more = tidy_up(*state, now, stalled);
        } catch (const std::bad_alloc&) {
            // The next turn makes up for it.
        }
        timer->expires_after(more ? drain_interval : pause);
        co_await timer->async_wait(token);
    }
    state->responder.archive()->stalls().end(state->settings.thread);
    if (state->periodic_tasks) {
        state->periodic_tasks->finish(net::steady_now());
    }
    if (state->lifecycle.drained) {
        state->lifecycle.drained();
    }
    state->lifecycle.ended = true;  // what fails before that is done again
}

}  // namespace

Worker::Worker(asio::io_context& context, std::shared_ptr<WorkerState> state,
               std::vector<OpenSocket> sockets)
    : context_{context},
      state_{std::move(state)},
      sweep_timer_{std::make_shared<asio::steady_timer>(context)},
      sweeping_{std::make_shared<bool>(false)} {
    take(std::move(sockets));
}

void Worker::take(std::vector<OpenSocket> sockets) {
    for (auto& socket : sockets) {
        switch (socket.protocol) {
            case Protocol::tcp:
                listeners_.push_back(std::make_shared<TcpListener>(context_, std::move(socket)));
                break;
            case Protocol::udp:
                responders_.push_back(std::make_shared<UdpResponder>(context_, std::move(socket)));
                break;
        }
    }
}

void Worker::start() {
    for (const auto& listener : listeners_) {
        keep_running(context_, {listener, &listener->running()}, [&](RunningMark mark) {
            return TcpListener::run(state_, listener, std::move(mark));
        });
    }
    for (const auto& responder : responders_) {
        keep_running(context_, {responder, &responder->running()}, [&](RunningMark mark) {
            return UdpResponder::run(state_, responder, std::move(mark));
        });
    }
    start_sweep();
}

void Worker::start_sweep() {
    keep_running(context_, sweeping_,
                 [&](RunningMark mark) { return sweep(state_, sweep_timer_, std::move(mark)); });
}

void Worker::revive() {
    if (!state_->lifecycle.stopping) {
        start();
    } else if (!state_->lifecycle.ended) {
        start_sweep();
    }
}

void Worker::add(std::vector<OpenSocket> sockets) {
    if (!state_->lifecycle.stopping) {
        take(std::move(sockets));
        start();
    }
}

void Worker::close(const PortSet& ports) {
    std::erase_if(listeners_, [&](const auto& listener) {
        const bool ends = ports.contains(Protocol::tcp, listener->port());
        if (ends) {
            listener->close();
        }
        return ends;
    });
    std::erase_if(responders_, [&](const auto& responder) {
        const bool ends = ports.contains(Protocol::udp, responder->port());
        if (ends) {
            responder->answer_queued(*state_);
            responder->close();
        }
        return ends;
    });
}

void Worker::stop(std::function<void()> drained) {
    if (std::exchange(state_->lifecycle.stopping, true)) {
        return;
    }
    state_->lifecycle.drained = std::move(drained);
    for (const auto& listener : listeners_) {
        listener->close();
    }
    for (const auto& responder : responders_) {
        without_bad_alloc(*state_, Protocol::udp,
                          [&] { return responder->answer_queued(*state_); });
        responder->close();
    }
    state_->connections.cancel_all();
    sweep_timer_->cancel();
}

}  // namespace pt::server
