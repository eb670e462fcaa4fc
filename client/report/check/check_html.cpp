#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "client/policy/policy_values.hpp"
#include "client/report/check/check_report.hpp"
#include "client/report/check/check_text.hpp"
#include "client/report/html/html_text.hpp"
#include "client/report/html/page.hpp"
#include "client/report/html/path_figure.hpp"
#include "client/report/html/port_ranges.hpp"
#include "client/report/html/verdict_word.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

/// A check as a page: a section for each test, what did not pass first.
namespace pt::client {
namespace {

constexpr std::size_t max_figures = 24;
constexpr std::array outcomes{Outcome::failed, Outcome::inconclusive, Outcome::passed};

/// Ports of one host of which the same is to be said.
struct Row {
    PortSet ports;
    const Result* result = nullptr;  ///< the first port's
};
/// Outcome's place in `outcomes`, the host, expected, found, why.
using RowKey = std::tuple<std::size_t, std::string, std::string, std::string, std::string>;

std::string found_cell(const CheckedPorts& ports) {
    return ports.result == nullptr ? "nothing: the scan was interrupted"
                                   : found_text(*ports.result) + open_notes(ports);
}

std::size_t place_of(Outcome outcome) {
    return static_cast<std::size_t>(std::find(outcomes.begin(), outcomes.end(), outcome) -
                                    outcomes.begin());
}

/// Where no reason is given: what was found says it.
std::string why_text(Outcome outcome) {
    return outcome == Outcome::passed   ? "as expected"
           : outcome == Outcome::failed ? "not as expected"
                                        : "nothing is proven";
}

std::map<RowKey, Row> rows_of(const CheckedTest& test) {
    std::map<RowKey, Row> rows;
    for (const CheckedExpectation& checked : test.expectations) {
        for (const CheckedPorts& found : checked.ports) {
            auto& row = rows[{
                place_of(found.judgement.outcome), host_text(*checked.host, found.result),
                describe(checked.expectation->wanted), found_cell(found), found.judgement.reason}];
            row.ports.insert(found.ports.protocol, found.ports.first, found.ports.last);
            row.result = row.result == nullptr ? found.result : row.result;
        }
    }
    return rows;
}

class CheckPage {
public:
    CheckPage(std::ostream& out, const CheckReport& report) : out_{out}, report_{report} {}

    void print() {
        const auto& [checked, summary, policy] = report_;
        begin_page(out_, policy.empty() ? "Check" : "Check of " + safe_text(policy),
                   check_tally_text(checked) + scan_text(summary) +
                       (summary.interrupted ? ", interrupted." : "."));
        print_overview();
        std::size_t number = 0;
        for (const CheckedTest& test : checked.tests) {
            print_test(test, ++number);
        }
        end_page(out_);
        out_.flush();
    }

private:
    void print_overview() {
        begin_section(out_, "tests", "Tests");
        begin_table(out_, "Tests", {"Outcome", "Test", "Passed", "Failed", "Inconclusive"});
        std::size_t number = 0;
        for (const CheckedTest& test : report_.checked.tests) {
            const auto cell = [](std::size_t ports) {
                return "<td class=\"number\">" + grouped_number(ports) + "</td>";
            };
            out_ << "<tr><td>" << marked_word(to_string(test.counts.outcome()))
                 << "</td><td><a href=\"#test-" << ++number << "\">" << html(name_of(test))
                 << "</a></td>" << cell(test.counts.passed) << cell(test.counts.failed)
                 << cell(test.counts.inconclusive) << "</tr>\n";
        }
        end_table(out_);
        std::vector<std::string> notes;
        for (const std::string& note : report_.summary.notes) {
            notes.push_back(safe_text(note));
        }
        for (const std::string& name : report_.checked.not_run) {
            notes.push_back("Not run, as it is to be run from another place (--from): " +
                            safe_text(name));
        }
        print_list(out_, "notes", notes);
        end_section(out_);
    }

    static std::string name_of(const CheckedTest& test) { return safe_text(test.test->name); }

    void print_test(const CheckedTest& test, std::size_t number) {
        begin_section(out_, "test-" + std::to_string(number), name_of(test));
        const auto rows = rows_of(test);
        begin_table(out_, "Expectations of " + name_of(test),
                    {"Outcome", "Host", "Ports", "Expected", "Found", "Why"});
        for (const auto& [key, row] : rows) {
            const auto& [outcome, host, expected, found, why] = key;
            out_ << "<tr><td>" << marked_word(to_string(outcomes[outcome]))
                 << "</td><th scope=\"row\">" << html(host) << "</th><td>" << ranges_html(row.ports)
                 << "</td><td>" << html(expected) << "</td><td>" << html(found) << "</td><td>"
                 << html(why.empty() ? why_text(outcomes[outcome]) : why) << "</td></tr>\n";
        }
        end_table(out_);
        print_figures(rows);
        end_section(out_);
    }

    /// Of what did not pass.
    void print_figures(const std::map<RowKey, Row>& rows) {
        std::vector<std::pair<std::string, const Result*>> figures;
        for (const auto& [key, row] : rows) {
            if (outcomes[std::get<0>(key)] != Outcome::passed && row.result != nullptr) {
                figures.emplace_back(std::get<1>(key), row.result);
            }
        }
        const std::size_t shown = std::min(figures.size(), max_figures - figures_);
        if (shown < figures.size()) {
            out_ << "<p>" << shown << " of " << counted(figures.size(), "path")
                 << " are drawn: a page has " << max_figures << ".</p>\n";
        }
        if (shown == 0) {
            return;
        }
        out_ << "<div class=\"packet-paths\">\n";
        for (std::size_t figure = 0; figure < shown; ++figure) {
            print_path_figure(out_, *figures[figure].second, figures[figure].first, ++figures_);
        }
        out_ << "</div>\n";
    }

    std::ostream& out_;
    const CheckReport& report_;
    std::size_t figures_ = 0;
};

}  // namespace

void print_check_html(std::ostream& out, const CheckReport& report) {
    CheckPage{out, report}.print();
}

}  // namespace pt::client
