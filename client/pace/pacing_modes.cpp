#include "client/pace/pacing_modes.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t min_tries = 5;
constexpr std::size_t few_probes = 1'024;
constexpr Nanoseconds normal_timeout = 3s;
constexpr Nanoseconds fast_timeout = 1200ms;
constexpr unsigned stopped_tries = 2;
constexpr Nanoseconds stopped_timeout = 1s;

}  // namespace

PacingModes pacing_modes(const PacingDemand& demand) {
    const AttemptPlan& plan = demand.plan;
    const std::size_t affordable = demand.unsparing / std::max<std::size_t>(demand.probes, 1);
    const auto spared = std::min<std::size_t>(std::max(affordable, min_tries), plan.tries());
    const unsigned tries = demand.exact_tries ? plan.tries() : static_cast<unsigned>(spared);
    const auto at_most = [&](Nanoseconds timeout) {
        return demand.exact_timeout ? plan.timeout() : std::min(plan.timeout(), timeout);
    };
    const bool few = demand.probes <= few_probes;
    return {.full = plan,
            .normal = {tries, few ? plan.timeout() : at_most(normal_timeout)},
            .fast = {tries, at_most(fast_timeout)},
            .stopped = {std::min(stopped_tries, plan.tries()),
                        std::min(plan.timeout(), stopped_timeout)}};
}

}  // namespace pt::client
