#include "client/report/html/port_map.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <ostream>

#include "client/report/html/html_text.hpp"
#include "client/report/html/page.hpp"
#include "client/report/html/port_ranges.hpp"
#include "client/report/html/verdict_word.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

constexpr std::uint32_t side = 256;

/// "TCP".
std::string name_of(Protocol protocol) {
    std::string name{to_string(protocol)};
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char letter) { return static_cast<char>(std::toupper(letter)); });
    return name;
}

PortSet ports_with(const PortVerdicts& ports, Protocol protocol, std::optional<Verdict> verdict) {
    PortSet set;
    for (std::uint32_t port = 0; port < port_count; ++port) {
        if (ports[port] == verdict) {
            set.insert(protocol, Port{static_cast<std::uint16_t>(port)});
        }
    }
    return set;
}

void print_square(std::ostream& out, const PortVerdicts& ports, Protocol protocol,
                  const std::string& id) {
    // The numbers at the left need 30 units.
    out << "<svg class=\"map\" viewBox=\"-30 -1 287 258\" role=\"img\" aria-labelledby=\"" << id
        << "\" aria-describedby=\"" << id << "-legend\" data-protocol=\"" << to_string(protocol)
        << "\">\n<g class=\"axis\" aria-hidden=\"true\">";
    for (const std::uint32_t first : {0U, 16384U, 32768U, 49152U}) {
        out << "<text x=\"-3\" y=\"" << first / side + 7 << "\">" << first << "</text>";
    }
    out << "<text x=\"-3\" y=\"256\">65280</text></g>\n"
           "<rect class=\"no-result\" width=\"256\" height=\"256\"/>\n"
           "<g class=\"cells\" transform=\"translate(0 .5)\">\n";
    for (const Verdict verdict : all_verdicts) {
        if (const auto runs = runs_of(ports, verdict); !runs.empty()) {
            out << "<path class=\"is-" << to_string(verdict) << "\" d=\"" << runs << "\"><title>"
                << to_string(verdict) << "</title></path>\n";
        }
    }
    out << "</g>\n</svg>\n";
}

void print_legend_row(std::ostream& out, const std::string& word, const PortSet& ports) {
    if (ports.empty()) {
        return;
    }
    out << "<tr><th scope=\"row\">" << marked_word(word) << "</th><td class=\"number\">"
        << grouped_number(ports.size())
        << "</td><td><div class=\"ranges\" role=\"region\" tabindex=\"0\" aria-label=\"Ports: "
        << html(word) << "\">" << ranges_html(ports) << "</div></td></tr>\n";
}

}  // namespace

PortVerdicts port_verdicts(const ResultRefs& results, Protocol protocol) {
    PortVerdicts ports{};
    for (const Result* result : results) {
        if (result->endpoint.protocol == protocol) {
            ports[to_number(result->endpoint.port)] = result->conclusion.verdict;
        }
    }
    return ports;
}

std::string runs_of(const PortVerdicts& ports, Verdict verdict) {
    std::string data;
    std::uint32_t pen_x = 0;
    std::uint32_t pen_y = 0;
    for (std::uint32_t y = 0; y < side; ++y) {
        const auto row = ports.begin() + std::ptrdiff_t{y} * side;
        for (std::uint32_t x = 0; x < side;) {
            if (row[x] != verdict) {
                ++x;
                continue;
            }
            auto end = x;
            while (end < side && row[end] == verdict) {
                ++end;
            }
            const auto by = [](std::uint32_t from, std::uint32_t to) {
                return std::to_string(static_cast<int>(to) - static_cast<int>(from));
            };
            data +=
                (data.empty() ? "M" : "m") + by(pen_x, x) + ' ' + by(pen_y, y) + 'h' + by(x, end);
            pen_x = x = end;
            pen_y = y;
        }
    }
    return data;
}

void print_port_map(std::ostream& out, const PortVerdicts& ports, Protocol protocol,
                    const std::string& place, const std::string& id) {
    out << "<figure class=\"port-map\">\n<figcaption id=\"" << id << "\">" << name_of(protocol)
        << " ports of " << html(place)
        << "</figcaption>\n<div class=\"beside\">\n<div class=\"square\">";
    print_square(out, ports, protocol, id);
    out << "<p class=\"under-pointer\" aria-live=\"polite\">256 ports in a row, port 0 at the top "
           "left, port 65,535 at the bottom right.</p></div>\n<div id=\""
        << id << "-legend\">";
    begin_table(out, name_of(protocol) + " ports by verdict", {"Verdict", "Ports", "Which"},
                TableLayout::stacks);
    for (const Verdict verdict : all_verdicts) {
        print_legend_row(out, std::string{to_string(verdict)},
                         ports_with(ports, protocol, verdict));
    }
    print_legend_row(out, "no result", ports_with(ports, protocol, std::nullopt));
    end_table(out);
    out << "</div>\n</div>\n</figure>\n";
}

}  // namespace pt::client
