#pragma once

#include <vector>

#include "client/report.hpp"

namespace pt::client {

/// A report that needs all results before it can print: keeps them, and orders them by host as
/// in the run, then by address, protocol and port.
class CollectedReport : public Reporter {
public:
    void result(const Result& result) final { results_.push_back(result); }
    void finish(const RunSummary& summary) final;

private:
    virtual void print(const std::vector<Result>& results, const RunSummary& summary) = 0;

    std::vector<Result> results_;
};

}  // namespace pt::client
