#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "common/core/timing.hpp"

namespace pt::client {

/// Frames of --count that open ports are still to have, one after another: the next one follows an
/// echo, or the timeout of a frame that is lost.
struct FramesLeft {
    /// Ports by their frames that have no outcome yet, the one in flight included.
    std::map<std::uint32_t, std::size_t> ports;
    /// The same of ports whose frame in flight had an echo long ago, if any would come: without it.
    std::map<std::uint32_t, std::size_t> losing;
    Nanoseconds losing_ends{};  ///< until the last of these frames is given up
    Nanoseconds timeout{};
    std::size_t echoed = 0;  ///< frames, so far
    std::size_t lost = 0;
};

/// What the probes of one protocol have done, and what they still have to do. A turn is an attempt
/// or a further frame of --count: what --rate counts.
struct ScanWork {
    // So far.
    std::size_t begun = 0;      ///< probes that have had their first attempt
    std::size_t answered = 0;   ///< of those: decided, and not after a long silence
    std::size_t open = 0;       ///< of those: with an echo
    std::size_t turns = 0;      ///< but for control attempts
    Nanoseconds busy{};         ///< the time in which more was to be sent at once
    double answered_turns = 1;  ///< of one that was answered, its further frames included; the mean
    /// How the rate is found, which differs before the first answer and while there is none for
    /// long. The rate before a change says nothing of the rate after it.
    unsigned pace = 0;
    double may_grow = 1;  ///< the rate may become so many times as large, as the window grows

    // What has not begun: in the block (the ports of one address) of the latest probe, and in those
    // after it.
    std::size_t block = 0;  ///< its number
    std::size_t rest_of_block = 0;
    std::size_t begun_of_block = 0;
    std::optional<double> share_of_block;  ///< of its probes, silent so far; if enough began
    std::size_t other_blocks = 0;
    std::size_t number_of_other_blocks = 0;
    /// Of each block that began, the share of silent probes; in their order.
    std::vector<double> shares_of_blocks;

    // What a silent probe costs.
    unsigned silent_attempts = 1;
    Nanoseconds timeout{};
    std::size_t max_in_flight = 1;

    // What is in flight: its first attempt was sent, and it is not decided.
    std::size_t recent = 0;            ///< began so recently that an answer may be on its way
    std::size_t silent = 0;            ///< the others
    double silent_due = 0;             ///< the attempts that these are still to have
    std::vector<Nanoseconds> ends;     ///< until each that is not recent is given up; ascending
    double frames_due = 0;             ///< further frames of ports that proved open
    std::uint32_t further_frames = 0;  ///< of each port that will prove open
    FramesLeft frames;                 ///< where those that are lost take their time

    // Silent probes that rest until all others are decided.
    double rest_due = 0;               ///< the attempts that those that rest are still to have
    unsigned attempts_after_rest = 0;  ///< of each silent probe that will rest
    Nanoseconds time_after_rest{};

    /// So much is lost that silence will not be believed: further attempts follow, and nobody knows
    /// how many.
    bool in_doubt = false;
    /// Attempts are lost: what has not been answered yet may be by a further one.
    bool lossy = false;
    std::size_t undecided = 0;  ///< probes, begun or not
};

}  // namespace pt::client
