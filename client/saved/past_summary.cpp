#include "client/saved/past_summary.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <chrono>
#include <string>

#include "client/saved/past_result.hpp"
#include "client/text/time_text.hpp"
#include "common/core/id_text.hpp"
#include "common/json/json_fields.hpp"

namespace pt::client {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> keys{
    "\"started\":",     "\"duration_s\":", "\"server_instance\":",
    "\"interrupted\":", "\"notes\":",      "\"summary\":"};

bool has_values(std::string_view line) {
    return std::any_of(keys.begin(), keys.end(),
                       [line](std::string_view key) { return line.starts_with(key); });
}

std::optional<Nanoseconds> read_duration(const json::value& value) {
    constexpr double max_seconds = 1e9;
    json::error_code failed;
    const auto seconds = value.to_number<double>(failed);
    if (failed || !(seconds >= 0 && seconds <= max_seconds)) {
        return std::nullopt;
    }
    return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>{seconds});
}

std::optional<std::size_t> sum_of(const json::value& value) {
    const json::object* counts = value.if_object();
    if (counts == nullptr) {
        return std::nullopt;
    }
    JsonFields fields{*counts};
    std::size_t sum = 0;
    for (const auto& [key, count] : *counts) {
        sum += fields.number({key.data(), key.size()}).value_or(0);
    }
    return fields.complaint().empty() ? std::optional{sum} : std::nullopt;
}

}  // namespace

void PastSummary::take_line(std::string_view line) {
    if (line == "{") {
        ++scans_;
        is_open_ = true;
    } else if (line == "}") {
        is_open_ = false;
    } else if (has_values(line)) {
        take_values(line);
    }
}

void PastSummary::take_result() { is_mixed_ = is_mixed_ || !is_open_; }

const RunSummary& PastSummary::summary() const {
    static const RunSummary unknown;
    return scans_ == 1 && !is_mixed_ ? summary_ : unknown;
}

std::optional<std::size_t> PastSummary::results() const {
    return scans_ == 1 && !is_mixed_ ? results_ : std::nullopt;
}

void PastSummary::take_values(std::string_view line) {
    if (line.back() == ',') {
        line.remove_suffix(1);
    }
    json::error_code failed;
    const json::value value = json::parse('{' + std::string{line} + '}', failed);
    const json::object* object = failed ? nullptr : value.if_object();
    if (object == nullptr) {
        return;
    }
    JsonFields fields{*object};
    if (const auto started = fields.parsed("started", parse_utc_text)) {
        summary_.started = started;
    }
    if (const json::value* duration = fields.find("duration_s")) {
        summary_.duration = read_duration(*duration);
    }
    if (const auto instance = fields.parsed("server_instance", parse_id)) {
        summary_.server_instance = *instance;
    }
    if (const auto interrupted = fields.boolean("interrupted")) {
        summary_.interrupted = *interrupted;
    }
    read_notes(fields, summary_.notes);
    if (const json::value* counts = fields.find("summary")) {
        results_ = sum_of(*counts);
    }
}

}  // namespace pt::client
