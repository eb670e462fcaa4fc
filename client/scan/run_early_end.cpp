// A scan that ends before all is decided: interrupted, or for want of memory.
#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>

#include "client/scan/run.hpp"
#include "client/scan/run_part.hpp"

namespace pt::client {

void Run::interrupt() {
    if (!ended_) {
        report_rest([](Findings& findings) { findings.interrupted = true; });
        end();
    }
}

void Run::abandon(int error) {
    if (!ended_) {
        report_rest([error](Findings& findings) { findings.local_error = error; });
        ended_ = true;
    }
    stop();
}

/// Each result is taken off what is left as soon as it is reported: this may fail anywhere, and is
/// called again then.
void Run::report_rest(const std::function<void(Findings&)>& mark) {
    report_unresolved();
    for (const Protocol protocol : all_protocols) {
        const bool listed = std::any_of(parts_.begin(), parts_.end(), [&](const auto& entry) {
            return entry.second->purpose == Purpose::result &&
                   entry.second->list.protocol() == protocol;
        });
        if (!listed) {  // it failed as it started
            list_part(blocks_, protocol, Purpose::result);
        }
    }
    for (const auto& [first, part] : parts_) {
        for (std::size_t index = 0; index < part->list.size(); ++index) {
            const Slot slot = slot_at(index);
            if (part->purpose == Purpose::result && !part->is_done(slot)) {
                const auto number = number_at(first, slot);
                Probe rest = probe(number);
                mark(rest.findings);
                report(rest, &addresses_[rest.endpoint.address]);
                part->mark_done(slot);
                live_.erase(number);
                ++finished_;
                ++abandoned_;
            }
        }
    }
    for (; !own_ports_.empty(); own_ports_.pop_back(), ++finished_, ++abandoned_) {
        const ProbeBlock& block = own_ports_.back();
        Probe rest;
        rest.host = block.host;
        const auto range = block.ports->ranges().front();
        rest.endpoint = {range.protocol, block.address, range.first};
        mark(rest.findings);
        report(rest, &addresses_[rest.endpoint.address]);
    }
    for (auto& [address, state] : addresses_) {
        report_held(state);
    }
}

/// Those of names that have no address.
void Run::report_unresolved() {
    std::size_t place = 0;
    for (const ProbeBlock& block : blocks_) {
        if (block.address != IpAddress{}) {
            continue;
        }
        for (const PortSet::Range& range : block.ports->ranges()) {
            for (std::uint32_t port = to_number(range.first); port <= to_number(range.last);
                 ++port, ++place) {
                if (place < unresolved_) {
                    continue;  // reported before
                }
                Probe probe;
                probe.host = block.host;
                probe.endpoint = {range.protocol, IpAddress{},
                                  Port{static_cast<std::uint16_t>(port)}};
                probe.findings.local_error = EADDRNOTAVAIL;
                report(probe, nullptr);
                ++unresolved_;
                ++finished_;
            }
        }
    }
}

/// What was held back until its address is concluded.
void Run::report_held(ScannedAddress& state) {
    for (; state.reported < state.held.size(); ++state.reported) {
        report(state.held[state.reported], &state);
    }
    state.held.clear();
    state.reported = 0;
}

void Run::stop() {
    for (const auto& [first, part] : parts_) {
        part->stop();
    }
    for (const auto& [address, state] : addresses_) {
        if (state.flow_check) {
            state.flow_check->stop();
        }
        if (state.isolated_scan) {
            state.isolated_scan->ended_ = true;
            state.isolated_scan->stop();
        }
    }
}

}  // namespace pt::client
