// Part of Run: TCP ports on which nothing arrived are scanned again without the others, where
// attempts on them could hide among those on other ports.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "client/scan/run.hpp"
#include "client/scan/run_part.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// Enough of them that not all are lost on the way to where a device may send them.
constexpr unsigned tries = 4;
constexpr Nanoseconds min_timeout = 600ms;
constexpr int round_trips = 3;
/// The server tells arrivals of one scan from those of another that ended so long before.
constexpr Nanoseconds pause = 100ms;
/// The part of the scan's descriptors that this one may use.
constexpr std::size_t part_of_descriptors = 4;
/// At a rate that is limited it may take longer than the scan itself did: an unknown direction is
/// better then.
constexpr std::chrono::seconds max_time{60};

/// Nothing of what arrived on the port is known to be the probe's own.
bool seems_untouched(const PortRecord& record) {
    return !record.frame && !record.established && !record.attempt;
}

}  // namespace

/// A record tells of a SYN on which port of the server's it arrived, not to which it was sent.
/// Where a device sends attempts on one probed port on to another (DNAT), and no frame tells of it,
/// they look like those on the other one: the first port seems to be cut off on the way there, and
/// the other one on the way back, whatever is true. So those on which nothing arrived are scanned
/// again without the others: what arrives elsewhere then is theirs.
bool Run::scan_in_isolation(const IpAddress& address, ScannedAddress& state) {
    const bool may_hide = state.records.has_traces_without_frame(address);
    if (!settings_.isolated_scan || !may_hide || std::exchange(state.scanned_in_isolation, true)) {
        return false;
    }
    auto silent = std::make_shared<PortSet>();
    for (const Probe& held : state.held) {
        const auto record = state.records.find(held.endpoint);
        if (held.endpoint.protocol == Protocol::tcp && record && seems_untouched(record->record)) {
            silent->insert(Protocol::tcp, held.endpoint.port);
            state.may_be_elsewhere.insert(held.endpoint.port);
        }
    }
    if (state.may_be_elsewhere.empty()) {
        return false;
    }
    const double rate = isolated_rate();
    const std::chrono::duration<double> limit = max_time;
    if (rate > 0 && static_cast<double>(silent->size() * tries) > rate * limit.count()) {
        return false;
    }
    for (const auto& open : {state.open_udp, state.open_tcp}) {
        if (open) {
            silent->insert(open->protocol, open->port);
        }
    }
    RunSettings settings = settings_;
    settings.ask_manifest = settings.look_for_server = settings.isolated_scan = false;
    settings.descriptors = std::max<std::size_t>(settings.descriptors / part_of_descriptors, 1);
    settings.tcp.plan = {tries, std::max(min_timeout, state.round_trip * round_trips)};
    settings.tcp.limits.exact_tries = settings.tcp.limits.exact_timeout = true;
    settings.tcp.limits.controls = false;
    settings.tcp.limits.rate = rate;
    settings.tcp.count = settings.udp.count = 1;
    std::vector<ProbeBlock> blocks{{state.held.front().host, address, std::move(silent)}};
    const auto timer = std::make_shared<boost::asio::steady_timer>(context_, pause);
    timer->async_wait([this, timer, address, settings = std::move(settings),
                       blocks = std::move(blocks)](boost::system::error_code error) {
        if (!error && !ended_) {
            start_isolated_scan(address, settings, blocks);
        }
    });
    return true;
}

/// Attempts a second: as many as the user allows, and the path lets through; 0: no limit.
double Run::isolated_rate() const {
    double rate = settings_.tcp.limits.rate;
    for (const auto& [first, part] : parts_) {
        const auto limit = part->tcp ? part->schedule()->rate_limit() : std::nullopt;
        rate = limit.value_or(rate);
    }
    return rate;
}

void Run::start_isolated_scan(const IpAddress& address, const RunSettings& settings,
                              const std::vector<ProbeBlock>& blocks) {
    auto scan = std::make_shared<Run>(
        context_, settings, hosts_, blocks,
        [this, address](const Result& result) {
            if (ended_) {
                return;
            }
            ScannedAddress& state = addresses_[address];
            const bool silent = result.findings && is_silent(*result.findings);
            if (silent ? result.conclusion.direction == Direction::forward
                       : !state.isolated_scan->saw_strays()) {
                state.may_be_elsewhere.erase(result.endpoint.port);
            }
        },
        [this, address] {
            boost::asio::post(context_, [this, address] { address_done(address); });
        });
    addresses_[address].isolated_scan = scan;
    scan->start();
}

}  // namespace pt::client
