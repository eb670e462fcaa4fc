#include "client/report/html/path_figure.hpp"

#include <ostream>
#include <vector>

#include "client/report/html/html_text.hpp"
#include "client/report/html/packet_path.hpp"
#include "client/report/html/verdict_word.hpp"
#include "client/result/describe.hpp"

/// From top to bottom, so that it fits on a telephone: boxes for nodes, and between each two an
/// arrow down at the left and one up at the right.
namespace pt::client {
namespace {

// The width holds an IPv6 address and port of 47 characters at the size of page.css.
constexpr int width = 340;
constexpr int margin = 1;
constexpr int line_height = 16;
constexpr int padding = 8;
constexpr int leg_height = 52;
constexpr int forward_x = 40;
constexpr int back_x = 200;

/// No address and port is longer: "[", 39 characters, "]:" and five digits.
constexpr std::size_t max_line = 47;

/// Long ones broken at their last blank.
std::vector<std::string> lines_of(const PathNode& node) {
    std::vector<std::string> lines;
    for (const auto& line : node.lines) {
        const auto blank = line.size() > max_line ? line.rfind(' ') : std::string::npos;
        if (blank == std::string::npos) {
            lines.push_back(line);
        } else {
            lines.push_back(line.substr(0, blank));
            lines.push_back(line.substr(blank + 1));
        }
    }
    return lines;
}

const char* arrival_text(Arrival arrival) {
    switch (arrival) {
        case Arrival::reached: break;
        case Arrival::not_reached: return " (not reached)";
        case Arrival::not_known: return " (not known to be reached)";
    }
    return "";
}

int box_height(const PathNode& node) {
    return 2 * padding + line_height * (1 + static_cast<int>(lines_of(node).size()));
}

void print_text(std::ostream& out, int x, int y, const char* css_class, const std::string& text) {
    out << "<text class=\"" << css_class << "\" x=\"" << x << "\" y=\"" << y << "\">" << html(text)
        << "</text>\n";
}

void print_box(std::ostream& out, const PathNode& node, int top) {
    out << "<rect class=\"" << (node.arrival == Arrival::reached ? "box" : "box unproven")
        << "\" x=\"" << margin << "\" y=\"" << top << "\" width=\"" << width << "\" height=\""
        << box_height(node) << "\" rx=\"6\"/>\n";
    constexpr int ascent = 12;
    int y = top + padding + ascent;
    print_text(out, margin + padding, y, "name", node.name + arrival_text(node.arrival));
    for (const auto& line : lines_of(node)) {
        y += line_height;
        print_text(out, margin + padding, y, "address", line);
    }
}

/// From `begin` to `end`, which is above or below.
void print_arrow(std::ostream& out, Passage passage, int x, int begin, int end) {
    const int down = end > begin ? 1 : -1;
    constexpr int gap = 4;
    constexpr int head = 7;
    constexpr int cross = 5;
    const int from = begin + gap * down;
    const int to = end - gap * down;
    const int middle = (begin + end) / 2;
    switch (passage) {
        case Passage::passed:
            out << "<path class=\"arrow\" d=\"M" << x << ' ' << from << 'V' << to << 'm' << -head
                << ' ' << -head * down << 'l' << head << ' ' << head * down << 'l' << head << ' '
                << -head * down << "\"/>\n";
            return;
        case Passage::lost:
            out << "<path class=\"arrow lost\" d=\"M" << x << ' ' << from << 'V' << middle << 'm'
                << -cross << ' ' << -cross << 'l' << 2 * cross << ' ' << 2 * cross << "m0 "
                << -2 * cross << 'l' << -2 * cross << ' ' << 2 * cross << "\"/>\n";
            return;
        case Passage::unknown:
            out << "<path class=\"arrow unknown\" d=\"M" << x << ' ' << from << 'V' << to
                << "\"/>\n";
            return;
        case Passage::none: return;
    }
}

void print_leg(std::ostream& out, const PathLeg& leg, int top) {
    constexpr int beside = 12;
    const int bottom = top + leg_height;
    const int text_y = (top + bottom) / 2 + 4;
    print_arrow(out, leg.forward, forward_x, top, bottom);
    print_arrow(out, leg.back, back_x, bottom, top);
    print_text(out, forward_x + beside, text_y, "packet", leg.forward_text);
    print_text(out, back_x + beside, text_y, "packet", leg.back_text);
}

void print_drawing(std::ostream& out, const PacketPath& path, const std::string& id) {
    int height = 2 * margin;
    for (const auto& node : path.nodes) {
        height += box_height(node);
    }
    height += leg_height * static_cast<int>(path.legs.size());
    out << "<svg class=\"path\" viewBox=\"0 0 " << width + 2 * margin << ' ' << height
        << "\" role=\"img\" aria-labelledby=\"" << id << "\" aria-describedby=\"" << id
        << "-steps\">\n";
    int top = margin;
    for (std::size_t place = 0; place < path.nodes.size(); ++place) {
        print_box(out, path.nodes[place], top);
        top += box_height(path.nodes[place]);
        if (place < path.legs.size()) {
            print_leg(out, path.legs[place], top);
            top += leg_height;
        }
    }
    out << "</svg>\n";
}

}  // namespace

void print_path_figure(std::ostream& out, const Result& result, const std::string& place,
                       std::size_t number) {
    const auto id = "path-" + std::to_string(number);
    const auto path = path_of(result);
    out << "<figure class=\"packet-path\">\n<figcaption id=\"" << id << "\"><strong>"
        << html(port_text(result.endpoint)) << "</strong> at " << html(place) << ": "
        << marked_word(result.conclusion.verdict) << "</figcaption>\n";
    if (!path.nodes.empty()) {
        print_drawing(out, path, id);
    }
    out << "<ol id=\"" << id << "-steps\">\n";
    for (const auto& step : path.steps) {
        out << "<li>" << html(step) << "</li>\n";
    }
    out << "</ol>\n</figure>\n";
}

}  // namespace pt::client
