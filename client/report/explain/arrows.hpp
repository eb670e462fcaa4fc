#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

/// The drawing itself: packets as arrows between vertical lanes, at most `line_width` columns wide.
namespace pt::client {

/// Columns of the lanes. `near` is no lane: a packet that does not leave the client ends there.
namespace column {
inline constexpr std::size_t client = 6;
inline constexpr std::size_t near = 24;
inline constexpr std::size_t middle = 38;
inline constexpr std::size_t server = 70;
}  // namespace column

/// From one column to another; `mark` stands where a packet comes from or goes to if that is not
/// known ('?'), or where it was lost ('x'): at the end that is no lane.
struct Arrow {
    std::size_t from = column::client;
    std::size_t to = column::server;
    std::string_view label = {};
    char mark = '\0';
};

/// Lane titles, centred above their lanes; `middle` is "" where there is no such lane.
struct Lanes {
    std::string_view middle = {};
    std::string_view right = {};
};

/// The line with the titles of all lanes, and one with the lanes alone.
std::string draw_titles(const Lanes& lanes);

/// One line: arrows that do not overlap, and the lanes.
std::string draw_arrows(const Lanes& lanes, std::initializer_list<Arrow> arrows);

}  // namespace pt::client
