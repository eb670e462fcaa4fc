#include "server/bpf/steering_keeper.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <system_error>
#include <utility>

#include "common/net/log.hpp"
#include "server/kernel/kernel_settings.hpp"

namespace pt::server {
namespace {

using net::field;
using net::LogKey;
using net::LogLevel;

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

std::size_t place_of(Protocol protocol, Port port) {
    return to_number(port) + (protocol == Protocol::udp ? std::size_t{port_count} : 0);
}

/// Whole seconds of the monotonic clock; in doubt the later one.
std::uint32_t to_stamp(TimePoint time) {
    return static_cast<std::uint32_t>(
        std::chrono::ceil<std::chrono::seconds>(time.time_since_epoch()).count());
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
      asked_{wanted},
      wanted_{asked_},
      last_left_out_(std::size_t{2} * port_count),
      short_lived_{ephemeral_udp_ports()},
      told_{less(steering_->left_out(), short_lived_)} {
    note_left_out(steering_->left_out(), std::chrono::steady_clock::now());
}

void SteeringKeeper::refresh(TimePoint now) {
    std::error_code error;
    const auto sockets = foreign_.poll(error);
    if (error) {
        if (const auto suppressed = poll_log_.pass(now)) {
            net::log(LogLevel::warn,
                     "cannot see which ports other programs use: {error}{suppressed}",
                     field<LogKey::error>(error), *suppressed);
        }
        return;
    }
    const std::lock_guard lock{mutex_};
    steering_->update(sockets.ports, now);
    if (wanted_.size(Protocol::udp) > 0 && !steering_->sees_all(sockets.cgroups)) {
        give_up_udp();
    }
    // A mark lasts for two looks at least, so that none is missed here.
    const auto left_out = steering_->left_out();
    note_left_out(left_out, now);
    tell_changes(left_out, now);
}

void SteeringKeeper::note_left_out(const PortSet& left_out, TimePoint now) {
    for (const auto& range : left_out.ranges()) {
        const auto first = last_left_out_.begin() +
                           static_cast<std::ptrdiff_t>(place_of(range.protocol, range.first));
        std::fill_n(first, to_number(range.last) - to_number(range.first) + 1, to_stamp(now));
    }
}

std::optional<PortState> SteeringKeeper::state(Protocol protocol, Port port,
                                               TimePoint since) const {
    const std::lock_guard lock{mutex_};
    if (!asked_.contains(protocol, port)) {
        return std::nullopt;
    }
    if (!wanted_.contains(protocol, port)) {
        return PortState::failed;
    }
    const bool left_out = last_left_out_[place_of(protocol, port)] >= to_stamp(since) ||
                          steering_->is_left_out(protocol, port);
    return left_out ? PortState::in_use : PortState::listening;
}

PortSet SteeringKeeper::not_held() const {
    const std::lock_guard lock{mutex_};
    PortSet ports = less(asked_, wanted_);
    ports.insert(steering_->left_out());
    return ports;
}

void SteeringKeeper::give_up_udp() {
    PortSet udp;
    udp.insert(Protocol::udp, Port{0}, Port{65535});
    wanted_.erase(udp);
    steering_->steer(wanted_);
    net::log(LogLevel::warn,
             "{protocol}: no longer answered: this network namespace is shared with programs "
             "outside of our cgroup, whose answers could be lost to us",
             field<LogKey::protocol>(Protocol::udp));
}

void SteeringKeeper::tell_changes(const PortSet& all_left_out, TimePoint now) {
    constexpr std::chrono::seconds interval{1};
    if (now - last_told_ < interval) {
        return;
    }
    last_told_ = now;
    const auto left_out = less(all_left_out, short_lived_);
    if (left_out == told_) {
        return;
    }
    if (const auto taken = less(left_out, told_); !taken.empty()) {
        net::log(LogLevel::info, "left to another program: {ports}",
                 field<LogKey::ports>(taken.to_string(), short_text(taken)),
                 field<LogKey::count>(taken.size()));
    }
    if (const auto free = less(less(told_, left_out), short_lived_); !free.empty()) {
        net::log(LogLevel::info, "free again, and ours: {ports}",
                 field<LogKey::ports>(free.to_string(), short_text(free)),
                 field<LogKey::count>(free.size()));
    }
    told_ = left_out;
}

}  // namespace pt::server
