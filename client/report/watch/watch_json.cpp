#include <ostream>

#include "client/report/watch/watch_report.hpp"
#include "client/report/watch/watch_words.hpp"
#include "client/result/describe.hpp"
#include "client/text/json_text.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"

namespace pt::client {
namespace {

constexpr int digits = 6;

std::string milliseconds_text(Nanoseconds duration) {
    return decimal(milliseconds(duration), digits);
}

std::string time_or_null(const WallClock& now, std::optional<TimePoint> instant) {
    return instant ? json_string(utc_text_ms(now.at(*instant))) : "null";
}

std::string duration_or_null(std::optional<Nanoseconds> duration) {
    return duration ? milliseconds_text(*duration) : "null";
}

class WatchJson final : public WatchReport {
public:
    explicit WatchJson(std::ostream& out) : out_{out} {}

    void event(const WatchedPort& port, const PortEvent& event, const WallClock& now) override {
        if (const auto* change = std::get_if<StateChange>(&event)) {
            auto object = begin("change", port, now);
            object.text("flow", to_string(change->flow))
                .text("before", to_string(change->change.before))
                .text("after", to_string(change->change.after))
                .json("earliest", time_or_null(now, change->change.earliest))
                .json("latest", time_or_null(now, change->change.latest))
                .text("other_flow", to_string(change->other))
                .json("outage_ms", duration_or_null(change->outage));
            write(object);
        } else {
            const auto& end = std::get<EstablishedEnd>(event);
            auto object = begin("established-end", port, now);
            object.text("reason", to_string(end.reason))
                .json("blocked_since", time_or_null(now, end.blocked_since));
            write(object);
        }
    }

    void verdict(const WatchedPort& port, const Result& result, const WallClock& now) override {
        const Conclusion& conclusion = result.conclusion;
        auto object = begin("verdict", port, now);
        object.text("verdict", to_string(conclusion.verdict))
            .text("evidence", to_string(conclusion.evidence))
            .text_or_null("direction", conclusion.direction ? to_string(*conclusion.direction) : "")
            .text_or_null("by", conclusion.by)
            .text("reason", describe(result));
        std::string notes = "[";
        for (const auto& note : result.notes) {
            notes += (notes.size() > 1 ? "," : "") + json_string(note);
        }
        object.json("notes", notes + ']');
        write(object);
    }

    void pause(const PauseDetector::Pause& pause, const WallClock& now) override {
        JsonObject object;
        object.text("event", "pause")
            .text("time", utc_text_ms(now.wall))
            .json("duration_ms", milliseconds_text(pause.length()));
        write(object);
    }

    void interval(const std::vector<WatchedPort>&, const WallClock&) override {}

    void end(const std::vector<WatchedPort>& ports, const WatchEnd& how,
             const WallClock& now) override {
        for (const WatchedPort& port : ports) {
            write_summary(port, how, now);
        }
    }

private:
    static JsonObject begin(std::string_view event, const WatchedPort& port, const WallClock& now) {
        JsonObject object;
        object.text("event", event)
            .text("time", utc_text_ms(now.wall))
            .text("host", port.host())
            .text("address", port.endpoint().address.to_string())
            .text("protocol", to_string(port.endpoint().protocol))
            .number("port", to_number(port.endpoint().port));
        return object;
    }

    void write(JsonObject& object) { out_ << object.end() << std::endl; }

    void write_summary(const WatchedPort& port, const WatchEnd& how, const WallClock& now) {
        const auto& availability = port.availability();
        std::string outages = "[";
        for (const Outage& outage : availability.outages()) {
            JsonObject object;
            object.json("start", time_or_null(now, outage.start))
                .json("end", time_or_null(now, outage.end))
                .json("duration_ms", milliseconds_text(outage.duration))
                .text("state", to_string(outage.state))
                .text_or_null("verdict", outage.verdict);
            outages += (outages.size() > 1 ? "," : "") + object.end();
        }
        const auto percent = availability.percent();
        const auto& times = port.round_trips();
        constexpr double p95 = 0.95;
        constexpr double p99 = 0.99;
        auto object = begin("summary", port, now);
        object.json("watched_ms", milliseconds_text(availability.up() + availability.down()))
            .json("not_watched_ms", milliseconds_text(availability.paused()))
            .json("available_percent", percent ? decimal(*percent, digits) : "null")
            .text("state", to_string(port.fresh().state()))
            .number("attempts", port.fresh().decided())
            .number("unanswered", port.fresh().unanswered())
            .number("not_made", port.failures())
            .json("rtt_p50_ms", duration_or_null(times.percentile(0.5)))
            .json("rtt_p95_ms", duration_or_null(times.percentile(p95)))
            .json("rtt_p99_ms", duration_or_null(times.percentile(p99)))
            .number("outage_count", availability.outage_count())
            .json("longest_outage_ms", milliseconds_text(availability.longest()))
            .json("outages", outages + ']')
            .json("interrupted", how.interrupted ? "true" : "false");
        write(object);
    }

    std::ostream& out_;
};

}  // namespace

std::unique_ptr<WatchReport> make_watch_json(std::ostream& out) {
    return std::make_unique<WatchJson>(out);
}

}  // namespace pt::client
