#include "server/journal/handshake_book.hpp"

#include <algorithm>
#include <chrono>

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

Nanoseconds HandshakeBook::min_life(int synack_retries) {
    // The timeouts of 1, 2, 4 s add up; where room is short two retries must do (kernel:
    // inet_connection_sock.c, reqsk_timer_handler). The rest is for what timers may be wrong by.
    switch (synack_retries) {
        case 0: return 800ms;
        case 1: return 2500ms;
        default: return 5s;
    }
}

void HandshakeBook::add_poll(const std::vector<UsedSocket>& handshakes, const TimeSpan& when,
                             Nanoseconds min_life, ArrivalRecord& record) {
    if (last_ && when.earliest - last_->earliest > min_life) {
        miss(when.latest - min_life);
    }
    std::vector<Entry> now;
    now.reserve(handshakes.size());
    for (const UsedSocket& handshake : handshakes) {
        now.push_back({{handshake.local, handshake.port, handshake.peer},
                       when.earliest,
                       when.latest,
                       beginning(handshake, when),
                       handshake.repetitions > 0});
    }
    const auto by_ends = [](const Entry& one, const Entry& other) { return one.ends < other.ends; };
    std::sort(now.begin(), now.end(), by_ends);
    std::vector<Entry> merged;
    merged.reserve(std::max(now.size(), entries_.size()));
    auto before = entries_.cbegin();
    const auto keep_until = [&](const Ends* ends) {
        for (; before != entries_.cend() && (ends == nullptr || before->ends < *ends); ++before) {
            if (before->seen >= when.earliest - kept_on) {
                merged.push_back(*before);
            }
        }
    };
    for (Entry& entry : now) {
        if (!merged.empty() && merged.back().ends == entry.ends) {
            continue;  // told twice, while the table changed
        }
        keep_until(&entry.ends);
        const bool known = before != entries_.cend() && before->ends == entry.ends;
        const SourceKey key = record.key(entry.ends.peer.address, entry.ends.local);
        bool noted = false;
        if (known) {
            noted = before->long_half_open;
            entry.first_seen = before->first_seen;
            entry.began = before->began;
            ++before;
        } else {
            record.tcp().note_attempt(entry.ends.port, key, entry.began);
        }
        entry.long_half_open =
            entry.long_half_open || noted || when.earliest - entry.first_seen >= long_time;
        if (entry.long_half_open && !noted) {
            record.tcp().note_long_half_open(entry.ends.port, key, entry.began.latest);
        }
        merged.push_back(entry);
    }
    keep_until(nullptr);
    entries_ = std::move(merged);
    last_ = when;
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
TimeSpan HandshakeBook::beginning(const UsedSocket& handshake, const TimeSpan& when) const {
    const TimePoint last = last_ ? last_->earliest : TimePoint{};
    const bool told = handshake.repetitions == 0 && handshake.timer > Nanoseconds{};
    if (!told || handshake.timer > first_timeout) {
        return {last, when.latest};
    }
    const Nanoseconds age = first_timeout - handshake.timer;
    const TimePoint latest = std::min(when.latest - age + tick_, when.latest);
    return latest < last ? TimeSpan{TimePoint{}, when.latest}
                         : TimeSpan{std::max(when.earliest - age - tick_, last), latest};
}

}  // namespace pt::server
