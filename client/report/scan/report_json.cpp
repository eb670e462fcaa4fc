#include <fmt/format.h>

#include <chrono>
#include <ostream>
#include <string_view>

#include "client/report/collected.hpp"
#include "client/report/exit_code.hpp"
#include "client/report/scan/make_reporter.hpp"
#include "client/result/describe.hpp"
#include "client/saved/findings_json.hpp"
#include "client/text/json_text.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"
#include "common/core/id_text.hpp"
#include "common/core/service_names.hpp"
#include "common/version/version.hpp"

/// JSON for programs: keys are always present, `null` where a thing is not known; none is ever
/// renamed or dropped. output.schema.json describes them all.
namespace pt::client {
namespace {

/// Down to the nanosecond.
std::string milliseconds_json(Nanoseconds duration) {
    constexpr Nanoseconds::rep millisecond = 1'000'000;
    return fmt::format("{}.{:06}", duration.count() / millisecond, duration.count() % millisecond);
}

std::string rtt_json(const RttStatistics& rtt) {
    if (rtt.samples() == 0) {
        return "null";
    }
    return JsonObject{}
        .json("min", milliseconds_json(rtt.min()))
        .json("avg", milliseconds_json(rtt.mean()))
        .json("max", milliseconds_json(rtt.max()))
        .json("stddev", milliseconds_json(rtt.stddev()))
        .number("samples", rtt.samples())
        .end();
}

/// Of a server's instance or a run's session; "" where it is not known.
std::string id_text(std::uint64_t id) { return id == 0 ? "" : hex_id(id); }

std::string id_json(std::uint64_t id) { return id == 0 ? "null" : json_string(hex_id(id)); }

std::string notes_json(const std::vector<std::string>& notes) {
    std::string text;
    for (const auto& note : notes) {
        text += text.empty() ? "" : ", ";
        text += json_string(note);
    }
    return '[' + text + ']';
}

/// Of the server's record of TCP attempts.
std::string_view record_kind(std::optional<bool> exact) {
    return !exact ? "" : *exact ? "exact" : "sampled";
}

std::string_view bool_json(std::optional<bool> value) {
    return !value ? "null" : *value ? "true" : "false";
}

/// The one to run here; else the one that alone tells.
std::string hint_command(const Result& result) {
    if (!result.hint) {
        return "";
    }
    return result.hint->command.empty() ? result.hint->on_server : result.hint->command;
}

/// Most results of a run have the same findings: their text is made once.
class FindingsText {
public:
    std::string_view of(const Result& result) {
        if (!result.findings) {
            return "null";
        }
        if (text_.empty() || result.findings != findings_ || result.attempts != attempts_) {
            findings_ = result.findings;
            attempts_ = result.attempts;
            text_ = findings_json(*findings_, attempts_);
        }
        return text_;
    }

private:
    std::optional<Findings> findings_;
    std::uint32_t attempts_ = 0;
    std::string text_;
};

std::string result_json(const Result& result, FindingsText& findings) {
    const auto& [verdict, evidence, by, direction] = result.conclusion;
    const auto& [protocol, address, port] = result.endpoint;
    const auto& seen = result.seen;
    const bool hops_seen = seen && seen->received_ttl != 0;
    return JsonObject{}
        .text("host", result.host)
        .text_or_null("address", address.is_unspecified() ? "" : address.to_string())
        .text("protocol", to_string(protocol))
        .number("port", to_number(port))
        .text_or_null("service", service_name(protocol, port))
        .text("verdict", to_string(verdict))
        .text("evidence", to_string(evidence))
        .text_or_null("by", by)
        .text_or_null("direction", direction ? to_string(*direction) : std::string_view{})
        .text_or_null("error", local_reason(result))
        .number("attempts", result.attempts)
        .json("rtt_ms", rtt_json(result.rtt))
        .number("frames_sent", result.frames_sent)
        .number("frames_lost", result.frames_lost)
        .number_or_null("frame_size", result.frame_size)
        .text_or_null("local", result.local)
        .text_or_null("seen_source", seen ? seen->source.to_string() : "")
        // A server whose system does not tell which address a frame came to knows the port alone.
        .text_or_null("seen_destination", seen && !seen->destination.address.is_unspecified()
                                              ? seen->destination.to_string()
                                              : "")
        .number("sent_tos", result.sent_tos)
        .number_or_null("received_ttl",
                        hops_seen ? std::optional{seen->received_ttl} : std::nullopt)
        .number_or_null("received_tos",
                        hops_seen ? std::optional{seen->received_tos} : std::nullopt)
        .number_or_null("hops", result.hops)
        .text_or_null("server_instance", id_text(seen ? seen->instance : 0))
        .text_or_null("key", seen && seen->key_id != 0 ? key_id_text(seen->key_id) : "")
        .text_or_null("session", id_text(result.session))
        .json("notes", notes_json(result.notes))
        .text_or_null("hint", hint_command(result))
        .text_or_null("hint_on_server", result.hint ? result.hint->on_server : "")
        .text_or_null("record", record_kind(result.exact_record))
        .json("server_holds_port", bool_json(result.server_holds_port))
        .text_or_null("reached", to_string(result.reached))
        .json("findings", findings.of(result))
        .text_or_null("time", result.concluded_at ? utc_text_ms(*result.concluded_at) : "")
        .text("reason", describe(result))
        .end();
}

std::string manifest_json(const Manifest& manifest) {
    std::string ports;
    for (const auto& stretch : manifest.stretches) {
        ports += ports.empty() ? "" : ", ";
        ports += JsonObject{}
                     .text("protocol", to_string(stretch.ports.protocol))
                     .number("first", to_number(stretch.ports.first))
                     .number("last", to_number(stretch.ports.last))
                     .text("state", to_string(stretch.state))
                     .end();
    }
    return JsonObject{}
        .text("address", manifest.address.to_string())
        .text_or_null("server_instance", id_text(manifest.instance))
        .json("complete", manifest.complete ? "true" : "false")
        .text_or_null("record", record_kind(manifest.exact_record))
        .json("ports", '[' + ports + ']')
        .end();
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
        object.number(to_string(verdict), tally.count(verdict));
    }
    return object.end();
}

/// One object for the whole run, laid out with a line for each result.
class JsonReport final : public CollectedReport {
public:
    JsonReport(std::ostream& out, const Shown& shown) : CollectedReport{shown}, out_{out} {}

private:
    void print(const ResultRefs& results, const RunSummary& summary) override {
        constexpr int duration_digits = 3;
        out_ << "{\n  \"pt\": " << json_string(version()) << ",\n  \"started\": "
             << (summary.started ? json_string(utc_text(*summary.started)) : "null")
             << ",\n  \"duration_s\": "
             << (summary.duration ? decimal(seconds(*summary.duration), duration_digits) : "null")
             << ",\n  \"host\": " << json_string(summary.host)
             << ",\n  \"server_instance\": " << id_json(summary.server_instance)
             << ",\n  \"interrupted\": " << (summary.interrupted ? "true" : "false")
             << ",\n  \"notes\": " << notes_json(summary.notes)
             << ",\n  \"manifests\": " << manifests_json(summary.manifests)
             << ",\n  \"results\": [";
        print_results(results);
        out_ << (results.empty() ? "]" : "\n  ]") << ",\n  \"summary\": " << summary_json(tally())
             << "\n}\n"
             << std::flush;
    }

    /// Those of all ports are some 70 MB: the stream would write each by itself.
    void print_results(const ResultRefs& results) {
        constexpr std::size_t enough = 65'536;
        FindingsText findings;
        std::string text;
        const char* separator = "\n    ";
        for (const Result* result : results) {
            text += separator;
            text += result_json(*result, findings);
            separator = ",\n    ";
            if (text.size() >= enough) {
                out_ << text;
                text.clear();
            }
        }
        out_ << text;
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
        const auto line = result_json(result, findings_) + '\n';
        out_.write(line.data(), static_cast<std::streamsize>(line.size())).flush();
    }
    void finish(const RunSummary& summary) override { static_cast<void>(summary); }

private:
    std::ostream& out_;
    Shown shown_;
    FindingsText findings_;
};

}  // namespace

std::unique_ptr<Reporter> make_json_report(std::ostream& out, const Shown& shown) {
    return std::make_unique<JsonReport>(out, shown);
}

std::unique_ptr<Reporter> make_json_lines_report(std::ostream& out, const Shown& shown) {
    return std::make_unique<JsonLinesReport>(out, shown);
}

}  // namespace pt::client
