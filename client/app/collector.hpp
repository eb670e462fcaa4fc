#pragma once

#include <vector>

#include "client/report/report.hpp"

namespace pt::client {

/// Keeps what a scan finds, for commands that print something else of it.
struct Collector : Reporter {
    void expect(std::size_t count) override { results.reserve(count); }
    void result(const Result& result) override { results.push_back(result); }
    void reported_before(const Result& found) override { result(found); }
    void finish(const RunSummary& ended) override { summary = ended; }

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
    // Kept by both or by none: where memory runs out, it comes again.
    void result(const Result& found) override {
        keep(found, [&] { printed.result(found); });
    }
    void reported_before(const Result& found) override {
        keep(found, [&] { printed.reported_before(found); });
    }
    void finish(const RunSummary& ended) override {
        Collector::finish(ended);
        printed.finish(ended);
    }

    template <typename Print>
    void keep(const Result& found, Print print) {
        Collector::result(found);
        try {
            print();
        } catch (...) {
            results.pop_back();
            throw;
        }
    }

    Reporter& printed;
};

}  // namespace pt::client
