#include <algorithm>

#include "client/report/watch/live_table.hpp"
#include "client/report/watch/watch_words.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"

namespace pt::client {
namespace {

/// Of each port; JSON has up to Availability::max_outages.
constexpr std::size_t max_listed = 10;

std::string percent_text(double percent) {
    constexpr int digits = 3;
    // 99.9999 is not all of the time.
    const double shown = percent < 100 ? std::min(percent, 99.999) : percent;
    return decimal(shown, digits) + '%';
}

/// With the date, where the watch went on for more than a day.
std::string time_of(TimePoint instant, const WatchEnd& how, const WallClock& now) {
    const auto time = now.at(instant);
    const bool is_one_day = date_text(now.at(how.began)) == date_text(now.wall);
    return (is_one_day ? "" : date_text(time) + ' ') + clock_text(time);
}

std::string outage_text(const Outage& outage, const WatchEnd& how, const WallClock& now) {
    std::string text = time_of(outage.start, how, now) + " to ";
    text += outage.end ? time_of(*outage.end, how, now) : "the end";
    text += ", " + duration_text(outage.duration) + ": ";
    return text + (outage.verdict.empty() ? describe(outage.state) : outage.verdict);
}

std::string round_trip_text(const RttHistogram& times) {
    constexpr double p95 = 0.95;
    constexpr double p99 = 0.99;
    if (times.samples() == 0) {
        return "";
    }
    return "; rtt p50/p95/p99 " + duration_text(*times.percentile(0.5)) + " / " +
           duration_text(*times.percentile(p95)) + " / " + duration_text(*times.percentile(p99));
}

}  // namespace

std::string watch_summary(const std::vector<WatchedPort>& ports, const WatchEnd& how,
                          const WallClock& now) {
    const bool several = has_several_hosts(ports);
    std::string text = "Watched for " + duration_text(now.steady - how.began) +
                       (how.interrupted ? ", then interrupted" : "") + '\n';
    for (const WatchedPort& port : ports) {
        const auto& availability = port.availability();
        text += port_name(port, several) + ": ";
        if (!availability.begun()) {
            text += "nothing is known yet\n";
            continue;
        }
        const auto percent = availability.percent();
        text += percent ? "available " + percent_text(*percent) : "not watched for long enough";
        text += round_trip_text(port.round_trips());
        if (port.fresh().unanswered() > 0) {
            text += "; " + grouped_number(port.fresh().unanswered()) + " of " +
                    counted(port.fresh().decided(), "attempt") + " had no reply";
        }
        if (port.failures() > 0) {
            text += "; this machine was not able to make " + counted(port.failures(), "attempt");
        }
        if (availability.paused() > Nanoseconds{}) {
            text += "; not watched for " + duration_text(availability.paused());
        }
        if (availability.outage_count() > 0) {
            text += "; " + counted(availability.outage_count(), "outage") + ", the longest " +
                    duration_text(availability.longest());
        }
        text += '\n';
        std::size_t listed = 0;
        for (const Outage& outage : availability.outages()) {
            if (++listed > max_listed) {
                text += "  " + std::to_string(availability.outage_count() - max_listed) +
                        " more outages\n";
                break;
            }
            text += "  " + outage_text(outage, how, now) + '\n';
        }
    }
    return text;
}

}  // namespace pt::client
