#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "client/pace/time_left.hpp"
#include "client/scan/run.hpp"

namespace pt::client {

/// Probes of one protocol that an engine drives, and what they are for.
struct Run::Part {
    Part(const std::vector<ProbeBlock>& blocks, Protocol protocol, Purpose what_for)
        : list{blocks, protocol}, purpose{what_for}, left{list.size()}, done_(list.size()) {}

    /// How many probes; all where the engine could not be made: they are finished.
    std::size_t started() const {
        const Schedule* const own = schedule();
        return own != nullptr ? own->started() : list.size();
    }
    /// Nothing where the engine could not be made.
    const Schedule* schedule() const {
        return tcp ? &tcp->schedule() : udp ? &udp->schedule() : nullptr;
    }
    /// Whether a probe is finished, and what it found is reported or held back.
    bool is_done(Slot slot) const { return done_[to_index(slot)]; }
    void mark_done(Slot slot) { done_[to_index(slot)] = true; }
    /// Until all of them are finished, as far as that is known.
    std::optional<TimeRange> time_left(TimePoint now);
    void start() const {
        if (tcp) {
            tcp->start();
        }
        if (udp) {
            udp->start();
        }
    }
    void stop() const {
        if (tcp) {
            tcp->stop();
        }
        if (udp) {
            udp->stop();
        }
    }

    ProbeList list;
    Purpose purpose;
    ProbeNumber first_number{};
    std::size_t left;          ///< not finished
    std::uint32_t frames = 1;  ///< on each open port
    WorkHistory history;
    std::optional<double> share_of_silent;  ///< of those that have begun, when last asked
    std::unique_ptr<TcpEngine> tcp;
    std::unique_ptr<UdpEngine> udp;

private:
    std::vector<bool> done_;
};

}  // namespace pt::client
