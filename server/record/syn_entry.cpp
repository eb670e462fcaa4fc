#include "server/record/syn_entry.hpp"

#include <algorithm>

#include "server/record/kernel_value.hpp"

namespace pt::server {
SynEntry load(const SynEntry& shared) {
    SynEntry entry;
    for (std::size_t i = 0; i < entry.sources.size(); ++i) {
        entry.sources[i] = {load(shared.sources[i].key), load(shared.sources[i].last)};
    }
    entry.displaced = load(shared.displaced);
    entry.last = load(shared.last);
    return entry;
}

Attribution attribute(const SynEntry& entry, std::span<const SourceKey> ours,
                      std::span<const SourceKey> ignored, const ScanTime& scan) {
    Attribution found;
    const TimePoint last = to_time(entry.last);
    if (entry.last == 0 || whose({last, last}, scan) == Whose::nobodys) {
        return found;
    }
    bool explained = false;
    for (const auto& source : entry.sources) {
        const TimePoint time = to_time(source.last);
        const Whose owner = source.key == 0 ? Whose::nobodys : whose({time, time}, scan);
        explained = explained || owner != Whose::nobodys;
        if (matches_any(ignored, source.key, KeyMatch::source)) {
            continue;
        }
        const bool is_ours = matches_any(ours, source.key, KeyMatch::source);
        found.ours = found.ours || (owner == Whose::scans && is_ours);
        found.other =
            found.other || owner == Whose::uncertain || (owner == Whose::scans && !is_ours);
    }
    const TimePoint displaced = to_time(entry.displaced);
    found.other = found.other ||
                  (entry.displaced != 0 && whose({displaced, displaced}, scan) != Whose::nobodys);
    // Of sources that came at once, one may be lost while the kernel's side writes; `last` is not.
    found.other = found.other || !explained;
    return found;
}

TimePoint last_of(const SynEntry& shared) { return to_time(load(shared.last)); }

bool has_any(const SynEntry& shared, TimePoint since) { return is_since(shared.last, since); }

bool has_from(const SynEntry& shared, std::span<const SourceKey> keys, KeyMatch match,
              TimePoint since) {
    if (!has_any(shared, since)) {
        return false;  // of nearly all ports
    }
    const SynEntry entry = load(shared);
    return std::any_of(entry.sources.begin(), entry.sources.end(), [&](const auto& source) {
        return source.key != 0 && to_time(source.last) >= since &&
               matches_any(keys, source.key, match);
    });
}

bool has_displaced(const SynEntry& shared, TimePoint since) {
    return is_since(shared.displaced, since);
}

SynMarks marks_from(const SynEntry& shared, std::span<const SourceKey> keys, KeyMatch match,
                    TimePoint since) {
    const SynEntry entry = load(shared);
    SynMarks marks;
    for (const auto& source : entry.sources) {
        if (!is_since(source.last, since) || !matches_any(keys, source.key, match)) {
            continue;
        }
        constexpr std::uint64_t both = SynEntry::odd_mark | SynEntry::even_mark;
        const std::uint64_t kinds = source.last & both;
        const bool all = kinds != 0 && (source.last & SynEntry::unmarked) == 0;
        marks.found = true;
        marks.all = marks.all && all;
        marks.both = marks.both && all && kinds == both;
    }
    const bool whole = marks.found && !is_since(entry.displaced, since);
    return {marks.found, whole && marks.all, whole && marks.both};
}

}  // namespace pt::server
