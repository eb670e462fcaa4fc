#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

namespace pt::client {

/// Where the connections lead over which one server is asked: to it, to another one, or nowhere.
/// Behind a balancer some lead elsewhere though the server runs, so that only many in a row tell
/// that it is gone. Pure.
class ServerSearch {
public:
    /// What to do after a connection.
    enum class Next {
        ask,      ///< it leads to the server
        wait,     ///< for the next round
        connect,  ///< once more, at once
        lost      ///< the server is gone
    };

    /// By chance so many miss one of two backends in 1 of 4,096 cases.
    static constexpr std::size_t misses_believed = 12;
    /// Connections beside those of the rounds.
    static constexpr std::size_t max_at_once = 32;

    /// `known` are the servers that have proved themselves at the address.
    ServerSearch(std::uint64_t instance, std::vector<std::uint64_t> known)
        : instance_{instance}, known_{std::move(known)} {}

    /// A connection was refused on a port that had proved open.
    Next refused() { return miss(); }
    /// A pt-server replied over a connection.
    Next replied(std::uint64_t instance);

private:
    Next miss();
    Next once_more();

    std::uint64_t instance_;
    std::vector<std::uint64_t> known_;
    std::set<std::uint64_t> strangers_;  ///< that had not proved themselves before
    std::size_t misses_ = 0;
    std::size_t at_once_ = 0;
    unsigned turns_ = 0;  ///< connections that led to another known server
    bool found_ = false;
};

}  // namespace pt::client
