#pragma once

#include <iosfwd>
#include <string>

#include "client/policy/check_policy.hpp"
#include "client/report/exit_code.hpp"
#include "client/report/report.hpp"
#include "client/result/result.hpp"

/// What came of a check, for people and for programs.
namespace pt::client {

/// What it refers to must outlive it.
struct CheckReport {
    const CheckedPolicy& checked;
    const RunSummary& summary;
    std::string policy;  ///< the file's name; "" where the expectations came from the command line
};

/// In one of the formats that a check has; see check_cases.hpp for junit and tap.
void print_check(std::ostream& out, Style style, OutputFormat format, const CheckReport& report);

void print_check_table(std::ostream& out, Style style, const CheckReport& report);
/// One object, described in check.schema.json.
void print_check_json(std::ostream& out, const CheckReport& report);
/// Tables for a ticket: the tests, then what did not pass.
void print_check_markdown(std::ostream& out, const CheckReport& report);
/// A page: a section for each test.
void print_check_html(std::ostream& out, const CheckReport& report);

/// Failed: 1; else inconclusive: 3; an interrupt comes first.
ExitCode exit_code(const CheckedPolicy& checked, bool interrupted);

}  // namespace pt::client
