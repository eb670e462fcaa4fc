#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "pace/scan_network.hpp"

/// The time left as it is shown, in networks of many kinds, against the time that was left.
namespace pt::client {
namespace {

using namespace std::chrono_literals;
using test::PortState;
using test::ScanNetwork;

struct Shape {
    std::string name;
    ScanNetwork network;
    /// Of the time, how much has an estimate at least; nothing is true where nothing can be known.
    double known = 0;
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

class TimeLeftIn : public testing::TestWithParam<Shape> {};

double seconds(Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

/// After the first two seconds, and while more than one is left.
TEST_P(TimeLeftIn, IsWithinAFactorOfTwoWhereItIsShown) {
    const auto outcome = test::ScanInNetwork{GetParam().network}.run();
    double worst = 1;
    double all = 0;
    double known = 0;
    for (const auto& [at, left] : outcome.shown) {
        const double real = outcome.duration - at;
        if (at < 2 || real < 1) {
            continue;
        }
        ++all;
        if (!left) {
            continue;
        }
        ++known;
        EXPECT_LE(seconds(left->max), seconds(left->min) * 3);
        EXPECT_LT(seconds(left->min), real * 2) << "at " << at << " of " << outcome.duration;
        EXPECT_GT(seconds(left->max), real / 2) << "at " << at << " of " << outcome.duration;
        worst = std::max({worst, seconds(left->min) / real, real / seconds(left->max)});
    }
    ASSERT_GT(all, 0) << outcome.duration;
    EXPECT_GE(known / all, GetParam().known);
    RecordProperty("worst_ratio_in_percent", static_cast<int>(std::lround(worst * 100)));
}

PortState open(std::size_t /*host*/, std::size_t /*port*/) { return PortState::open; }
PortState closed(std::size_t /*host*/, std::size_t /*port*/) { return PortState::closed; }
PortState silent(std::size_t /*host*/, std::size_t /*port*/) { return PortState::silent; }
PortState half(std::size_t /*host*/, std::size_t port) {
    return port % 2 == 1 ? PortState::silent : PortState::open;
}
PortState blocked_above(std::size_t /*host*/, std::size_t port) {
    return port >= 500 ? PortState::silent : PortState::closed;
}
PortState every_second_dead(std::size_t host, std::size_t /*port*/) {
    return host % 2 == 1 ? PortState::silent : PortState::open;
}
PortState first_dead(std::size_t host, std::size_t /*port*/) {
    return host < 20 ? PortState::silent : PortState::open;
}
PortState last_dead(std::size_t host, std::size_t /*port*/) {
    return host >= 20 ? PortState::silent : PortState::open;
}
PortState most_dead(std::size_t host, std::size_t /*port*/) {
    return host % 25 != 0 ? PortState::silent : PortState::open;
}

template <class Change>
ScanNetwork hosts(std::size_t count, std::size_t ports,
                  PortState (*state)(std::size_t, std::size_t), Change change) {
    ScanNetwork network;
    network.hosts = count;
    network.ports = ports;
    network.state = state;
    change(network);
    return network;
}

ScanNetwork hosts(std::size_t count, std::size_t ports,
                  PortState (*state)(std::size_t, std::size_t)) {
    return hosts(count, ports, state, [](ScanNetwork&) {});
}

auto paced(double rate) {
    return [rate](ScanNetwork& network) { network.limits.rate = rate; };
}
auto slots(std::size_t count) {
    return [count](ScanNetwork& network) { network.limits.in_flight = count; };
}
auto policed(double rate) {
    return [rate](ScanNetwork& network) { network.policed_rate = rate; };
}
auto far(Nanoseconds round_trip) {
    return [round_trip](ScanNetwork& network) { network.round_trip = round_trip; };
}
auto slow_sender(Nanoseconds time) {
    return [time](ScanNetwork& network) { network.per_attempt = time; };
}
auto lossy(double share) {
    return [share](ScanNetwork& network) { network.loss = share; };
}
auto icmp_limited(double per_second) {
    return [per_second](ScanNetwork& network) { network.refusals_per_second = per_second; };
}
void becomes_slower(ScanNetwork& network) {
    network.per_attempt = 50us;
    network.slower = 1.9;
    network.slower_at = 3s;
}

INSTANTIATE_TEST_SUITE_P(
    OneHost, TimeLeftIn,
    testing::Values(Shape{"Open", hosts(1, 65'535, open, slow_sender(100us)), 0.3},
                    Shape{"Closed", hosts(1, 65'535, closed, slow_sender(100us)), 0.3},
                    Shape{"Silent", hosts(1, 1'000, silent), 0.9},
                    Shape{"SilentMany", hosts(1, 65'535, silent), 0.5},
                    Shape{"Half", hosts(1, 65'535, half, slow_sender(50us)), 0.7},
                    Shape{"ClosedPaced", hosts(1, 2'000, closed, paced(200)), 0.3},
                    Shape{"SilentPaced", hosts(1, 300, silent, paced(300)), 0.5},
                    Shape{"UpperPortsBlockedPaced", hosts(1, 1'000, blocked_above, paced(200)),
                          0.5},
                    Shape{"FarOpen", hosts(1, 65'535, open, far(300ms))},
                    Shape{"FarHalf", hosts(1, 20'000, half, far(50ms)), 0.5},
                    Shape{"VeryFarHalf", hosts(1, 20'000, half, far(300ms))},
                    Shape{"VeryFarClosed", hosts(1, 65'535, closed, far(600ms)), 0.3},
                    Shape{"SenderBecomesSlower", hosts(1, 65'535, half, becomes_slower), 0.7},
                    Shape{"IcmpLimited", hosts(1, 20'000, closed, icmp_limited(1'000)), 0.5},
                    Shape{"IcmpLimitedToOne", hosts(1, 65'535, closed, icmp_limited(1)), 0.5}),
    [](const auto& shape) { return shape.param.name; });

INSTANTIATE_TEST_SUITE_P(
    DeadHosts, TimeLeftIn,
    testing::Values(
        Shape{"EverySecond", hosts(40, 1'000, every_second_dead), 0.5},
        Shape{"EverySecondSlowly", hosts(40, 1'000, every_second_dead, slow_sender(80us)), 0.5},
        Shape{"EverySecondSlots", hosts(40, 500, every_second_dead, slots(1'000)), 0.5},
        Shape{"EverySecondFewSlots", hosts(40, 500, every_second_dead, slots(300)), 0.5},
        Shape{"EverySecondPaced", hosts(40, 50, every_second_dead, paced(200)), 0.5},
        Shape{"EverySecondFewPorts", hosts(254, 3, every_second_dead, paced(100)), 0.5},
        Shape{"First", hosts(40, 500, first_dead, slots(1'000))},
        Shape{"Last", hosts(40, 500, last_dead, slots(1'000))},
        Shape{"LastPaced", hosts(40, 50, last_dead, paced(200))},
        Shape{"Most", hosts(254, 100, most_dead), 0.5},
        Shape{"MostSlots", hosts(254, 100, most_dead, slots(1'000)), 0.5},
        Shape{"MostPaced", hosts(254, 10, most_dead, paced(500)), 0.5}),
    [](const auto& shape) { return shape.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Loss, TimeLeftIn,
    testing::Values(Shape{"Policed5", hosts(1, 200, open, policed(5)), 0.1},
                    Shape{"Policed25", hosts(1, 200, open, policed(25))},
                    Shape{"Policed25Long", hosts(1, 2'000, open, policed(25)), 0.1},
                    Shape{"Policed25Half", hosts(1, 400, half, policed(25))},
                    Shape{"Policed200", hosts(1, 1'000, open, policed(200))},
                    Shape{"Policed200Half", hosts(1, 400, half, policed(200))},
                    Shape{"Policed200Hosts", hosts(10, 100, every_second_dead, policed(200))},
                    Shape{"Policed1000", hosts(1, 20'000, open, policed(1'000))},
                    Shape{"Policed1000Closed", hosts(1, 20'000, closed, policed(1'000))},
                    Shape{"TenthLostHalf", hosts(1, 4'000, half, lossy(0.1)), 0.5},
                    Shape{"MostLost", hosts(1, 4'000, open, lossy(0.6))},
                    Shape{"MostLostHalf", hosts(1, 4'000, half, lossy(0.6))}),
    [](const auto& shape) { return shape.param.name; });

}  // namespace
}  // namespace pt::client
