#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "client/result/result_refs.hpp"
#include "common/core/port_set.hpp"

/// Many results of one address, made readable: equal ones together. Pure.
namespace pt::client {

/// Results that say the same but for their port and times. Points into the results it was made of.
struct ResultGroup {
    ResultRefs members;              ///< by protocol and port
    std::string words;               ///< `describe` of each
    std::vector<std::string> notes;  ///< the notes of each, without ports and counts of attempts

    Verdict verdict() const { return members.front()->conclusion.verdict; }
    PortSet ports() const;
};

/// Groups up to this size still get a row for each port.
inline constexpr std::size_t small_group = 8;

/// "0.312 ms to 1.20 ms", or one time where both are the same; "" where there is none.
std::string rtt_span_text(const ResultRefs& results);

/// The groups, the rarest verdict first, within a verdict the smallest group first.
std::vector<ResultGroup> group_results(const ResultRefs& results);

/// A port spec in lines of at most `width` bytes, broken behind commas and between words; a single
/// item longer than that stands alone. Behind `max_lines`, one line says how many lines are left
/// out.
std::vector<std::string> wrapped(const std::string& spec, std::size_t width, std::size_t max_lines);

}  // namespace pt::client
