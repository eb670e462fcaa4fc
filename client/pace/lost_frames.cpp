#include "client/pace/lost_frames.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace pt::client {
namespace {

/// Above so many expected losses a binomial distribution is as good as normal.
constexpr double max_exact_mean = 50;
constexpr double max_loss = 0.99;

/// How likely more than `count` of so many frames are lost.
double chance_of_more(std::uint32_t frames, std::uint32_t count, double loss) {
    if (count >= frames || loss <= 0) {
        return 0;
    }
    const double mean = frames * loss;
    if (mean > max_exact_mean) {
        const double deviation = std::sqrt(mean * (1 - loss));
        return std::erfc((count + 0.5 - mean) / deviation / std::sqrt(2.0)) / 2;
    }
    double chance = std::pow(1 - loss, frames);
    double sum = chance;
    for (std::uint32_t lost = 0; lost < count; ++lost) {
        chance *= static_cast<double>(frames - lost) / (lost + 1) * loss / (1 - loss);
        sum += chance;
    }
    return std::max(1 - sum, 0.0);
}

/// As many losses as the unluckiest of the ports has, as likely fewer as more.
std::uint32_t most_losses(const std::map<std::uint32_t, std::size_t>& ports, double loss) {
    constexpr double half = 0.5;
    std::uint32_t low = 0;
    std::uint32_t high = ports.empty() ? 0 : ports.rbegin()->first;
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        double unluckier = 0;
        for (const auto& [frames, count] : ports) {
            unluckier += static_cast<double>(count) * chance_of_more(frames, middle, loss);
        }
        if (unluckier > half) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

}  // namespace

double seconds_of_losses(const FramesLeft& left, double not_begun, std::uint32_t further_frames,
                         double loss) {
    const double bounded = std::min(loss, max_loss);
    auto ports = left.ports;
    if (not_begun >= 1 && further_frames > 0) {
        ports[further_frames] += static_cast<std::size_t>(not_begun);
    }
    const auto seconds = [](Nanoseconds time) {
        return std::chrono::duration<double>(time).count();
    };
    const double timeout = seconds(left.timeout);
    const double later = most_losses(ports, bounded) * timeout;
    if (left.losing.empty()) {
        return later;
    }
    return std::max(later, seconds(left.losing_ends) + most_losses(left.losing, bounded) * timeout);
}

}  // namespace pt::client
