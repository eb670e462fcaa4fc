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

std::string left_text(std::optional<Nanoseconds> left) {
    constexpr double max_worth_saying = 100.0 * 3600;
    const double seconds = left ? std::chrono::duration<double>(*left).count() : 0;
    if (!left || seconds > max_worth_saying) {
        return "";
    }
    const auto whole = static_cast<std::uint64_t>(std::ceil(std::max(seconds, 1.0)));
    constexpr std::uint64_t minute = 60;
    if (whole < 2 * minute) {
        return ", " + std::to_string(whole) + " s left";
    }
    return ", " + grouped_number((whole + minute / 2) / minute) + " min left";
}

}  // namespace

std::string progress_text(std::size_t done, std::size_t total, Nanoseconds elapsed,
                          std::optional<Nanoseconds> left) {
    const auto seconds = std::chrono::duration<double>(elapsed).count();
    const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
    auto text = grouped_number(done) + " of " + grouped_number(total) + " ports";
    if (rate >= 1) {
        text += ", " + grouped_number(static_cast<std::size_t>(rate)) + "/s on average";
    }
    return text + left_text(left);
}

std::string slow_progress_text(std::size_t done, std::size_t total, std::optional<double> rate,
                               std::optional<Nanoseconds> left) {
    auto text = grouped_number(done) + " of " + grouped_number(total) + " ports, slowed down";
    if (rate) {
        text += ": about " + grouped_number(static_cast<std::size_t>(std::max(*rate, 1.0))) +
                " attempts a second pass";
    }
    return text + left_text(left);
}

Progress::Progress(std::ostream& out, TimePoint started) : out_{out}, started_{started} {}

void Progress::update(std::size_t done, std::size_t total, std::optional<Nanoseconds> left,
                      TimePoint now) {
    ports_began_ = ports_began_.value_or(now);
    draw(progress_text(done, total, now - *ports_began_, countdown_.show(left, now)), now);
}

void Progress::update_slow(std::size_t done, std::size_t total, std::optional<double> rate,
                           std::optional<Nanoseconds> left, TimePoint now) {
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
