#include "client/saved/past_result.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "client/options/host_word.hpp"
#include "client/result/path_facts.hpp"
#include "client/saved/findings_json.hpp"
#include "client/text/time_text.hpp"
#include "common/core/frame.hpp"
#include "common/core/id_text.hpp"
#include "common/json/json_fields.hpp"

namespace pt::client {
namespace {

namespace json = boost::json;

constexpr std::size_t max_notes = 64;
constexpr std::size_t max_note = 4096;

std::optional<Protocol> parse_protocol(std::string_view word) {
    for (const Protocol protocol : all_protocols) {
        if (to_string(protocol) == word) {
            return protocol;
        }
    }
    return std::nullopt;
}

std::optional<std::string> parse_host(std::string_view word) {
    return host_complaint(word).empty() ? std::optional{std::string{word}} : std::nullopt;
}

std::optional<bool> parse_record_kind(std::string_view word) {
    return word == "exact"     ? std::optional{true}
           : word == "sampled" ? std::optional{false}
                               : std::nullopt;
}

std::optional<std::string> any_text(std::string_view word) { return std::string{word}; }

void read_endpoint(JsonFields& fields, Result& result) {
    result.host = fields.required("host", parse_host).value_or("");
    result.endpoint.protocol = fields.required("protocol", parse_protocol).value_or(Protocol::tcp);
    result.endpoint.address = fields.parsed("address", IpAddress::parse).value_or(IpAddress{});
    const auto port = fields.number("port", port_count - 1);
    if (!port || *port == 0) {
        fields.refuse("port");
    }
    result.endpoint.port = Port{static_cast<std::uint16_t>(port.value_or(0))};
}

void read_conclusion(JsonFields& fields, Conclusion& conclusion) {
    conclusion.verdict = fields.required("verdict", parse_verdict).value_or(Verdict::untested);
    conclusion.evidence =
        fields.required("evidence", parse_evidence).value_or(Evidence::interrupted);
    conclusion.by = fields.parsed("by", IpAddress::parse);
    conclusion.direction = fields.parsed("direction", parse_direction);
}

void read_rtt(JsonFields& fields, RttStatistics& rtt) {
    const json::value* value = fields.find("rtt_ms");
    if (value == nullptr) {
        return;
    }
    const json::object* object = value->if_object();
    if (object == nullptr) {
        fields.refuse("rtt_ms");
        return;
    }
    JsonFields parts{*object};
    const auto samples = parts.number("samples").value_or(0);
    const auto min = parts.milliseconds("min");
    const auto mean = parts.milliseconds("avg");
    const auto max = parts.milliseconds("max");
    const auto stddev = parts.milliseconds("stddev");
    if (!parts.complaint().empty() || samples == 0 || min > mean || mean > max) {
        fields.refuse("rtt_ms");
        return;
    }
    rtt = RttStatistics::restored(samples, min, mean, max, stddev);
}

void read_server_view(JsonFields& fields, std::optional<ServerView>& seen) {
    const auto source = fields.parsed("seen_source", SocketAddress::parse);
    const auto destination = fields.parsed("seen_destination", SocketAddress::parse);
    constexpr std::uint32_t most = std::numeric_limits<std::uint8_t>::max();
    const auto ttl = fields.number("received_ttl", most);
    const auto tos = fields.number("received_tos", most);
    const auto instance = fields.parsed("server_instance", parse_id);
    if (source && destination) {
        seen = ServerView{*source,
                          *destination,
                          static_cast<std::uint8_t>(ttl.value_or(0)),
                          instance.value_or(0),
                          static_cast<std::uint8_t>(tos.value_or(0)),
                          0,
                          fields.parsed("key", parse_key_id).value_or(0)};
    }
}

/// A command that is for the server's host alone is given twice.
void read_hint(JsonFields& fields, std::optional<Hint>& hint) {
    auto command = fields.parsed("hint", any_text);
    auto on_server = fields.parsed("hint_on_server", any_text);
    if (command || on_server) {
        hint = Hint{on_server.value_or(""), command == on_server ? "" : command.value_or("")};
    }
}

}  // namespace

void read_notes(JsonFields& fields, std::vector<std::string>& notes) {
    const json::value* value = fields.find("notes");
    if (value == nullptr) {
        return;
    }
    const json::array* array = value->if_array();
    if (array == nullptr || array->size() > max_notes) {
        fields.refuse("notes");
        return;
    }
    for (const json::value& note : *array) {
        const json::string* text = note.if_string();
        if (text == nullptr || text->size() > max_note) {
            fields.refuse("notes");
            return;
        }
        notes.emplace_back(text->data(), text->size());
    }
}

Expected<Result> read_past_result(const json::object& object) {
    JsonFields fields{object};
    Result result;
    read_endpoint(fields, result);
    read_conclusion(fields, result.conclusion);
    result.findings = read_findings(fields, !result.endpoint.address.is_v4());
    result.exact_record = fields.parsed("record", parse_record_kind);
    result.server_holds_port = fields.boolean("server_holds_port");
    result.reached = fields.parsed("reached", parse_reached).value_or(Reached::unknown);
    result.local_reason = fields.parsed("error", any_text).value_or("");
    result.attempts = fields.number("attempts").value_or(0);
    read_rtt(fields, result.rtt);
    result.frames_sent = fields.number("frames_sent").value_or(0);
    result.frames_lost = fields.number("frames_lost").value_or(0);
    if (const auto size = fields.number("frame_size", max_frame_size)) {
        result.frame_size = static_cast<std::uint16_t>(*size);
    }
    result.local = known_end(fields.parsed("local", SocketAddress::parse));
    read_server_view(fields, result.seen);
    constexpr std::uint32_t max_tos = 255;
    result.sent_tos = static_cast<std::uint8_t>(fields.number("sent_tos", max_tos).value_or(0));
    constexpr std::uint32_t max_hops = 255;
    if (const auto hops = fields.number("hops", max_hops)) {
        result.hops = static_cast<int>(*hops);
    }
    result.session = fields.parsed("session", parse_id).value_or(0);
    read_notes(fields, result.notes);
    read_hint(fields, result.hint);
    result.concluded_at = fields.parsed("time", parse_utc_text);
    if (!fields.complaint().empty()) {
        return UsageError{fields.complaint()};
    }
    if (!is_possible(result.conclusion)) {
        return UsageError{"\"evidence\" " + std::string{to_string(result.conclusion.evidence)} +
                          " does not go with \"verdict\" " +
                          std::string{to_string(result.conclusion.verdict)} +
                          (result.conclusion.direction ? " and a \"direction\"" : "")};
    }
    return result;
}

bool stands(const Conclusion& conclusion) {
    return conclusion.verdict != Verdict::untested ||
           conclusion.evidence == Evidence::not_listening;
}

}  // namespace pt::client
