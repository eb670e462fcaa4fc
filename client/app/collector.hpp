#pragma once

#include <vector>

#include "client/report/report.hpp"

namespace pt::client {

/// Keeps what a scan finds, for commands that print something else of it.
struct Collector final : Reporter {
    void result(const Result& result) override { results.push_back(result); }
    void finish(const RunSummary& told) override { summary = told; }

    std::vector<Result> results;
    RunSummary summary;
};

}  // namespace pt::client
