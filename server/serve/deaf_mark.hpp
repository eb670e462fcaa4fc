#pragma once

#include <utility>

#include "common/net/clock.hpp"
#include "server/serve/worker_state.hpp"

namespace pt::server {

/// One socket's entry among those that cannot be used at the moment (DeafSockets): there is one as
/// long as calls on it fail.
class DeafMark {
public:
    DeafMark(Protocol protocol, const SocketAddress& bound) : protocol_{protocol}, bound_{bound} {}

    /// After each turn: whether calls on the socket fail.
    void note(WorkerState& state, bool failing) {
        if (std::exchange(failing_, failing) == failing) {
            return;
        }
        auto archive = state.responder.archive();
        auto& deaf = archive->record().deaf();
        if (failing) {
            deaf.note_failing(protocol_, bound_);
        } else {
            deaf.note_working(protocol_, bound_, net::steady_now());
        }
    }

private:
    Protocol protocol_;
    SocketAddress bound_;
    bool failing_ = false;
};

}  // namespace pt::server
