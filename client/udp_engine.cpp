#include "client/udp_engine.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <memory>
#include <utility>

#include "client/reply.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

TimePoint now() { return std::chrono::steady_clock::now(); }

/// Attempts queued before what has come in is looked at.
constexpr int burst = 64;
/// How long to wait while the kernel takes no more datagrams.
constexpr Nanoseconds shortage_wait = 5ms;
/// Bytes that are not our echo may be forged by anyone who hits our port; our echo may still come.
/// So many attempts are made before they decide.
constexpr std::uint32_t attempts_against_forgery = 3;

}  // namespace

UdpEngine::UdpEngine(asio::io_context& context, ProbeTable& table,
                     std::vector<std::uint32_t> probes, const EngineSettings& settings,
                     std::uint64_t session)
    : context_{context},
      table_{table},
      probes_{std::move(probes)},
      settings_{settings},
      session_{session},
      schedule_{probes_.size(), settings.plan, settings.limits, settings.seed},
      timer_{context},
      first_sent_(probes_.size()),
      last_echoes_(probes_.size()) {
    for (std::size_t place = 0; place < probes_.size(); ++place) {
        place_of_number_.emplace(probes_[place], place);
    }
}

void UdpEngine::start() {
    asio::post(context_, [this] { pump(); });
}

void UdpEngine::stop() {
    stopped_ = true;
    timer_.cancel();
    for (auto* channel : {v4_.get(), v6_.get()}) {
        if (channel != nullptr) {
            channel->close();
        }
    }
}

void UdpEngine::pump() {
    expire_samples(now());
    for (int started = 0; !stopped_; ++started) {
        const Schedule::Step step = schedule_.next(now());
        switch (step.action) {
            case Schedule::Action::attempt: begin_attempt(step); break;
            case Schedule::Action::rest: break;  // it holds nothing
            case Schedule::Action::give_up: finish(step.probe); break;
            case Schedule::Action::wait:
                flush();
                arm(step.until);
                return;
            case Schedule::Action::done:
                flush();
                if (samples_.empty() && !own_ports_.empty()) {
                    try_own_ports();
                } else {
                    arm(TimePoint::max());
                }
                return;
        }
        if (started == burst) {
            flush();
            arm(now());
            return;
        }
    }
}

void UdpEngine::arm(TimePoint until) {
    if (!sample_deadlines_.empty()) {
        until = std::min(until, sample_deadlines_.front().first);
    }
    if (stopped_ || until == TimePoint::max()) {
        timer_.cancel();  // the next event pumps
        return;
    }
    timer_.expires_at(until);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error && !stopped_) {
            pump();
        }
    });
}

void UdpEngine::flush() {
    for (auto* channel : {v4_.get(), v6_.get()}) {
        if (channel != nullptr) {
            channel->flush();
        }
    }
}

UdpChannel* UdpEngine::channel_for(const IpAddress& address, std::error_code& error) {
    auto& channel = address.is_v4() ? v4_ : v6_;
    if (!channel) {
        auto opened = std::make_unique<UdpChannel>(context_, *this);
        error = opened->open(net::family_of(address), settings_.source);
        if (error) {
            return nullptr;
        }
        channel = std::move(opened);
    }
    return channel.get();
}

void UdpEngine::begin_attempt(const Schedule::Step& step) {
    const std::uint32_t number = probes_[step.probe];
    Probe& probe = table_.probe(number);
    if (step.attempt > attempts_against_forgery && needs_no_more_attempts(probe)) {
        finish(step.probe);
        return;
    }
    std::error_code error;
    UdpChannel* channel = channel_for(probe.endpoint.address, error);
    if (channel == nullptr) {
        if (error.value() == EMFILE || error.value() == ENFILE || error.value() == ENOBUFS) {
            schedule_.postpone(step.probe, now() + shortage_wait);
            return;
        }
        probe.findings.local_error = error.value();
        finish(step.probe);
        return;
    }
    if (channel->full()) {
        channel->flush();
    }
    if (channel->full()) {
        schedule_.postpone(step.probe, now() + shortage_wait);
        return;
    }
    if (step.attempt == 1) {
        first_sent_[step.probe] = now();
        probe.local = local_for(probe.endpoint, *channel);
        probe.sent_tos = sent_tos(settings_.source, Protocol::udp);
        if (probe.local == probe.endpoint.socket_address()) {  // it would only reach ourselves
            leave_own_port(step.probe);
            return;
        }
    }
    probe.attempts = step.attempt;
    channel->queue(encode_request(table_.request(number, number, step.attempt)),
                   probe.endpoint.socket_address(), step.probe);
}

/// The very port that we send from, on this machine: it is tried at the end, from another one.
void UdpEngine::leave_own_port(std::size_t place) {
    if (settings_.source.port) {
        table_.probe(probes_[place]).findings.local_error = EADDRINUSE;
        finish(place);
        return;
    }
    schedule_.decided(place);
    own_ports_.push_back(probes_[place]);
}

/// All others are finished: begins anew with those, on new sockets. A pt-server that leaves ports
/// to other programs takes this one for free only after a while.
void UdpEngine::try_own_ports() {
    constexpr Nanoseconds until_free = 1500ms;
    for (auto* channel : {&v4_, &v6_}) {
        if (*channel) {
            (*channel)->close();
            // What it had under way is called off behind this, and may still look at it.
            asio::post(context_, [old = std::shared_ptr<UdpChannel>{std::move(*channel)}] {});
        }
    }
    probes_ = std::exchange(own_ports_, {});
    schedule_ = Schedule{probes_.size(), settings_.plan, settings_.limits, settings_.seed};
    place_of_number_.clear();
    for (std::size_t place = 0; place < probes_.size(); ++place) {
        place_of_number_.emplace(probes_[place], place);
    }
    by_address_.clear();
    locals_.clear();
    first_sent_.assign(probes_.size(), {});
    last_echoes_.assign(probes_.size(), {});
    arm(now() + until_free);
}

SocketAddress UdpEngine::local_for(const Endpoint& endpoint, const UdpChannel& channel) {
    const auto known = locals_.find(endpoint.address);
    if (known != locals_.end()) {
        return known->second;
    }
    return locals_.emplace(endpoint.address, channel.local_towards(endpoint.socket_address()))
        .first->second;
}

std::optional<std::size_t> UdpEngine::place_of(std::uint32_t sequence) const {
    const auto found = place_of_number_.find(sequence);
    return found == place_of_number_.end() ? std::nullopt : std::optional{found->second};
}

void UdpEngine::finish(std::size_t place) {
    schedule_.decided(place);
    if (!table_.probe(probes_[place]).finished) {
        table_.finished(probes_[place]);
    }
    if (!own_ports_.empty()) {
        arm(now());  // this may have been the last before them
    }
}

}  // namespace pt::client
