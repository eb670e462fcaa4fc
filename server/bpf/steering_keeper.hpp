#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "common/core/port_set.hpp"
#include "common/core/port_state.hpp"
#include "common/core/timing.hpp"
#include "common/net/log_throttle.hpp"
#include "server/bpf/foreign_ports.hpp"
#include "server/bpf/port_steering.hpp"

namespace pt::server {

/// Keeps the steering of ports true while the server runs: looks which ports other programs use,
/// leaves those to them, takes back what has become free, and tells of it in the log.
/// `refresh` is to be called at least once a second; it needs no privilege and never waits. `state`
/// may be asked from any thread meanwhile.
class SteeringKeeper {
public:
    /// `steering` steers `wanted` already; `foreign` knows the server's own sockets.
    SteeringKeeper(std::unique_ptr<PortSteering> steering, ForeignPorts foreign,
                   const PortSet& wanted);

    void refresh(TimePoint now);
    /// As of PortSteering.
    std::string watched_folder() const { return steering_->watched_folder(); }

    /// Of a port that was to be steered: `in_use` where it was left to another program at any time
    /// since then, for a moment be it. Nothing for all other ports.
    std::optional<PortState> state(Protocol protocol, Port port, TimePoint since) const;

    /// What is wanted but left to others at this moment.
    PortSet left_out() const { return steering_->left_out(); }
    /// What was asked for and is not held at this moment. From any thread.
    PortSet not_held() const;

private:
    void note_left_out(const PortSet& left_out, TimePoint now);
    void give_up_udp();
    void tell_changes(const PortSet& all_left_out, TimePoint now);

    mutable std::mutex mutex_;
    std::unique_ptr<PortSteering> steering_;
    ForeignPorts foreign_;
    PortSet asked_;
    PortSet wanted_;  ///< of what was asked: all, until steering UDP has to be given up
    std::vector<std::uint32_t> last_left_out_;  ///< when that was, of each TCP and then UDP port
    PortSet short_lived_;  ///< where ports come and go with every look-up of a name
    PortSet told_;         ///< what was left out when that was last told
    TimePoint last_told_{};
    net::LogThrottle poll_log_;
};

}  // namespace pt::server
