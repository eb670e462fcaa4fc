#include "client/report/table_rows.hpp"

#include <algorithm>
#include <array>
#include <ostream>

#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"
#include "common/core/service_names.hpp"

namespace pt::client {

std::string rtt_text(const Result& result) {
    return result.rtt.samples() == 0 ? "-" : duration_text(result.rtt.mean());
}

std::string rtt_spread_text(const Result& result) {
    const auto& rtt = result.rtt;
    if (rtt.samples() < 2) {
        return "";
    }
    constexpr int digits = 3;
    const auto in_ms = [](Nanoseconds value) { return decimal(milliseconds(value), digits); };
    return "; rtt min/avg/max/stddev " + in_ms(rtt.min()) + '/' + in_ms(rtt.mean()) + '/' +
           in_ms(rtt.max()) + '/' + in_ms(rtt.stddev()) + " ms of " + grouped_number(rtt.samples());
}

std::string_view colour_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::open: return "32";
        case Verdict::answered: return "36";
        case Verdict::intercepted:
        case Verdict::cut: return "35";
        case Verdict::closed:
        case Verdict::rejected:
        case Verdict::unreachable: return "31";
        case Verdict::filtered: return "33";
        case Verdict::untested: return "2";
    }
    return "0";
}

std::string painted(Style style, std::string_view codes, const std::string& text) {
    return style.colour ? "\x1b[" + std::string{codes} + 'm' + text + "\x1b[0m" : text;
}

std::string notes_text(const std::vector<std::string>& notes) {
    std::string text;
    for (const auto& note : notes) {
        text += "; " + safe_text(note);
    }
    return text;
}

void print_rows(std::ostream& out, Style style, const ResultRefs& rows, LineBelow below) {
    constexpr std::size_t columns = 4;
    using Cells = std::array<std::string, columns>;
    std::vector<Cells> lines{{"PORT", "SERVICE", "VERDICT", "RTT"}};
    for (const auto* row : rows) {
        const auto service = service_name(row->endpoint.protocol, row->endpoint.port);
        lines.push_back({port_text(row->endpoint), std::string{service.empty() ? "-" : service},
                         std::string{to_string(row->conclusion.verdict)}, rtt_text(*row)});
    }
    std::array<std::size_t, columns> widths{};
    for (const auto& cells : lines) {
        for (std::size_t column = 0; column < columns; ++column) {
            widths[column] = std::max(widths[column], cells[column].size());
        }
    }
    constexpr std::size_t verdict_column = 2;
    constexpr std::size_t gap = 2;
    for (std::size_t line = 0; line < lines.size(); ++line) {
        for (std::size_t column = 0; column < columns; ++column) {
            auto text = lines[line][column];
            const std::size_t blanks = widths[column] - text.size() + gap;
            if (line > 0 && column == verdict_column) {
                text = painted(style, colour_of(rows[line - 1]->conclusion.verdict), text);
            }
            out << text << std::string(blanks, ' ');
        }
        out << (line == 0 ? "EVIDENCE"
                          : describe(*rows[line - 1]) + rtt_spread_text(*rows[line - 1]) +
                                notes_text(rows[line - 1]->notes))
            << '\n';
        const auto more = line == 0 || below == nullptr ? "" : below(*rows[line - 1]);
        if (!more.empty()) {
            out << "  " << more << '\n';
        }
    }
}

}  // namespace pt::client
