#include "client/report/html/page.hpp"

#include <ostream>

#include "client/report/html/html_text.hpp"
#include "client/report/html/page_parts.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"
#include "common/version/version.hpp"

namespace pt::client {

void begin_page(std::ostream& out, std::string_view title, std::string_view sentence) {
    out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
           "style-src 'sha256-"
        << page_style_hash << "'; script-src 'sha256-" << page_script_hash
        << "'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n"
           // Without it, browsers ask a web server for /favicon.ico.
           "<link rel=\"icon\" href=\"data:,\">\n<title>"
        << html(title) << "</title>\n<style>" << page_style
        << "</style>\n</head>\n<body>\n<header>\n<h1>" << html(title)
        << "</h1>\n<p class=\"summary\">" << html(sentence) << "</p>\n</header>\n<main>\n";
}

void end_page(std::ostream& out) {
    out << "</main>\n<footer><p>Written by pt-client " << html(version())
        << ". Verdicts and evidence: pt-client(1).</p></footer>\n<script>" << page_script
        << "</script>\n</body>\n</html>\n";
}

void begin_section(std::ostream& out, std::string_view id, std::string_view heading) {
    out << "<section aria-labelledby=\"" << html(id) << "\">\n<h2 id=\"" << html(id) << "\">"
        << html(heading) << "</h2>\n";
}

void end_section(std::ostream& out) { out << "</section>\n"; }

void begin_table(std::ostream& out, std::string_view caption, const std::vector<std::string>& heads,
                 TableLayout layout) {
    out << "<div class=\"scroll" << (layout == TableLayout::stacks ? " stacks" : "")
        << "\" role=\"region\" tabindex=\"0\" aria-label=\"" << html(caption)
        << "\"><table>\n<thead><tr>";
    for (const auto& head : heads) {
        out << "<th scope=\"col\">" << html(head) << "</th>";
    }
    out << "</tr></thead>\n<tbody>\n";
}

void end_table(std::ostream& out) { out << "</tbody></table></div>\n"; }

void print_list(std::ostream& out, std::string_view css_class,
                const std::vector<std::string>& texts) {
    if (texts.empty()) {
        return;
    }
    out << "<ul class=\"" << html(css_class) << "\">\n";
    for (const auto& text : texts) {
        out << "<li>" << html(text) << "</li>\n";
    }
    out << "</ul>\n";
}

std::string scan_text(const RunSummary& summary) {
    std::string text = ". Scan";
    text += summary.started ? " of " + utc_text(*summary.started) : "";
    return text + (summary.duration ? ", " + duration_text(*summary.duration) : "");
}

}  // namespace pt::client
