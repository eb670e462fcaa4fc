#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "server/journal/half_open_source.hpp"
#include "server/journal/handshake_poller.hpp"

namespace pt::server {

/// Watches the kernel's half-open TCP handshakes, of which it tells without privilege. The server
/// has one where first segments are not counted; its archive owns it and polls through it.
///
/// A poll goes through the kernel's whole table of connections, those of all containers: half a
/// millisecond where it is large and empty, hundreds where it is full. There is none while no TCP
/// segment comes. Otherwise there is one whenever a client comes or asks, and in between some that
/// take one part in fifty of the time, or one in two hundred while nobody is there to ask, unless
/// there would be too few of them. Only those that are quick are made by the thread that calls;
/// all others are left to a thread of their own (HandshakeThread), so that no echo waits for them.
class HandshakeWatch final : public HalfOpenSource {
public:
    explicit HandshakeWatch(const SourceKeys& keys) : poller_{keys} {}

    void poll(Reason reason, TimePoint now, ArrivalRecord& record) override;
    bool knows_all(TimePoint since, TimePoint until) const override;
    bool is_awaited(TimePoint since, TimePoint until) const override;

    /// From now on polls that take long are another thread's: `wake` is called for each. Nothing:
    /// there is no such thread, and none of its polls is under way.
    void leave_long_polls_to(std::function<void()> wake);
    /// For that thread, without the archive's lock, from when it was woken until `finish_poll`.
    HandshakePoller& poller() { return poller_; }
    /// It has added the poll's notes to the record. Whether it is to poll once more.
    bool finish_poll(const HandshakePoll& poll);

    /// A poll of more than that is not quick.
    static constexpr std::size_t max_quick = 512;

private:
    bool is_quiet(TimePoint now);
    bool may_poll(Reason reason, TimePoint now) const;
    Nanoseconds debt(TimePoint now) const;
    bool poll_here(const HandshakePoller::Limits& limits, ArrivalRecord& record);
    void note_result(const HandshakePoll& poll);
    bool reaches(TimePoint until) const;

    HandshakePoller poller_;  ///< the other thread's while `under_way_`
    std::function<void()> wake_;
    bool under_way_ = false;
    std::optional<TimePoint> wanted_;       ///< meanwhile, by a client
    std::optional<TimePoint> known_until_;  ///< began the last poll, or found no need of one
    std::optional<TimePoint> blind_;        ///< what began until then may be missing
    TimePoint ended_{};                     ///< the last one
    Nanoseconds took_{};                    ///< the last one, of the processor
    Nanoseconds debt_{};                    ///< when it ended: see `urgent_share`
    bool quick_ = true;                     ///< it was, so that the next one may be
    bool able_ = false;
    bool new_session_ = false;               ///< one has come since the last poll
    std::optional<std::uint64_t> segments_;  ///< as the kernel had counted when it began
    bool settled_ = false;                   ///< and no more when the one before it began
};

}  // namespace pt::server
