#include "client/report/scan/html_hints.hpp"

#include <algorithm>
#include <ostream>
#include <string>

#include "client/report/html/html_text.hpp"
#include "client/report/html/page.hpp"
#include "client/report/scan/table_hints.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {

void print_html_hints(std::ostream& out, const ResultRefs& results) {
    constexpr std::size_t max_hints = 20;
    const auto hints = merged_hints(results);
    if (hints.empty()) {
        return;
    }
    begin_section(out, "hints", "What to do next");
    std::string reason;
    const std::size_t shown = std::min(hints.size(), max_hints);
    for (std::size_t place = 0; place < shown; ++place) {
        const auto& [host, why, hint, more_ports] = hints[place];
        if (place == 0 || why != reason) {
            out << "<p>" << html(why) << "</p>\n";
            reason = why;
        }
        const auto print_command = [&](const std::string& where, const std::string& command) {
            if (!command.empty()) {
                out << "<p>" << html(where) << ":</p>\n<pre tabindex=\"0\"><code>"
                    << html(safe_text(command, command.size())) << "</code></pre>\n";
            }
        };
        print_command("On " + safe_text(host), hint.on_server);
        print_command(hint.on_server.empty() ? "Here" : "Then here", hint.command);
        if (more_ports > 0) {
            out << "<p>The same for " << counted(more_ports, "more port") << ".</p>\n";
        }
    }
    if (hints.size() > shown) {
        out << "<p>" << counted(hints.size() - shown, "more hint") << ": --output json.</p>\n";
    }
    end_section(out);
}

}  // namespace pt::client
