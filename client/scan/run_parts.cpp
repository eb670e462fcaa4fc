// The engines of a scan: made, started, and ended.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "client/scan/run.hpp"
#include "client/scan/run_part.hpp"
#include "common/core/failure.hpp"
#include "common/net/clock.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Above this many ports of each protocol, TCP starts after UDP. Where both start together, their
/// short bursts leave the server idle in between, which costs 1 to 4 % of the whole time.
constexpr std::size_t many_ports = 16'384;

}  // namespace

void Run::start() {
    report_unresolved();
    const auto tcp = make_part(blocks_, Protocol::tcp, Purpose::result, settings_.tcp);
    const auto udp = add_part(blocks_, Protocol::udp, Purpose::result, settings_.udp);
    if (tcp && udp && std::min(tcp->list.size(), udp->list.size()) > many_ports) {
        hold_back(tcp, udp);
    } else if (tcp) {
        tcp->start();
    }
    if (addresses_.empty()) {
        asio::post(context_, [this] { end(); });
    }
}

void Run::hold_back(const std::shared_ptr<Part>& tcp, const std::shared_ptr<Part>& udp) {
    held_back_ = tcp;
    head_start_of_ = udp;
    start_held_back(net::steady_now() + settings_.max_head_start);
}

/// Now, or later: by that time.
void Run::start_held_back(TimePoint by) {
    if (head_start_of_->started() == head_start_of_->list.size() || net::steady_now() >= by) {
        std::exchange(held_back_, nullptr)->start();
        return;
    }
    head_start_timer_.expires_after(10ms);
    head_start_timer_.async_wait([this, by](boost::system::error_code error) {
        if (!error && !ended_) {
            start_held_back(by);
        }
    });
}

std::shared_ptr<Run::Part> Run::add_part(const std::vector<ProbeBlock>& blocks, Protocol protocol,
                                         Purpose purpose, const EngineSettings& settings) {
    auto part = make_part(blocks, protocol, purpose, settings);
    if (part) {
        part->start();
    }
    return part;
}

/// Nothing where the blocks have no port of that protocol.
std::shared_ptr<Run::Part> Run::list_part(const std::vector<ProbeBlock>& blocks, Protocol protocol,
                                          Purpose purpose) {
    auto part = std::make_shared<Part>(blocks, protocol, purpose);
    if (part->list.size() == 0) {
        return nullptr;
    }
    part->first_number = ProbeNumber{next_sequence_};
    next_sequence_ += static_cast<std::uint32_t>(part->list.size());
    parts_.emplace(part->first_number, part);
    return part;
}

std::shared_ptr<Run::Part> Run::make_part(const std::vector<ProbeBlock>& blocks, Protocol protocol,
                                          Purpose purpose, const EngineSettings& settings) {
    auto part = list_part(blocks, protocol, purpose);
    if (!part) {
        return nullptr;
    }
    part->frames = settings.count;
    try {
        make_engine(*part, protocol, settings);
    } catch (const std::exception& error) {
        // Not even the descriptors or the memory that an engine waits with are left.
        for (std::size_t index = 0; index < part->list.size(); ++index) {
            const auto number = number_at(part->first_number, slot_at(index));
            probe(number).findings.local_error = failure_code(error);
            finished(number);
        }
    }
    return part;
}

void Run::make_engine(Part& part, Protocol protocol, const EngineSettings& settings) {
    ProbeTable& table = *this;
    switch (protocol) {
        case Protocol::tcp:
            part.tcp = std::make_unique<TcpEngine>(context_, table, part.list, part.first_number,
                                                   settings, settings_.descriptors);
            break;
        case Protocol::udp:
            part.udp = std::make_unique<UdpEngine>(context_, table, part.list, part.first_number,
                                                   settings);
            break;
    }
}

/// A pt-server that leaves ports to other programs takes ours for free after a while.
std::chrono::milliseconds Run::time_until_own_ports() const {
    constexpr std::chrono::milliseconds until_free{1500};
    constexpr std::chrono::milliseconds again{50};
    return own_port_rounds_ == 0 ? until_free : again;
}

/// Its engine goes once nothing that it has posted is left.
void Run::end_part(const std::shared_ptr<Part>& part) {
    if (ended_) {
        return;
    }
    if (part->purpose != Purpose::result) {  // queries may still leave from its sockets
        const IpAddress address = part->list.endpoint(Slot{}).address;
        if (--addresses_[address].extra_parts == 0) {
            address_done(address);
        }
        return;
    }
    if (part->udp && !own_ports_.empty()) {
        part->stop();
        const auto wait = time_until_own_ports();
        ++own_port_rounds_;
        own_ports_at_ = net::steady_now() + wait;
        own_ports_silent_share_ = part->share_of_silent.value_or(1);
        const auto timer = std::make_shared<asio::steady_timer>(context_, wait);
        timer->async_wait([this, timer](boost::system::error_code error) {
            if (!error && !ended_) {
                own_ports_at_.reset();
                EngineSettings settings = settings_.udp;
                settings.one_flow = true;  // else one of its ports may be the very one again
                add_part(std::exchange(own_ports_, {}), Protocol::udp, Purpose::result, settings);
            }
        });
    }
}

}  // namespace pt::client
