#include "client/report/progress.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <ostream>

#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

constexpr auto quiet = std::chrono::milliseconds{500};
constexpr auto redraw_gap = std::chrono::milliseconds{100};

/// Two ends that are nearly the same are one time.
std::string left_text(const std::optional<TimeRange>& left) {
    constexpr double max_worth_saying = 100.0 * 3600;
    constexpr double nearly = 1.25;
    constexpr std::uint64_t max_ratio = 4;
    const auto in_seconds = [](Nanoseconds time) {
        return std::max(std::chrono::duration<double>(time).count(), 1.0);
    };
    if (!left || in_seconds(left->max) > max_worth_saying) {
        return "";
    }
    const double low = in_seconds(left->min);
    const double high = in_seconds(left->max);
    constexpr double minute = 60;
    const double unit = high >= 2 * minute ? minute : 1;
    const char* const name = unit > 1 ? " min left" : " s left";
    if (high <= low * nearly) {
        const auto middle = std::llround(std::sqrt(low * high) / unit);
        return ", " + grouped_number(static_cast<std::uint64_t>(middle)) + name;
    }
    const auto to = static_cast<std::uint64_t>(std::ceil(high / unit));
    // Rounding takes the ends no farther apart than they may be.
    const auto from = std::max(static_cast<std::uint64_t>(low / unit), (to - 1) / max_ratio + 1);
    return ", " + (from < to ? grouped_number(from) + " to " : "") + grouped_number(to) + name;
}

}  // namespace

std::string progress_text(std::size_t done, std::size_t total, Nanoseconds elapsed,
                          const std::optional<TimeRange>& left) {
    const auto seconds = std::chrono::duration<double>(elapsed).count();
    const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
    auto text = grouped_number(done) + " of " + grouped_number(total) + " ports";
    if (rate >= 1) {
        text += ", " + grouped_number(static_cast<std::size_t>(rate)) + "/s on average";
    }
    return text + left_text(left);
}

std::string slow_progress_text(std::size_t done, std::size_t total, std::optional<double> rate,
                               const std::optional<TimeRange>& left) {
    auto text = grouped_number(done) + " of " + grouped_number(total) + " ports, slowed down";
    if (rate) {
        text += ": about " + grouped_number(static_cast<std::size_t>(std::max(*rate, 1.0))) +
                " attempts a second pass";
    }
    return text + left_text(left);
}

Progress::Progress(std::ostream& out, TimePoint started) : out_{out}, started_{started} {}

void Progress::update(std::size_t done, std::size_t total, const std::optional<TimeRange>& left,
                      TimePoint now) {
    ports_began_ = ports_began_.value_or(now);
    draw(progress_text(done, total, now - *ports_began_, countdown_.show(left, now)), now);
}

void Progress::update_slow(std::size_t done, std::size_t total, std::optional<double> rate,
                           const std::optional<TimeRange>& left, TimePoint now) {
    draw(slow_progress_text(done, total, rate, countdown_.show(left, now)), now);
}

void Progress::draw(std::string text, TimePoint now) {
    if (now - started_ < quiet || (drawn_ && now - *drawn_ < redraw_gap)) {
        return;
    }
    drawn_ = now;
    const auto width = text.size();
    // Spaces wipe what a longer line before it left; no escape codes are needed.
    text.append(width_ - std::min(width, width_), ' ');
    width_ = width;
    out_ << '\r' << text << std::flush;
}

void Progress::clear() {
    if (width_ == 0) {
        return;
    }
    out_ << '\r' << std::string(width_, ' ') << '\r' << std::flush;
    width_ = 0;
}

}  // namespace pt::client
