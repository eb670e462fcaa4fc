#include "client/report/scan/html_hints.hpp"

#include <ostream>

#include "client/report/html/html_text.hpp"
#include "client/report/html/page.hpp"
#include "client/report/scan/table_hints.hpp"

namespace pt::client {

void print_html_hints(std::ostream& out, const ResultRefs& results) {
    constexpr std::size_t max_html_hints = 20;
    const auto hints = hint_texts(results, max_html_hints);
    if (hints.shown.empty()) {
        return;
    }
    begin_section(out, "hints", "What to do next");
    for (const HintText& hint : hints.shown) {
        if (hint.is_new_reason) {
            out << "<p>" << html(hint.reason) << "</p>\n";
        }
        for (const auto& [where, command] : hint.commands) {
            out << "<p>" << html(where) << ":</p>\n<pre tabindex=\"0\"><code>" << html(command)
                << "</code></pre>\n";
        }
        if (!hint.more.empty()) {
            out << "<p>(" << hint.more << ")</p>\n";
        }
    }
    if (!hints.rest.empty()) {
        out << "<p>" << hints.rest << "</p>\n";
    }
    end_section(out);
}

}  // namespace pt::client
