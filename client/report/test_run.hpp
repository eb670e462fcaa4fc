#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "common/core/timing.hpp"

/// A report as CI systems read it: results as test cases.
namespace pt::client {

struct TestCase {
    /// error: nothing is known; neither passed nor failed.
    enum class Status { passed, failed, error, skipped };
    std::string name;
    Status status = Status::passed;
    std::string outcome;  ///< one word: "failed", "filtered"; unless passed or skipped
    std::string message;  ///< unless passed
};

struct TestSuite {
    std::string name;
    std::vector<TestCase> cases;
};

struct TestRun {
    std::string name;
    std::optional<Nanoseconds> duration;
    std::optional<std::chrono::system_clock::time_point> started;
    bool interrupted = false;
    std::vector<TestSuite> suites;
};

/// XML as JUnit's runners write it and CI systems read it.
void print_junit(std::ostream& out, const TestRun& run);

/// TAP version 14: a point for each case.
void print_tap(std::ostream& out, const TestRun& run);

}  // namespace pt::client
