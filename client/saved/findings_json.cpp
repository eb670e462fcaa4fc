#include "client/saved/findings_json.hpp"

#include <limits>
#include <string_view>

#include "client/text/json_text.hpp"

namespace pt::client {
namespace {

struct Flag {
    std::string_view key;
    bool Findings::*member;
};

constexpr Flag flags[] = {
    {"echo", &Findings::echo},
    {"altered_echo", &Findings::altered_echo},
    {"foreign_data", &Findings::foreign_data},
    {"established", &Findings::connected},
    {"no_route", &Findings::no_route},
    {"interrupted", &Findings::interrupted},
    {"server_lost", &Findings::server_lost},
    {"retransmitted", &Findings::retransmitted},
    {"late_echo", &Findings::late_echo},
    {"data_acknowledged", &Findings::data_acknowledged},
    {"padding_altered", &Findings::padding_altered},
    {"reflected", &Findings::reflected},
    {"unproven_icmp", &Findings::unproven_icmp},
    {"other_source", &Findings::other_source},
    {"unsolicited", &Findings::unsolicited},
};

struct Counter {
    std::string_view key;
    std::uint16_t Findings::*member;
};

constexpr Counter counters[] = {
    {"resets", &Findings::resets},
    {"data_resets", &Findings::data_resets},
    {"ends_of_stream", &Findings::ends_of_stream},
    {"icmp_errors", &Findings::icmp_errors},
    {"lost", &Findings::lost},
};

std::string icmp_json(const std::optional<IcmpError>& error) {
    if (!error) {
        return "null";
    }
    return JsonObject{}
        .number("type", error->type)
        .number("code", error->code)
        .text_or_null("from", error->from.is_unspecified() ? "" : error->from.to_string())
        .end();
}

std::optional<IcmpError> read_icmp(JsonFields& fields, bool v6) {
    const auto* value = fields.find("icmp");
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto* object = value->if_object();
    if (object == nullptr) {
        fields.refuse("icmp");
        return std::nullopt;
    }
    constexpr std::uint32_t max_byte = std::numeric_limits<std::uint8_t>::max();
    JsonFields parts{*object};
    const auto type = parts.number("type", max_byte);
    const auto code = parts.number("code", max_byte);
    const auto from = parts.parsed("from", IpAddress::parse);
    if (!parts.complaint().empty() || !type || !code) {
        fields.refuse("icmp");
        return std::nullopt;
    }
    return IcmpError{v6, static_cast<std::uint8_t>(*type), static_cast<std::uint8_t>(*code),
                     from.value_or(IpAddress{})};
}

}  // namespace

std::string findings_json(const Findings& findings, std::uint32_t attempts) {
    JsonObject object;
    object.number("attempts", attempts);
    for (const auto& [key, member] : flags) {
        object.json(key, findings.*member ? "true" : "false");
    }
    for (const auto& [key, member] : counters) {
        object.number(key, findings.*member);
    }
    object.json("icmp", icmp_json(findings.icmp));
    const bool failed = findings.local_error > 0;
    object.number_or_null(
        "local_error",
        failed ? std::optional{static_cast<std::uint64_t>(findings.local_error)} : std::nullopt);
    return object.end();
}

std::optional<Findings> read_findings(JsonFields& fields, bool v6) {
    const auto* value = fields.find("findings");
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto* object = value->if_object();
    if (object == nullptr) {
        fields.refuse("findings");
        return std::nullopt;
    }
    JsonFields parts{*object};
    Findings findings;
    for (const auto& [key, member] : flags) {
        findings.*member = parts.truth_or(key, false);
    }
    constexpr std::uint32_t max_count = std::numeric_limits<std::uint16_t>::max();
    for (const auto& [key, member] : counters) {
        findings.*member = static_cast<std::uint16_t>(parts.number(key, max_count).value_or(0));
    }
    findings.icmp = read_icmp(parts, v6);
    constexpr std::uint32_t max_errno = 4095;  // the kernel's MAX_ERRNO
    findings.local_error = static_cast<int>(parts.number("local_error", max_errno).value_or(0));
    if (!parts.complaint().empty()) {
        fields.refuse("findings");
        return std::nullopt;
    }
    return findings;
}

}  // namespace pt::client
