#include "server/half_open.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>

#include "server/lost_handshakes.hpp"

namespace pt::server {
namespace {

/// Going through the kernel's table costs up to milliseconds: clients that ask in a burst share
/// what one look has found.
constexpr std::chrono::milliseconds good_for{50};

}  // namespace

HalfOpen::HalfOpen() : lost_{lost_handshakes()} {}

bool HalfOpen::refresh(TimePoint now) {
    if (known_ && now - asked_ < good_for) {
        return true;
    }
    asked_ = now;
    known_ = true;
    watch_losses(now);
    sockets_.clear();
    for (const int family : {AF_INET, AF_INET6}) {
        std::error_code error;
        const auto found = diag_.dump(Protocol::tcp, family, 1U << TCP_SYN_RECV, error);
        known_ = known_ && !error;
        sockets_.insert(sockets_.end(), found.begin(), found.end());
    }
    return known_;
}

bool HalfOpen::for_each(const IpAddress& peer, TimePoint since, TimePoint now,
                        const std::function<void(Port)>& take) {
    if (!refresh(now)) {
        return false;
    }
    for (const UsedSocket& socket : sockets_) {
        // The zone of a link-local peer is the kernel's to know; its dump does not tell it.
        if (socket.peer.bytes() == peer.bytes()) {
            take(socket.port);
        }
    }
    return lost_at_ < since;
}

bool HalfOpen::for_each_peer(TimePoint now,
                             const std::function<void(const IpAddress&, Port)>& take) {
    if (!refresh(now)) {
        return false;
    }
    for (const UsedSocket& socket : sockets_) {
        take(socket.peer, socket.port);
    }
    return lost_at_ == TimePoint{};
}

/// When the count grew between two looks is not known: in doubt it is now.
void HalfOpen::watch_losses(TimePoint now) {
    const auto lost = lost_handshakes();
    if (!lost || lost != lost_) {
        lost_at_ = now;
    }
    lost_ = lost;
}

}  // namespace pt::server
