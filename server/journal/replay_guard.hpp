#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "common/core/frame.hpp"

namespace pt::server {

/// Which requests of each session have been accepted. A copy of one, recorded on the way and sent
/// again, is not: nothing is noted for it. Bounded: of a session that
/// sends very many, those that were sent before the latest `generation` ones count as copies, and
/// the session unheard of for longest makes room for a new one.
class ReplayGuard {
public:
    static constexpr std::size_t max_sessions = 1024;
    static constexpr std::size_t generation = 65'536;
    /// Requests remembered over all sessions.
    static constexpr std::size_t max_requests = 4 * generation;

    /// Whether this genuine request is the first of its kind; then it counts as accepted.
    bool accept(const Frame& request);

private:
    struct Session {
        std::uint64_t id = 0;
        boost::unordered_flat_set<std::uint64_t> latest;
        boost::unordered_flat_set<std::uint64_t> earlier;
        std::uint64_t latest_time = 0;   ///< client time of the newest of `latest`
        std::uint64_t earlier_time = 0;  ///< the same of `earlier`
        std::uint64_t forgotten_time = 0;

        std::size_t size() const { return latest.size() + earlier.size(); }
    };
    using Sessions = std::list<Session>;

    Session& session_of(std::uint64_t id);
    void turn_over(Session& session);
    void forget_oldest();

    Sessions sessions_;  ///< unheard of for longest first
    std::unordered_map<std::uint64_t, Sessions::iterator> by_id_;
    std::size_t requests_ = 0;
};

}  // namespace pt::server
