#include "server/tcp_traces.hpp"

#include <algorithm>

namespace pt::server {
namespace {

Arrivals judge(const TimeSpan& when, bool is_ours, const ScanTime& scan) {
    const Whose owner = when.latest == TimePoint{} ? Whose::nobodys : whose(when, scan);
    const bool ours = is_ours && owner == Whose::scans;
    return {ours, owner != Whose::nobodys && !ours};
}

void add(Arrivals& sum, const Arrivals& more) {
    sum.ours = sum.ours || more.ours;
    sum.other = sum.other || more.other;
}

}  // namespace

TimePoint TcpTraces::Source::latest() const {
    return std::max({attempt.latest, established, reset});
}

const TcpTraces::PortEntry* TcpTraces::find_entry(Port port) const {
    const auto& stretch = stretches_[to_number(port) / stretch_ports];
    return stretch ? &(*stretch)[to_number(port) % stretch_ports] : nullptr;
}

TcpTraces::Source* TcpTraces::find_source(Port port, SourceKey key) {
    const auto& stretch = stretches_[to_number(port) / stretch_ports];
    if (!stretch) {
        return nullptr;
    }
    auto& sources = (*stretch)[to_number(port) % stretch_ports].sources;
    const auto found = std::find_if(sources.begin(), sources.end(),
                                    [key](const Source& one) { return one.key == key; });
    return found == sources.end() ? nullptr : &*found;
}

TcpTraces::Source& TcpTraces::source(Port port, SourceKey key) {
    ++changes_;
    if (Source* const known = find_source(port, key)) {
        return *known;
    }
    auto& stretch = stretches_[to_number(port) / stretch_ports];
    if (!stretch) {
        stretch = std::make_unique<Stretch>();
    }
    PortEntry& entry = (*stretch)[to_number(port) % stretch_ports];
    Source& place = *std::min_element(
        entry.sources.begin(), entry.sources.end(),
        [](const Source& one, const Source& other) { return one.latest() < other.latest(); });
    entry.displaced = std::max(entry.displaced, place.latest());
    place = Source{};
    place.key = key;
    return place;
}

void TcpTraces::note_attempt(Port port, SourceKey key, const TimeSpan& began) {
    TimeSpan& latest = source(port, key).attempt;
    latest = {std::max(latest.earliest, began.earliest), std::max(latest.latest, began.latest)};
}

TimePoint TcpTraces::note_established(Port port, SourceKey key, TimePoint accepted) {
    TimePoint& latest = source(port, key).established;
    const TimePoint before = latest;
    latest = std::max(latest, accepted);
    return before;
}

void TcpTraces::withdraw_established(Port port, SourceKey key, TimePoint accepted,
                                     TimePoint before) {
    Source* const known = find_source(port, key);
    if (known != nullptr && known->established == accepted) {
        known->established = before;
    }
}

void TcpTraces::note_reset(Port port, SourceKey key, TimePoint accepted) {
    TimePoint& latest = source(port, key).reset;
    latest = std::max(latest, accepted);
}

TcpTraces::Found TcpTraces::find(Port port, std::span<const SourceKey> ours,
                                 std::span<const SourceKey> ignored, const ScanTime& scan) const {
    Found found;
    const PortEntry* const entry = find_entry(port);
    if (entry == nullptr) {
        return found;
    }
    const TimePoint stood_since = scan.began.earliest - max_half_open;
    for (const Source& source : entry->sources) {
        if (matches_any(ignored, source.key, KeyMatch::source)) {
            continue;
        }
        const bool is_ours = source.key != 0 && matches_any(ours, source.key, KeyMatch::source);
        const TimeSpan established{source.established, source.established};
        const TimeSpan reset{source.reset, source.reset};
        add(found.attempt, judge(source.attempt, is_ours, scan));
        add(found.established, judge(established, is_ours, scan));
        found.reset = found.reset || judge(reset, is_ours, scan).ours;
        const TimePoint attempt = source.attempt.latest;
        found.standing = found.standing || (is_ours && attempt < scan.began.latest &&
                                            attempt != TimePoint{} && attempt >= stood_since);
    }
    const TimeSpan displaced{entry->displaced, entry->displaced};
    add(found.attempt, judge(displaced, false, scan));
    found.standing =
        found.standing || (entry->displaced != TimePoint{} && entry->displaced >= stood_since);
    return found;
}

bool TcpTraces::has_from(Port port, std::span<const SourceKey> keys, KeyMatch match,
                         TimePoint since) const {
    const PortEntry* const entry = find_entry(port);
    return entry != nullptr &&
           std::any_of(entry->sources.begin(), entry->sources.end(), [&](const Source& source) {
               return source.key != 0 && source.latest() >= since &&
                      matches_any(keys, source.key, match);
           });
}

bool TcpTraces::has_displaced(Port port, TimePoint since) const {
    const PortEntry* const entry = find_entry(port);
    return entry != nullptr && entry->displaced != TimePoint{} && entry->displaced >= since;
}

bool TcpTraces::has_any(Port port, TimePoint since) const {
    const PortEntry* const entry = find_entry(port);
    return entry != nullptr &&
           (has_displaced(port, since) ||
            std::any_of(entry->sources.begin(), entry->sources.end(), [&](const Source& source) {
                return source.key != 0 && source.latest() >= since;
            }));
}

void TcpTraces::for_each_port(const std::function<void(Port)>& take) const {
    for (std::size_t place = 0; place < stretches_.size(); ++place) {
        if (!stretches_[place]) {
            continue;
        }
        for (std::size_t port = 0; port < stretch_ports; ++port) {
            const auto number = static_cast<std::uint16_t>(place * stretch_ports + port);
            if (stretches_[place]->at(port).sources[0].key != 0) {
                take(Port{number});
            }
        }
    }
}

}  // namespace pt::server
