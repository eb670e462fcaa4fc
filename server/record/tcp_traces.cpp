#include "server/record/tcp_traces.hpp"

#include <algorithm>

namespace pt::server {
namespace {

Attribution judge(const TimeSpan& when, bool is_ours, const ScanTime& scan) {
    const Whose owner = when.latest == TimePoint{} ? Whose::nobodys : whose(when, scan);
    const bool ours = is_ours && owner == Whose::scans;
    return {ours, owner != Whose::nobodys && !ours};
}

void add(Attribution& sum, const Attribution& more) {
    sum.ours = sum.ours || more.ours;
    sum.other = sum.other || more.other;
}

std::uint8_t place_in_stretch(Port port) {
    return static_cast<std::uint8_t>(to_number(port) % TcpTraces::stretch_ports);
}

}  // namespace

TimePoint TcpTraces::Source::latest() const {
    return std::max({attempt.latest, established, reset, long_half_open});
}

const TcpTraces::Stretch* TcpTraces::find_stretch(Port port) const {
    return stretches_[to_number(port) / stretch_ports].get();
}

TimePoint TcpTraces::displaced(Port port) const {
    const Stretch* const stretch = find_stretch(port);
    return stretch != nullptr && stretch->displaced ? stretch->displaced->at(place_in_stretch(port))
                                                    : TimePoint{};
}

TcpTraces::Source* TcpTraces::find_source(Port port, SourceKey key) {
    const auto& stretch = stretches_[to_number(port) / stretch_ports];
    if (!stretch) {
        return nullptr;
    }
    const std::uint8_t place = place_in_stretch(port);
    const auto found = std::find_if(
        stretch->sources.begin(), stretch->sources.end(),
        [&](const Source& one) { return one.port_in_stretch == place && one.key == key; });
    return found == stretch->sources.end() ? nullptr : &*found;
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
    const std::uint8_t place = place_in_stretch(port);
    std::size_t known_sources = 0;
    Source* oldest = nullptr;
    for (Source& one : stretch->sources) {
        if (one.port_in_stretch == place) {
            ++known_sources;
            oldest = oldest == nullptr || one.latest() < oldest->latest() ? &one : oldest;
        }
    }
    if (known_sources < sources_per_port) {
        oldest = &stretch->sources.emplace_back();
    } else {
        if (!stretch->displaced) {
            stretch->displaced = std::make_unique<std::array<TimePoint, stretch_ports>>();
        }
        TimePoint& latest = stretch->displaced->at(place);
        latest = std::max(latest, oldest->latest());
    }
    *oldest = Source{};
    oldest->key = key;
    oldest->port_in_stretch = place;
    return *oldest;
}

/// Nothing is left of it: it takes no room.
void TcpTraces::forget(Port port, Source& source) {
    auto& stretch = stretches_[to_number(port) / stretch_ports];
    source = stretch->sources.back();
    stretch->sources.pop_back();
    if (stretch->sources.empty() && !stretch->displaced) {
        stretch.reset();
    }
}

void TcpTraces::note_attempt(Port port, SourceKey key, const TimeSpan& began) {
    TimeSpan& latest = source(port, key).attempt;
    latest = {std::max(latest.earliest, began.earliest), std::max(latest.latest, began.latest)};
}

void TcpTraces::note_long_half_open(Port port, SourceKey key, TimePoint began) {
    TimePoint& latest = source(port, key).long_half_open;
    latest = std::max(latest, began);
}

TimePoint TcpTraces::note_established(Port port, SourceKey key, TimePoint accepted) {
    // Longer than the attempts of one scan on one port are apart.
    constexpr Nanoseconds apart = std::chrono::minutes{1};
    Source& known = source(port, key);
    const TimePoint before = known.established;
    known.established_count = accepted - before > apart ? 1 : known.established_count + 1;
    known.established = std::max(before, accepted);
    return before;
}

void TcpTraces::withdraw_established(Port port, SourceKey key, TimePoint accepted,
                                     TimePoint before) {
    Source* const known = find_source(port, key);
    if (known == nullptr) {
        return;
    }
    known->established_count -= std::min(known->established_count, 1U);
    if (known->established == accepted) {
        known->established = before;
        if (known->latest() == TimePoint{}) {
            forget(port, *known);
        }
    }
}

void TcpTraces::note_reset(Port port, SourceKey key, TimePoint accepted) {
    TimePoint& latest = source(port, key).reset;
    latest = std::max(latest, accepted);
}

TcpTraces::Found TcpTraces::find(Port port, std::span<const SourceKey> ours,
                                 std::span<const SourceKey> ignored, const ScanTime& scan) const {
    Found found;
    const Stretch* const stretch = find_stretch(port);
    if (stretch == nullptr) {
        return found;
    }
    const TimePoint stood_since = scan.began.earliest - max_half_open;
    for (const Source& source : stretch->sources) {
        if (source.port_in_stretch != place_in_stretch(port) ||
            matches_any(ignored, source.key, KeyMatch::source)) {
            continue;
        }
        const bool is_ours = matches_any(ours, source.key, KeyMatch::source);
        const TimeSpan established{source.established, source.established};
        const TimeSpan reset{source.reset, source.reset};
        add(found.attempt, judge(source.attempt, is_ours, scan));
        add(found.established, judge(established, is_ours, scan));
        found.reset = found.reset || judge(reset, is_ours, scan).ours;
        const TimePoint attempt = source.attempt.latest;
        found.standing = found.standing || (is_ours && attempt < scan.began.latest &&
                                            attempt != TimePoint{} && attempt >= stood_since);
    }
    const TimePoint forgotten = displaced(port);
    add(found.attempt, judge({forgotten, forgotten}, false, scan));
    found.standing = found.standing || (forgotten != TimePoint{} && forgotten >= stood_since);
    return found;
}

template <typename Matches>
bool TcpTraces::any_source(Port port, std::span<const SourceKey> keys, KeyMatch match,
                           Matches matches) const {
    const Stretch* const stretch = find_stretch(port);
    return stretch != nullptr &&
           std::any_of(stretch->sources.begin(), stretch->sources.end(), [&](const Source& source) {
               return source.port_in_stretch == place_in_stretch(port) &&
                      matches_any(keys, source.key, match) && matches(source);
           });
}

bool TcpTraces::has_from(Port port, std::span<const SourceKey> keys, KeyMatch match,
                         TimePoint since) const {
    return any_source(port, keys, match,
                      [since](const Source& source) { return source.latest() >= since; });
}

bool TcpTraces::has_long_half_open(Port port, std::span<const SourceKey> keys, KeyMatch match,
                                   TimePoint since) const {
    return any_source(port, keys, match, [since](const Source& source) {
        return source.long_half_open != TimePoint{} && source.long_half_open >= since;
    });
}

std::size_t TcpTraces::established_count(Port port, std::span<const SourceKey> keys, KeyMatch match,
                                         TimePoint since) const {
    std::size_t sum = 0;
    any_source(port, keys, match, [&sum, since](const Source& source) {
        const bool counts = source.established != TimePoint{} && source.established >= since;
        sum += counts ? source.established_count : 0;
        return false;
    });
    return sum;
}

bool TcpTraces::has_displaced(Port port, TimePoint since) const {
    const TimePoint forgotten = displaced(port);
    return forgotten != TimePoint{} && forgotten >= since;
}

bool TcpTraces::has_any(Port port, TimePoint since) const {
    const Stretch* const stretch = find_stretch(port);
    return stretch != nullptr &&
           (has_displaced(port, since) ||
            std::any_of(stretch->sources.begin(), stretch->sources.end(),
                        [&](const Source& source) {
                            return source.port_in_stretch == place_in_stretch(port) &&
                                   source.latest() >= since;
                        }));
}

}  // namespace pt::server
