#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/port.hpp"
#include "common/core/timing.hpp"

/// What the flows of a scan tell of the path: whether success depends on the source port, or on the
/// flow as a whole. Pure.
namespace pt::client {

/// What became of one flow (a protocol, a source and a destination port) to a port that proved
/// open at the same address. An attempt that was neither answered nor given enough time counts for
/// nothing and is left out.
struct FlowOutcome {
    Protocol protocol = Protocol::tcp;
    Port source{};
    Port destination{};
    bool answered = false;
    /// Packets or attempts on this very flow; with `answered`, all but the last were lost.
    std::uint16_t sent = 1;
    /// When the last of them was sent, since the scan began. Where losses could as well be those of
    /// a while in which nothing was answered, no dead path is claimed.
    Nanoseconds last_sent{};
};

/// Collects what became of each attempt, for `flow_notes`. Bounded: of very many flows the first
/// are kept, which are enough to tell.
class FlowLog {
public:
    static constexpr std::size_t max_flows = 1024;

    /// An attempt on a port that proved open was answered, or lost.
    void add(const Endpoint& endpoint, Port source, bool answered, Nanoseconds sent_at);
    std::vector<FlowOutcome> flows() const;

private:
    struct Key {
        Protocol protocol = Protocol::tcp;
        Port source{};
        Port destination{};
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    std::map<Key, FlowOutcome> flows_;
};

/// One sentence for each protocol whose flows were lost in part: from which source ports, or that
/// the same flows were lost each time, or else how many attempts were lost. A cause is named only
/// where chance explains the losses with a probability below 1 in 4,000.
std::vector<std::string> flow_notes(std::span<const FlowOutcome> flows);

}  // namespace pt::client
