#include "server/session_table.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "server/mix.hpp"

namespace pt::server {

SessionTable::SessionTable(std::uint64_t secret) : secret_{secret}, entries_(capacity) {}

std::uint32_t SessionTable::count(std::uint64_t session) {
    constexpr std::size_t buckets = capacity / bucket_size;
    const auto bucket = static_cast<std::size_t>(mix(session ^ secret_) % buckets);
    const auto entries = std::span{entries_}.subspan(bucket * bucket_size, bucket_size);
    const auto age = [this](const Entry& entry) {
        return entry.frames == 0 ? std::numeric_limits<std::uint32_t>::max() : now_ - entry.heard;
    };
    auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
        return entry.frames != 0 && entry.session == session;
    });
    if (found == entries.end()) {
        found = std::max_element(
            entries.begin(), entries.end(),
            [&](const Entry& left, const Entry& right) { return age(left) < age(right); });
        *found = Entry{session, 0, 0};
    }
    found->heard = ++now_;
    if (found->frames != std::numeric_limits<std::uint32_t>::max()) {
        ++found->frames;
    }
    return found->frames;
}

}  // namespace pt::server
