#include "client/report/explain/arrows.hpp"

#include <algorithm>

#include "client/report/explain/text_block.hpp"

namespace pt::client {
namespace {

std::string trimmed(const std::string& line) {
    return line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
}

std::string lane_line(const Lanes& lanes) {
    std::string line(line_width, ' ');
    line[column::client] = '|';
    line[column::server] = '|';
    if (!lanes.middle.empty()) {
        line[column::middle] = '|';
    }
    return line;
}

void put_centred(std::string& line, std::size_t at, std::string_view text) {
    const std::size_t first = at - std::min(at, text.size() / 2);
    line.replace(first, text.size(), text);
}

/// A packet is read from its start: the label stands three columns behind it.
void put(std::string& line, const Arrow& arrow) {
    const bool right = arrow.from < arrow.to;
    const std::size_t first = std::min(arrow.from, arrow.to) + 1;
    const std::size_t last = std::max(arrow.from, arrow.to) - 1;
    std::fill(line.begin() + static_cast<std::ptrdiff_t>(first),
              line.begin() + static_cast<std::ptrdiff_t>(last) + 1, '-');
    line[right ? last : first] = right ? '>' : '<';
    if (arrow.mark != '\0') {
        const bool lane = arrow.to == column::client || arrow.to == column::server;
        line[lane ? arrow.from : arrow.to] = arrow.mark;
    }
    const auto label = ' ' + std::string{arrow.label} + ' ';
    constexpr std::size_t gap = 3;
    line.replace(right ? first + gap : last + 1 - gap - label.size(), label.size(), label);
}

}  // namespace

std::string draw_titles(const Lanes& lanes) {
    std::string titles(line_width, ' ');
    put_centred(titles, column::client, "client");
    put_centred(titles, column::middle, lanes.middle);
    put_centred(titles, column::server, lanes.right);
    return trimmed(titles) + trimmed(lane_line(lanes));
}

std::string draw_arrows(const Lanes& lanes, std::initializer_list<Arrow> arrows) {
    auto line = lane_line(lanes);
    for (const Arrow& arrow : arrows) {
        put(line, arrow);
    }
    return trimmed(line);
}

}  // namespace pt::client
