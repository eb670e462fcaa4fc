#include "client/report/watch/live_table.hpp"

#include <algorithm>
#include <array>

#include "client/report/watch/watch_words.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

constexpr std::size_t columns = 7;
constexpr std::size_t max_host = 40;
constexpr std::size_t min_history = 5;
constexpr const char* history_heading = "HISTORY";
constexpr double hundred = 100;
using Cells = std::array<std::string, columns>;

std::string loss_text(const FlowMonitor& monitor) {
    if (monitor.decided() == 0) {
        return "-";
    }
    const auto lost = static_cast<double>(monitor.unanswered());
    return decimal(hundred * lost / static_cast<double>(monitor.decided()), 1) + '%';
}

/// "open", "no-reply filtered (forward)".
std::string state_text(const WatchedPort& port) {
    std::string text{to_string(port.fresh().state())};
    if (!port.available() && !port.verdict().empty()) {
        text = port.verdict();
    }
    return text;
}

Cells cells_of(const WatchedPort& port, bool several_hosts, const WallClock& now) {
    const auto established = port.established().state();
    return {port_name(port, several_hosts),
            state_text(port),
            port.since() ? clock_text(now.at(*port.since())).substr(0, 8) : "-",
            established == FlowState::unknown ? "-" : std::string{to_string(established)},
            loss_text(port.fresh()),
            port.last_round_trip() ? duration_text(*port.last_round_trip()) : "-",
            port.history()};
}

/// The last column is cut at its older end, and what is still too long at the right.
std::string line_of(const Cells& cells, const std::array<std::size_t, columns>& widths,
                    std::size_t width) {
    std::string text;
    for (std::size_t column = 0; column + 1 < columns; ++column) {
        text += cells[column] + std::string(widths[column] - cells[column].size() + 2, ' ');
    }
    const std::size_t room = width > text.size() ? width - text.size() : 0;
    const auto& last = cells.back();
    if (room >= min_history && last != history_heading) {
        text += last.size() > room ? last.substr(last.size() - room) : last;
    } else if (room >= min_history) {
        text += last;
    }
    return text.substr(0, width);
}

}  // namespace

std::string port_name(const WatchedPort& port, bool several_hosts) {
    const auto& endpoint = port.endpoint();
    const auto name =
        std::string{to_string(endpoint.protocol)} + '/' + std::to_string(to_number(endpoint.port));
    return several_hosts ? safe_text(port.host()).substr(0, max_host) + ' ' + name : name;
}

bool has_several_hosts(const std::vector<WatchedPort>& ports) {
    return std::any_of(ports.begin(), ports.end(), [&](const WatchedPort& port) {
        return port.host() != ports.front().host() ||
               port.endpoint().address != ports.front().endpoint().address;
    });
}

std::vector<std::string> live_table(const std::vector<WatchedPort>& ports, const WallClock& now,
                                    const Screen& screen) {
    constexpr std::size_t other_lines = 3;  // heading, what is left out, the cursor's
    std::vector<const WatchedPort*> shown;
    shown.reserve(ports.size());
    for (const WatchedPort& port : ports) {
        shown.push_back(&port);
    }
    const std::size_t room = std::max<std::size_t>(screen.rows, other_lines + 1) - other_lines;
    if (shown.size() > room) {
        std::stable_partition(shown.begin(), shown.end(),
                              [](const WatchedPort* port) { return !port->available(); });
        shown.resize(room);
    }
    const bool several = has_several_hosts(ports);
    std::vector<Cells> rows{
        {"PORT", "NEW", "SINCE", "ESTABLISHED", "LOSS", "RTT", history_heading}};
    for (const WatchedPort* port : shown) {
        rows.push_back(cells_of(*port, several, now));
    }
    std::array<std::size_t, columns> widths{};
    for (const Cells& row : rows) {
        for (std::size_t column = 0; column < columns; ++column) {
            widths[column] = std::max(widths[column], row[column].size());
        }
    }
    std::vector<std::string> lines;
    lines.reserve(rows.size() + 1);
    for (const Cells& row : rows) {
        lines.push_back(line_of(row, widths, screen.columns));
    }
    if (shown.size() < ports.size()) {
        lines.push_back(
            (std::to_string(ports.size() - shown.size()) + " more").substr(0, screen.columns));
    }
    return lines;
}

}  // namespace pt::client
