#include <array>
#include <ostream>
#include <string_view>

#include "client/report/markup_text.hpp"
#include "client/report/test_run.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"

namespace pt::client {
namespace {

using Status = TestCase::Status;
using Counts = std::array<std::size_t, 4>;

void add(const TestSuite& suite, Counts& counts) {
    for (const TestCase& test : suite.cases) {
        ++counts[static_cast<std::size_t>(test.status)];
    }
}

std::string counts_xml(const Counts& counts) {
    const auto [passed, failed, errors, skipped] = counts;
    return " tests=\"" + std::to_string(passed + failed + errors + skipped) + "\" failures=\"" +
           std::to_string(failed) + "\" errors=\"" + std::to_string(errors) + "\" skipped=\"" +
           std::to_string(skipped) + '"';
}

void print_case(std::ostream& out, const std::string& suite, const TestCase& test) {
    out << "    <testcase classname=\"" << suite << "\" name=\"" << xml_text(test.name)
        << "\" time=\"0\"";
    switch (test.status) {
        case Status::passed: out << "/>\n"; return;
        case Status::skipped:
            out << "><skipped message=\"" << xml_text(test.message) << "\"/></testcase>\n";
            return;
        case Status::failed:
        case Status::error: break;
    }
    out << ">\n      <" << (test.status == Status::failed ? "failure" : "error") << " type=\""
        << xml_text(test.outcome) << "\" message=\"" << xml_text(test.message)
        << "\"/>\n    </testcase>\n";
}

}  // namespace

void print_junit(std::ostream& out, const TestRun& run) {
    constexpr int digits = 3;
    Counts all{};
    for (const TestSuite& suite : run.suites) {
        add(suite, all);
    }
    std::string timestamp;
    if (run.started) {
        timestamp = utc_text(*run.started);
        timestamp.pop_back();  // JUnit's has no zone
        timestamp = " timestamp=\"" + timestamp + '"';
    }
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"" << xml_text(run.name)
        << '"' << counts_xml(all);
    if (run.duration) {
        out << " time=\"" << decimal(seconds(*run.duration), digits) << '"';
    }
    out << ">\n";
    for (const TestSuite& suite : run.suites) {
        Counts counts{};
        add(suite, counts);
        const auto name = xml_text(suite.name);
        out << "  <testsuite name=\"" << name << '"' << counts_xml(counts) << " time=\"0\""
            << timestamp << ">\n";
        for (const TestCase& test : suite.cases) {
            print_case(out, name, test);
        }
        out << "  </testsuite>\n";
    }
    out << "</testsuites>\n" << std::flush;
}

}  // namespace pt::client
