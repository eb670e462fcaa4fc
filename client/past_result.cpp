#include "client/past_result.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "client/host_word.hpp"

namespace pt::client {
namespace {

namespace json = boost::json;

constexpr std::size_t most_notes = 64;
constexpr std::size_t longest_text = 4096;

/// Reads the values of one object and remembers the first that is not as it must be.
class Fields {
public:
    explicit Fields(const json::object& object) : object_{object} {}

    const std::string& complaint() const { return complaint_; }

    /// Nothing where the key is missing or null, and after a complaint.
    std::optional<std::string_view> text(std::string_view key) {
        const json::value* value = find(key);
        if (value == nullptr) {
            return std::nullopt;
        }
        const json::string* text = value->if_string();
        if (text == nullptr || text->size() > longest_text) {
            refuse(key);
            return std::nullopt;
        }
        return std::string_view{text->data(), text->size()};
    }

    template <class Parse>
    auto parsed(std::string_view key, Parse parse) -> decltype(parse(std::string_view{})) {
        const auto word = text(key);
        if (!word) {
            return std::nullopt;
        }
        auto value = parse(*word);
        if (!value) {
            refuse(key);
        }
        return value;
    }

    /// The same where the key must be there.
    template <class Parse>
    auto required(std::string_view key, Parse parse) -> decltype(parse(std::string_view{})) {
        auto value = parsed(key, parse);
        if (!value) {
            refuse(key);
        }
        return value;
    }

    /// A whole number, 0 to `most`.
    std::optional<std::uint32_t> number(
        std::string_view key, std::uint32_t most = std::numeric_limits<std::uint32_t>::max()) {
        const json::value* value = find(key);
        if (value == nullptr) {
            return std::nullopt;
        }
        const std::int64_t* number = value->if_int64();
        if (number == nullptr || *number < 0 || *number > most) {
            refuse(key);
            return std::nullopt;
        }
        return static_cast<std::uint32_t>(*number);
    }

    /// Milliseconds with a fraction, as durations are written.
    Nanoseconds milliseconds(std::string_view key) {
        constexpr double most = 1e9;  // eleven days
        constexpr double to_nanoseconds = 1e6;
        const json::value* value = find(key);
        json::error_code failed;
        const double number = value == nullptr ? -1 : value->to_number<double>(failed);
        if (failed || !(number >= 0 && number <= most)) {
            refuse(key);
            return {};
        }
        return Nanoseconds{std::llround(number * to_nanoseconds)};
    }

    /// The value, unless it is missing or null.
    const json::value* find(std::string_view key) const {
        const json::value* value = object_.if_contains({key.data(), key.size()});
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    void refuse(std::string_view key) {
        if (complaint_.empty()) {
            complaint_ = '"' + std::string{key} + "\" is missing or not as pt-client writes it";
        }
    }

private:
    const json::object& object_;
    std::string complaint_;
};

std::optional<Protocol> parse_protocol(std::string_view word) {
    for (const Protocol protocol : all_protocols) {
        if (to_string(protocol) == word) {
            return protocol;
        }
    }
    return std::nullopt;
}

/// 16 hexadecimal digits.
std::optional<std::uint64_t> parse_id(std::string_view word) {
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id, 16);
    const bool whole = error == std::errc{} && end == word.data() + word.size();
    return whole && word.size() == 2 * sizeof id ? std::optional{id} : std::nullopt;
}

std::optional<std::string> parse_host(std::string_view word) {
    return host_complaint(word).empty() ? std::optional{std::string{word}} : std::nullopt;
}

std::optional<std::string> any_text(std::string_view word) { return std::string{word}; }

void read_endpoint(Fields& fields, Result& result) {
    result.host = fields.required("host", parse_host).value_or("");
    result.endpoint.protocol = fields.required("protocol", parse_protocol).value_or(Protocol::tcp);
    result.endpoint.address = fields.parsed("address", IpAddress::parse).value_or(IpAddress{});
    const auto port = fields.number("port", port_count - 1);
    if (!port || *port == 0) {
        fields.refuse("port");
    }
    result.endpoint.port = Port{static_cast<std::uint16_t>(port.value_or(0))};
}

void read_conclusion(Fields& fields, Conclusion& conclusion) {
    conclusion.verdict = fields.required("verdict", parse_verdict).value_or(Verdict::untested);
    conclusion.evidence =
        fields.required("evidence", parse_evidence).value_or(Evidence::interrupted);
    conclusion.by = fields.parsed("by", IpAddress::parse);
    conclusion.direction = fields.parsed("direction", parse_direction);
}

void read_rtt(Fields& fields, RttStatistics& rtt) {
    const json::value* value = fields.find("rtt_ms");
    if (value == nullptr) {
        return;
    }
    const json::object* object = value->if_object();
    if (object == nullptr) {
        fields.refuse("rtt_ms");
        return;
    }
    Fields parts{*object};
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

void read_server_view(Fields& fields, std::optional<ServerView>& seen) {
    const auto source = fields.parsed("seen_source", SocketAddress::parse);
    const auto destination = fields.parsed("seen_destination", SocketAddress::parse);
    constexpr std::uint32_t most = std::numeric_limits<std::uint8_t>::max();
    const auto ttl = fields.number("received_ttl", most);
    const auto tos = fields.number("received_tos", most);
    const auto instance = fields.parsed("server_instance", parse_id);
    if (source && destination) {
        seen = ServerView{*source, *destination, static_cast<std::uint8_t>(ttl.value_or(0)),
                          instance.value_or(0), static_cast<std::uint8_t>(tos.value_or(0))};
    }
}

void read_notes(Fields& fields, std::vector<std::string>& notes) {
    const json::value* value = fields.find("notes");
    if (value == nullptr) {
        return;
    }
    const json::array* array = value->if_array();
    if (array == nullptr || array->size() > most_notes) {
        fields.refuse("notes");
        return;
    }
    for (const json::value& note : *array) {
        const json::string* text = note.if_string();
        if (text == nullptr || text->size() > longest_text) {
            fields.refuse("notes");
            return;
        }
        notes.emplace_back(text->data(), text->size());
    }
}

}  // namespace

std::variant<Result, UsageError> read_past_result(const json::object& object) {
    Fields fields{object};
    Result result;
    read_endpoint(fields, result);
    read_conclusion(fields, result.conclusion);
    result.local_reason = fields.parsed("error", any_text).value_or("");
    result.attempts = fields.number("attempts").value_or(0);
    read_rtt(fields, result.rtt);
    result.frames_sent = fields.number("frames_sent").value_or(0);
    result.frames_lost = fields.number("frames_lost").value_or(0);
    result.local = fields.parsed("local", SocketAddress::parse);
    read_server_view(fields, result.seen);
    constexpr std::uint32_t most_hops = 255;
    if (const auto hops = fields.number("hops", most_hops)) {
        result.hops = static_cast<int>(*hops);
    }
    result.session = fields.parsed("session", parse_id).value_or(0);
    read_notes(fields, result.notes);
    if (!fields.complaint().empty()) {
        return UsageError{fields.complaint()};
    }
    return result;
}

bool stands(const Conclusion& conclusion) {
    return conclusion.verdict != Verdict::untested ||
           conclusion.evidence == Evidence::not_listening;
}

}  // namespace pt::client
