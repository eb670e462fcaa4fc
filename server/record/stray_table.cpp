#include "server/record/stray_table.hpp"

#include <algorithm>

#include "server/record/kernel_value.hpp"

namespace pt::server {

bool StrayTable::any(TimePoint since) const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [since](const StrayEntry& entry) { return is_since(entry.last, since); });
}

bool StrayTable::may_be_of_any(TimePoint since) const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [since](const StrayEntry& entry) { return is_since(entry.moved, since); });
}

bool StrayTable::may_be_of(Port port, TimePoint since) const {
    if (entries_.empty()) {
        return false;
    }
    const auto came = [&](SynMarkKind kind) {
        return is_since(entries_[syn_mark(port, kind)].last, since);
    };
    return came(SynMarkKind::odd_attempt) || came(SynMarkKind::even_attempt);
}

}  // namespace pt::server
