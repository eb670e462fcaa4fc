#include "server/journal/handshake_book.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

/// After which a SYN-ACK is first sent again (TCP_TIMEOUT_INIT).
constexpr Nanoseconds first_timeout = 1s;
/// What is missing in one poll, while the table changes, may be there in the next.
constexpr Nanoseconds kept_on = 2s;
/// Longer than most handshakes take.
constexpr Nanoseconds long_time = 200ms;

}  // namespace

HalfOpen to_half_open(const UsedSocket& socket, const SourceKeys& keys) {
    using Timer = decltype(HalfOpen::timer);
    const std::uint64_t ports =
        std::uint64_t{to_number(socket.peer.port)} << 16U | to_number(socket.port);
    const auto timer =
        std::clamp<std::int64_t>(socket.timer.count(), 0, std::numeric_limits<Timer::rep>::max());
    return {keys.fingerprint(socket.peer.address, socket.local, ports),
            keys.key(socket.peer.address, socket.local), Timer{static_cast<Timer::rep>(timer)},
            socket.port, socket.repetitions > 0};
}

void HandshakeNote::add_to(ArrivalRecord& record) const {
    if (is_new) {
        record.tcp().note_attempt(port, source, began);
    }
    if (long_half_open) {
        record.tcp().note_long_half_open(port, source, began.latest);
    }
}

Nanoseconds HandshakeBook::min_life(int synack_retries) {
    // The timeouts of 1, 2, 4 s add up; where room is short two retries must do (kernel:
    // inet_connection_sock.c, reqsk_timer_handler). The rest is for what timers may be wrong by.
    switch (synack_retries) {
        case 0: return 800ms;
        case 1: return 2500ms;
        default: return 5s;
    }
}

std::vector<HandshakeNote> HandshakeBook::add_poll(std::vector<HalfOpen> handshakes,
                                                   const TimeSpan& when, Nanoseconds min_life) {
    if (last_ && when.earliest - last_->earliest > min_life) {
        miss(when.latest - min_life);
    }
    std::sort(handshakes.begin(), handshakes.end(),
              [](const HalfOpen& one, const HalfOpen& other) { return one.id < other.id; });
    std::vector<HandshakeNote> notes;
    std::vector<Entry> merged;
    merged.reserve(std::max(handshakes.size(), entries_.size()));
    auto before = entries_.cbegin();
    const auto keep_until = [&](std::optional<std::uint64_t> id) {
        for (; before != entries_.cend() && (!id || before->id < *id); ++before) {
            if (before->seen >= when.earliest - kept_on) {
                merged.push_back(*before);
            }
        }
    };
    for (const HalfOpen& handshake : handshakes) {
        if (!merged.empty() && merged.back().id == handshake.id) {
            continue;  // told twice, while the table changed
        }
        keep_until(handshake.id);
        const bool known = before != entries_.cend() && before->id == handshake.id;
        Entry entry =
            known ? *before : Entry{handshake.id, when.earliest, {}, beginning(handshake, when)};
        entry.seen = when.latest;
        const bool noted = entry.long_half_open;
        entry.long_half_open =
            noted || handshake.repeated || when.earliest - entry.first_seen >= long_time;
        if (!known || entry.long_half_open != noted) {
            notes.push_back({handshake.source, entry.began, handshake.port, !known,
                             entry.long_half_open && !noted});
        }
        merged.push_back(entry);
        before += known ? 1 : 0;
    }
    keep_until(std::nullopt);
    entries_ = std::move(merged);
    last_ = when;
    return notes;
}

void HandshakeBook::skip(TimePoint time) {
    if (last_) {
        last_ = TimeSpan{time, time};
    }
}

void HandshakeBook::miss(TimePoint time) { blind_ = std::max(blind_.value_or(time), time); }

/// When a handshake began that was not there at the last poll. As long as nothing was repeated, its
/// timer tells exactly. A timer by which the last poll must have shown it is not believed, nor that
/// poll: the first timeout may have been tuned, or a poll have missed one while the table changed.
TimeSpan HandshakeBook::beginning(const HalfOpen& handshake, const TimeSpan& when) const {
    const TimePoint last = last_ ? last_->earliest : TimePoint{};
    const bool told = !handshake.repeated && handshake.timer > Nanoseconds{};
    if (!told || handshake.timer > first_timeout) {
        return {last, when.latest};
    }
    const Nanoseconds age = first_timeout - handshake.timer;
    const TimePoint latest = std::min(when.latest - age + tick_, when.latest);
    return latest < last ? TimeSpan{TimePoint{}, when.latest}
                         : TimeSpan{std::max(when.earliest - age - tick_, last), latest};
}

}  // namespace pt::server
