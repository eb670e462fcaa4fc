#include <chrono>
#include <ctime>
#include <ostream>

#include "client/collected.hpp"
#include "client/describe.hpp"
#include "client/exit_code.hpp"
#include "client/json_text.hpp"
#include "client/number_text.hpp"
#include "common/core/service_names.hpp"

/// JSON for programs: keys are always present, `null` where a thing is not known; none is ever
/// renamed or dropped.
namespace pt::client {
namespace {

constexpr int rtt_digits = 6;  // milliseconds down to the nanosecond

std::string milliseconds_json(Nanoseconds duration) {
    return decimal(milliseconds(duration), rtt_digits);
}

std::string rtt_json(const RttStatistics& rtt) {
    if (rtt.samples() == 0) {
        return "null";
    }
    return JsonObject{}
        .add("min", milliseconds_json(rtt.min()))
        .add("avg", milliseconds_json(rtt.mean()))
        .add("max", milliseconds_json(rtt.max()))
        .add("stddev", milliseconds_json(rtt.stddev()))
        .add("samples", std::to_string(rtt.samples()))
        .text();
}

/// Of a server's instance or a run's session.
std::string id_json(std::uint64_t id) { return id == 0 ? "null" : json_string(hex_id(id)); }

template <class Value>
std::string text_or_null(const std::optional<Value>& value) {
    return value ? json_string(value->to_string()) : "null";
}

std::string notes_json(const std::vector<std::string>& notes) {
    std::string text;
    for (const auto& note : notes) {
        text += text.empty() ? "" : ", ";
        text += json_string(note);
    }
    return '[' + text + ']';
}

std::string result_json(const Result& result) {
    const auto& conclusion = result.conclusion;
    const auto& address = result.endpoint.address;
    const auto service = service_name(result.endpoint.protocol, result.endpoint.port);
    const auto reason = local_reason(result);
    const auto& seen = result.seen;
    return JsonObject{}
        .add("host", json_string(result.host))
        .add("address", address.is_unspecified() ? "null" : json_string(address.to_string()))
        .add("protocol", json_string(to_string(result.endpoint.protocol)))
        .add("port", std::to_string(to_number(result.endpoint.port)))
        .add("service", service.empty() ? "null" : json_string(service))
        .add("verdict", json_string(to_string(conclusion.verdict)))
        .add("evidence", json_string(to_string(conclusion.evidence)))
        .add("by", text_or_null(conclusion.by))
        .add("direction",
             conclusion.direction ? json_string(to_string(*conclusion.direction)) : "null")
        .add("error", reason.empty() ? "null" : json_string(reason))
        .add("attempts", std::to_string(result.attempts))
        .add("rtt_ms", rtt_json(result.rtt))
        .add("frames_sent", std::to_string(result.frames_sent))
        .add("frames_lost", std::to_string(result.frames_lost))
        .add("local", text_or_null(result.local))
        .add("seen_source", seen ? json_string(seen->source.to_string()) : "null")
        .add("seen_destination", seen ? json_string(seen->destination.to_string()) : "null")
        .add("received_ttl",
             seen && seen->received_ttl != 0 ? std::to_string(seen->received_ttl) : "null")
        .add("received_tos",
             seen && seen->received_ttl != 0 ? std::to_string(seen->received_tos) : "null")
        .add("hops", result.hops ? std::to_string(*result.hops) : "null")
        .add("server_instance", id_json(seen ? seen->instance : 0))
        .add("session", id_json(result.session))
        .add("notes", notes_json(result.notes))
        .text();
}

/// RFC 3339 in UTC, to the second.
std::string utc_text(std::chrono::system_clock::time_point time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t count = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    std::string text(64, '\0');
    if (gmtime_r(&count, &parts) == nullptr) {
        return "1970-01-01T00:00:00Z";  // a clock beyond the year 2 billion
    }
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
    return text;
}

std::string manifest_json(const Manifest& manifest) {
    std::string ports;
    for (const auto& stretch : manifest.stretches) {
        ports += ports.empty() ? "" : ", ";
        ports += JsonObject{}
                     .add("protocol", json_string(to_string(stretch.ports.protocol)))
                     .add("first", std::to_string(to_number(stretch.ports.first)))
                     .add("last", std::to_string(to_number(stretch.ports.last)))
                     .add("state", json_string(to_string(stretch.state)))
                     .text();
    }
    return JsonObject{}
        .add("address", json_string(manifest.address.to_string()))
        .add("server_instance", id_json(manifest.instance))
        .add("complete", manifest.complete ? "true" : "false")
        .add("ports", '[' + ports + ']')
        .text();
}

std::string manifests_json(const std::vector<Manifest>& manifests) {
    std::string text;
    for (const auto& manifest : manifests) {
        text += text.empty() ? "" : ", ";
        text += manifest_json(manifest);
    }
    return '[' + text + ']';
}

std::string summary_json(const Tally& tally) {
    JsonObject object;
    for (const auto verdict : all_verdicts) {
        object.add(to_string(verdict), std::to_string(tally.count(verdict)));
    }
    return object.text();
}

/// One object for the whole run, laid out with a line for each result.
class JsonReport final : public CollectedReport {
public:
    JsonReport(std::ostream& out, const Shown& shown) : CollectedReport{shown}, out_{out} {}

private:
    void print(const std::vector<Result>& results, const RunSummary& summary) override {
        constexpr int duration_digits = 3;
        const auto seconds = std::chrono::duration<double>(summary.duration).count();
        out_ << "{\n  \"pt\": " << json_string(PT_VERSION)
             << ",\n  \"started\": " << json_string(utc_text(summary.started))
             << ",\n  \"duration_s\": " << decimal(seconds, duration_digits)
             << ",\n  \"host\": " << json_string(summary.host)
             << ",\n  \"server_instance\": " << id_json(summary.server_instance)
             << ",\n  \"interrupted\": " << (summary.interrupted ? "true" : "false")
             << ",\n  \"notes\": " << notes_json(summary.notes)
             << ",\n  \"manifests\": " << manifests_json(summary.manifests)
             << ",\n  \"results\": [";
        const char* separator = "\n    ";
        for (const auto& result : results) {
            out_ << separator << result_json(result);
            separator = ",\n    ";
        }
        out_ << (results.empty() ? "]" : "\n  ]") << ",\n  \"summary\": " << summary_json(tally())
             << "\n}\n"
             << std::flush;
    }

    std::ostream& out_;
};

/// The same objects, each on a line of its own as soon as it is decided. A reader that goes away
/// in mid-run finds every line whole up to the last.
class JsonLinesReport final : public Reporter {
public:
    JsonLinesReport(std::ostream& out, const Shown& shown) : out_{out}, shown_{shown} {}

    void result(const Result& result) override {
        if (!shown_.shows(result)) {
            return;
        }
        const auto line = result_json(result) + '\n';
        out_.write(line.data(), static_cast<std::streamsize>(line.size())).flush();
    }
    void finish(const RunSummary& summary) override { static_cast<void>(summary); }

private:
    std::ostream& out_;
    Shown shown_;
};

}  // namespace

std::unique_ptr<Reporter> make_json_report(std::ostream& out, const Shown& shown) {
    return std::make_unique<JsonReport>(out, shown);
}

std::unique_ptr<Reporter> make_json_lines_report(std::ostream& out, const Shown& shown) {
    return std::make_unique<JsonLinesReport>(out, shown);
}

}  // namespace pt::client
