#include <ostream>

#include "client/policy/found_policy.hpp"
#include "client/report/collected.hpp"
#include "client/report/scan/make_reporter.hpp"

namespace pt::client {
namespace {

/// What was found, as a policy that expects it.
class PolicyReport final : public CollectedReport {
public:
    PolicyReport(std::ostream& out, const Shown& shown) : CollectedReport{shown}, out_{out} {}

private:
    void print(const ResultRefs& results, const RunSummary& summary) override {
        out_ << found_policy(results, summary.started, summary.interrupted) << std::flush;
    }

    std::ostream& out_;
};

}  // namespace

std::unique_ptr<Reporter> make_policy_report(std::ostream& out, const Shown& shown) {
    return std::make_unique<PolicyReport>(out, shown);
}

}  // namespace pt::client
