#include "server/journal/replay_guard.hpp"

#include <algorithm>
#include <utility>

namespace pt::server {

bool ReplayGuard::accept(const Frame& request) {
    Session& session = session_of(request.nonce.session);
    constexpr unsigned attempt_bits = 8;
    const std::uint64_t id =
        std::uint64_t{request.nonce.sequence} << attempt_bits | request.attempt;
    const bool too_old =
        session.forgotten_time > 0 && request.client_time <= session.forgotten_time;
    if (too_old || session.earlier.contains(id) || !session.latest.insert(id).second) {
        return false;
    }
    ++requests_;
    session.latest_time = std::max(session.latest_time, request.client_time);
    if (session.latest.size() >= generation) {
        turn_over(session);
    }
    while (requests_ > max_requests && sessions_.size() > 1) {
        forget_oldest();
    }
    return true;
}

ReplayGuard::Session& ReplayGuard::session_of(std::uint64_t id) {
    const auto found = by_id_.find(id);
    if (found != by_id_.end()) {
        sessions_.splice(sessions_.end(), sessions_, found->second);
        return *found->second;
    }
    if (sessions_.size() == max_sessions) {
        forget_oldest();
    }
    sessions_.emplace_back().id = id;
    by_id_.emplace(id, std::prev(sessions_.end()));
    return sessions_.back();
}

void ReplayGuard::turn_over(Session& session) {
    requests_ -= session.earlier.size();
    session.forgotten_time = session.earlier_time;
    session.earlier = std::exchange(session.latest, {});
    session.earlier_time = std::exchange(session.latest_time, 0);
}

void ReplayGuard::forget_oldest() {
    requests_ -= sessions_.front().size();
    by_id_.erase(sessions_.front().id);
    sessions_.pop_front();
}

}  // namespace pt::server
