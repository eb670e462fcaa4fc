#include <map>
#include <ostream>
#include <set>

#include "client/policy/policy_values.hpp"
#include "client/report/check/check_report.hpp"
#include "client/report/check/check_text.hpp"
#include "client/report/table_rows.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

std::string_view colour_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed: return "32";
        case Outcome::failed: return "31";
        case Outcome::inconclusive: return "33";
    }
    return "";
}

/// "passed        ", as wide as the longest.
std::string outcome_cell(Style style, Outcome outcome) {
    const auto word = to_string(outcome);
    return painted(style, colour_of(outcome), std::string{word}) +
           std::string(to_string(Outcome::inconclusive).size() - word.size() + 2, ' ');
}

/// What pt-server would have to hold at the hosts that were tested, but where none was found;
/// only where that matters.
std::map<std::string, PortSet> hosts_without_server(const CheckedTest& test) {
    std::map<std::string, PortSet> hosts;
    std::set<std::string> with_server;
    std::set<std::string> tested;
    for (const CheckedExpectation& checked : test.expectations) {
        const std::string host = describe(*checked.host);
        for (const CheckedPorts& ports : checked.ports) {
            if (ports.result == nullptr) {
                continue;
            }
            if (ports.result->seen || ports.result->server_holds_port) {
                with_server.insert(host);
            }
            if (ports.result->conclusion.verdict != Verdict::untested) {
                tested.insert(host);
            }
        }
        for (const auto& [protocol, first, last] : checked.expectation->ports) {
            hosts[host].insert(protocol, first, last);
        }
    }
    std::erase_if(hosts, [&](const auto& host) {
        return with_server.contains(host.first) || !tested.contains(host.first);
    });
    return test.counts.outcome() == Outcome::passed ? std::map<std::string, PortSet>{} : hosts;
}

void print_test(std::ostream& out, Style style, const CheckedTest& test) {
    out << outcome_cell(style, test.counts.outcome()) << safe_text(test.test->name) << '\n';
    for (const CheckedExpectation& checked : test.expectations) {
        for (const auto& [outcome, place, text] : complaints(checked)) {
            out << "  " << painted(style, colour_of(outcome), std::string{to_string(outcome)})
                << ": " << place << ": " << text << '\n';
        }
    }
    for (const auto& [host, ports] : hosts_without_server(test)) {
        constexpr std::size_t max_spec = 200;
        const std::string spec = ports.to_string();
        out << "  no pt-server was found at " << host << ": start it there"
            << (spec.size() > max_spec ? "" : ", as in: pt-server " + spec) << '\n';
    }
}

}  // namespace

void print_check_table(std::ostream& out, Style style, const CheckReport& report) {
    const CheckedPolicy& checked = report.checked;
    for (const CheckedTest& test : checked.tests) {
        print_test(out, style, test);
    }
    out << '\n' << check_counts_text(report) << '\n';
    for (const std::string& note : report.summary.notes) {
        out << "Note: " << safe_text(note) << '\n';
    }
    for (const std::string& name : checked.not_run) {
        out << "Note: not run, as it is to be run from another place (--from): " << safe_text(name)
            << '\n';
    }
    out << std::flush;
}

}  // namespace pt::client
