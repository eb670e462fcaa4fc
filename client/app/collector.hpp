#pragma once

#include <vector>

#include "client/report/report.hpp"

namespace pt::client {

/// Keeps what a scan finds, for commands that print something else of it.
struct Collector : Reporter {
    void expect(std::size_t count) override { results.reserve(count); }
    void result(const Result& result) override { results.push_back(result); }
    void told_before(const Result& told) override { result(told); }
    void finish(const RunSummary& told) override { summary = told; }

    std::vector<Result> results;
    RunSummary summary;
};

/// Keeps it while another report prints it.
struct CollectorBeside final : Collector {
    explicit CollectorBeside(Reporter& other) : printed{other} {}

    void expect(std::size_t count) override {
        Collector::expect(count);
        printed.expect(count);
    }
    void result(const Result& found) override {
        Collector::result(found);
        printed.result(found);
    }
    void told_before(const Result& told) override {
        Collector::result(told);
        printed.told_before(told);
    }
    void finish(const RunSummary& told) override {
        Collector::finish(told);
        printed.finish(told);
    }

    Reporter& printed;
};

}  // namespace pt::client
