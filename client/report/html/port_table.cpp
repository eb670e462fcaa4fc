#include "client/report/html/port_table.hpp"

#include <ostream>

#include "client/report/html/html_text.hpp"
#include "client/report/html/page.hpp"
#include "client/report/html/port_ranges.hpp"
#include "client/report/html/verdict_word.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"
#include "common/core/service_names.hpp"

namespace pt::client {
namespace {

/// More results than this are shown in groups.
constexpr std::size_t max_single_rows = 60;
/// Of one place; thousands of groups happen where each port has other evidence.
constexpr std::size_t max_rows = 1000;

void print_row(std::ostream& out, const Result& result) {
    const auto service = service_name(result.endpoint.protocol, result.endpoint.port);
    const auto rtt = result.rtt.samples() == 0 ? "-" : duration_text(result.rtt.mean());
    out << "<tr><th scope=\"row\">" << html(port_text(result.endpoint)) << "</th><td>"
        << html(service.empty() ? "-" : service) << "</td><td>"
        << marked_word(result.conclusion.verdict) << "</td><td class=\"number\">" << html(rtt)
        << "</td><td>" << evidence_html(describe(result), result.notes) << "</td></tr>\n";
}

void print_rows(std::ostream& out, const std::string& place, const ResultRefs& results) {
    if (results.empty()) {
        return;
    }
    begin_table(out, "Ports of " + place, {"Port", "Service", "Verdict", "RTT", "Evidence"},
                TableLayout::stacks);
    for (const Result* result : results) {
        print_row(out, *result);
    }
    end_table(out);
}

void print_groups(std::ostream& out, const std::string& place,
                  const std::vector<const ResultGroup*>& groups) {
    if (groups.empty()) {
        return;
    }
    begin_table(out, "Groups of ports of " + place,
                {"Verdict", "Ports", "Which", "RTT", "Evidence"}, TableLayout::stacks);
    for (const ResultGroup* group : groups) {
        const auto rtt = rtt_span_text(group->members);
        out << "<tr><th scope=\"row\">" << marked_word(group->verdict())
            << "</th><td class=\"number\">" << grouped_number(group->members.size())
            << "</td><td><div class=\"ranges\" role=\"region\" tabindex=\"0\" aria-label=\"Ports: "
            << html(to_string(group->verdict())) << "\">" << ranges_html(group->ports())
            << "</div></td><td class=\"number\">" << html(rtt.empty() ? "-" : rtt) << "</td><td>"
            << evidence_html(group->words, group->notes) << "</td></tr>\n";
    }
    end_table(out);
}

void print_left_out(std::ostream& out, std::size_t number, const std::string& noun) {
    if (number > 0) {
        out << "<p>" << counted(number, noun) << ": --output csv or json names every port.</p>\n";
    }
}

}  // namespace

std::string evidence_html(const std::string& words, const std::vector<std::string>& notes) {
    std::string text = html(words);
    for (const auto& note : notes) {
        text += "<br><span class=\"note\">" + html(safe_text(note)) + "</span>";
    }
    return text;
}

void print_port_tables(std::ostream& out, const Place& place,
                       const std::vector<ResultGroup>& groups) {
    if (place.results.size() <= max_single_rows) {
        print_rows(out, place.name, place.results);
        return;
    }
    ResultRefs exceptions;
    std::vector<const ResultGroup*> shown;
    std::size_t ports_left_out = 0;
    std::size_t groups_left_out = 0;
    for (const auto& group : groups) {
        if (group.members.size() > small_group) {
            if (shown.size() < max_rows) {
                shown.push_back(&group);
            } else {
                ++groups_left_out;
            }
        } else if (exceptions.size() + group.members.size() <= max_rows) {
            exceptions.insert(exceptions.end(), group.members.begin(), group.members.end());
        } else {
            ports_left_out += group.members.size();
        }
    }
    print_rows(out, place.name, exceptions);
    print_left_out(out, ports_left_out, "more port");
    print_groups(out, place.name, shown);
    print_left_out(out, groups_left_out, "more group");
}

}  // namespace pt::client
