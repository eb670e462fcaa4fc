#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "common/core/timing.hpp"
#include "common/net/clock.hpp"
#include "common/net/datagrams.hpp"
#include "common/net/log_throttle.hpp"
#include "server/serve/connection_list.hpp"
#include "server/serve/counters.hpp"
#include "server/serve/line_allowance.hpp"
#include "server/serve/new_peers.hpp"
#include "server/serve/periodic_tasks.hpp"
#include "server/serve/responder.hpp"

namespace pt::server {

/// How long the server bears with others.
struct Timeouts {
    std::chrono::milliseconds first_frame{5'000};  ///< for a connection's first frame
    std::chrono::milliseconds idle{60'000};        ///< between frames
    std::chrono::milliseconds drain{2'000};        ///< when stopping: for replies to be taken
};

/// Two random numbers from the kernel.
struct Secrets {
    std::uint64_t instance = 0;  ///< told in every reply
    std::uint64_t hash = 0;      ///< told to nobody
};

/// What does not change while a worker runs.
struct WorkerSettings {
    std::size_t thread = 0;  ///< which one this is
    Timeouts timeouts;
    std::size_t max_connections = 0;  ///< of this thread
};

/// Limits repeated messages, one for each kind of failure.
struct WorkerThrottles {
    net::LogThrottle room;
    net::LogThrottle accept;
    net::LogThrottle receive;
    net::LogThrottle send;
    LineAllowance not_answered;
};

/// Scratch buffers: their contents do not survive a co_await.
struct WorkerBuffers {
    net::ReceiveBatch received;
    net::SendBatch replies;
    std::array<std::uint8_t, 4096> stream_chunk{};
    std::vector<std::uint8_t> stream_replies;
};

/// Shutdown state of a worker.
struct WorkerLifecycle {
    bool stopping = false;
    bool ended = false;             ///< nothing is left to be done
    std::function<void()> drained;  ///< called once, when it has stopped
};

/// What the coroutines of one thread share. But for what says otherwise nothing is locked. Each
/// coroutine holds it by shared_ptr, so it outlives them.
struct WorkerState {
    WorkerState(const WorkerSettings& all_settings, const Secrets& secrets,
                std::shared_ptr<SharedArchive> archive, std::shared_ptr<NewPeers> peers)
        : settings{all_settings},
          responder{secrets.instance, std::move(archive)},
          new_peers{std::move(peers)} {}

    const WorkerSettings settings;
    Responder responder;
    Counters counters;
    std::shared_ptr<NewPeers> new_peers;  ///< all threads'; locks itself
    ConnectionList connections;           ///< locks itself: all threads' archive looks into it
    std::shared_ptr<PeriodicTasks> periodic_tasks;  ///< of one thread only; the others have none
    std::function<void()> on_new_session;           ///< behind the echo of a session's first frame
    WorkerThrottles throttles;
    WorkerBuffers buffers;
    WorkerLifecycle lifecycle;

    /// Counts an echo or the answer to a query, and logs a peer that is new on this port.
    void note_answer(const PacketInfo& arrival, TimePoint now);
    void note_silence(const PacketInfo& arrival, Silence silence);
    /// Closes a connection in favour of a new one and says so, not too often. False: there is none.
    bool make_room(const char* reason, TimePoint now);
};

}  // namespace pt::server
