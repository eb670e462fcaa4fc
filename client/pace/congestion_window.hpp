#pragma once

#include <cstddef>
#include <optional>

#include "common/core/timing.hpp"

namespace pt::client {

/// How many attempts may be under way at once. A run must not spoil its own answers: where a queue
/// overflows, a policer drops or a table is full, sending slower loses less. Where packets are lost
/// by chance it does not, and would only take longer.
///
/// The two look alike until the window is made smaller, so that is what tells them apart. While
/// many attempts are lost the window is cut to little more than what brings answers; if as many
/// answers come as before, or less is lost, the loss was of our own making, and so it stays; if
/// fewer come and as much is lost, it was not: the window goes back and is left alone for a while.
///
/// Without loss it grows, but only while round trips stay short: queues that are long enough lose
/// nothing and make all wait. Where they do, it shrinks to where it started, and no further: others
/// may be the reason, and a small window would not shorten their queues.
///
/// Pure: time is an argument.
class CongestionWindow {
public:
    /// Starts at `start`; grows up to a multiple of it.
    explicit CongestionWindow(std::size_t start);

    std::size_t size() const { return size_; }
    /// How many times as large it may become.
    double room() const { return static_cast<double>(most_) / static_cast<double>(size_); }
    /// `max()` before one was measured.
    Nanoseconds shortest_round_trip() const { return shortest_round_trip_; }

    /// An answer came, after `lost` losses; its round trip, where one could be measured.
    /// `under_way` is for how long an attempt counts as under way.
    void note_answer(TimePoint now, unsigned lost, std::optional<Nanoseconds> round_trip,
                     Nanoseconds under_way);

private:
    enum class Phase {
        watching,  ///< how much is lost?
        doubting   ///< the window has been cut: was that of any use?
    };

    struct Epoch {
        double loss = 0;  ///< share of the attempts
        double answers_per_second = 0;
        Nanoseconds round_trip{};  ///< mean of those measured; 0: none was
    };
    void judge(const Epoch& epoch, Nanoseconds under_way);
    void adapt_to_waiting(const Epoch& epoch);
    void cut_to(double attempts_per_second, Nanoseconds under_way);
    void begin_epoch(TimePoint now);

    std::size_t start_;
    std::size_t size_;
    std::size_t most_;
    Phase phase_ = Phase::watching;
    TimePoint epoch_{};  ///< counting begins; unset before the first answer
    std::size_t answered_ = 0;
    std::size_t lost_ = 0;
    Nanoseconds::rep measured_ = 0;  ///< round trips
    Nanoseconds round_trips_{};      ///< their sum
    Nanoseconds shortest_round_trip_ = Nanoseconds::max();
    std::size_t size_before_ = 0;  ///< before the first cut of this doubt
    double rate_before_ = 0;       ///< and the answers per second then
    double loss_before_ = 0;       ///< and the share of attempts lost
    int epochs_of_rest_ = 0;       ///< loss by chance was found: not to be doubted before that
};

}  // namespace pt::client
