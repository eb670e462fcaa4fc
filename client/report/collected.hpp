#pragma once

#include <vector>

#include "client/report/exit_code.hpp"
#include "client/report/report.hpp"
#include "client/result/result_refs.hpp"

namespace pt::client {

/// A report that needs all results before it can print: keeps those that are to be shown, and
/// orders them by host as in the run, then by address, protocol and port. All are counted.
class CollectedReport : public Reporter {
public:
    explicit CollectedReport(const Shown& shown) : shown_{shown} {}

    void expect(std::size_t results) final {
        if (!shown_.only) {
            results_.reserve(results);
        }
    }
    void result(const Result& result) final {
        if (shown_.shows(result)) {
            results_.push_back(result);
        }
        tally_.add(result.conclusion.verdict);
    }
    void finish(const RunSummary& summary) final;

protected:
    const Tally& tally() const { return tally_; }

private:
    virtual void print(const ResultRefs& results, const RunSummary& summary) = 0;

    Shown shown_;
    Tally tally_;
    std::vector<Result> results_;
};

}  // namespace pt::client
