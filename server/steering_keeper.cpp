#include "server/steering_keeper.hpp"

#include <spdlog/spdlog.h>

#include <string>
#include <system_error>
#include <utility>

#include "server/kernel_settings.hpp"

namespace pt::server {
namespace {

/// UDP ports of the ephemeral range change hands all the time, and nobody serves anything there.
PortSet ephemeral_udp_ports() {
    PortSet ports = ephemeral_ports();
    PortSet tcp;
    tcp.insert(Protocol::tcp, Port{0}, Port{65535});
    ports.erase(tcp);
    return ports;
}

PortSet less(PortSet ports, const PortSet& taken_away) {
    ports.erase(taken_away);
    return ports;
}

std::string short_text(const PortSet& ports) {
    constexpr std::size_t longest = 200;
    auto text = ports.to_string();
    if (text.size() > longest) {
        text.resize(text.rfind(',', longest));
        text += ", ... (" + std::to_string(ports.size()) + " ports)";
    }
    return text;
}

}  // namespace

SteeringKeeper::SteeringKeeper(std::unique_ptr<PortSteering> steering, ForeignPorts foreign,
                               const PortSet& wanted)
    : steering_{std::move(steering)},
      foreign_{std::move(foreign)},
      wanted_{wanted},
      short_lived_{ephemeral_udp_ports()},
      told_{less(steering_->left_out(), short_lived_)} {}

void SteeringKeeper::refresh(TimePoint now) {
    std::error_code error;
    const auto sockets = foreign_.look(error);
    if (error) {
        if (const auto events = look_log_.pass(now)) {
            spdlog::warn(
                "cannot see which ports other programs use: {}; {} such since this was "
                "last said",
                error.message(), *events);
        }
        return;
    }
    steering_->update(sockets.ports, now);
    if (wanted_.size(Protocol::udp) > 0 && !steering_->sees_all(sockets.cgroups)) {
        give_up_udp();
    }
    tell_changes(now);
}

void SteeringKeeper::give_up_udp() {
    PortSet udp;
    udp.insert(Protocol::udp, Port{0}, Port{65535});
    wanted_.erase(udp);
    steering_->steer(wanted_);
    spdlog::warn(
        "udp: no longer answered: this network namespace is shared with programs outside of our "
        "cgroup, whose answers could be lost to us");
}

void SteeringKeeper::tell_changes(TimePoint now) {
    constexpr std::chrono::seconds interval{1};
    if (now - last_told_ < interval) {
        return;
    }
    last_told_ = now;
    const auto left_out = less(steering_->left_out(), short_lived_);
    if (left_out == told_) {
        return;
    }
    if (const auto taken = less(left_out, told_); !taken.empty()) {
        spdlog::info("left to another program: {}", short_text(taken));
    }
    if (const auto free = less(less(told_, left_out), short_lived_); !free.empty()) {
        spdlog::info("free again, and ours: {}", short_text(free));
    }
    told_ = left_out;
}

}  // namespace pt::server
