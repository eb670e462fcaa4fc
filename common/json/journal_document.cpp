#include "common/json/journal_document.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "common/core/id_text.hpp"
#include "common/core/port_spec.hpp"
#include "common/json/json_fields.hpp"

namespace pt {
namespace {

namespace json = boost::json;

constexpr std::uint32_t format = 3;
/// Every second port of both protocols, as a spec.
constexpr std::size_t max_spec = std::size_t{1} << 20U;
constexpr std::size_t max_addresses = 16;
constexpr std::size_t max_bound_addresses = 4096;
constexpr std::size_t max_depth = 3;

/// The keys of what occurs many times, in the order of a line.
struct Counter {
    const char* key;
    std::uint32_t SessionCounters::*value;
};
constexpr std::array counters{Counter{"frames", &SessionCounters::frames},
                              Counter{"duplicates", &SessionCounters::duplicates},
                              Counter{"altered_padding", &SessionCounters::altered_padding},
                              Counter{"reordered", &SessionCounters::reordered}};
struct Ports {
    const char* key;
    PortSet JournalSession::*value;
};
constexpr std::array port_lists{Ports{"arrived", &JournalSession::arrived},
                                Ports{"late", &JournalSession::late},
                                Ports{"established", &JournalSession::established},
                                Ports{"attempt", &JournalSession::attempt},
                                Ports{"marked", &JournalSession::marked},
                                Ports{"reset", &JournalSession::reset},
                                Ports{"other", &JournalSession::other},
                                Ports{"incomplete", &JournalSession::incomplete},
                                Ports{"deaf", &JournalSession::deaf},
                                Ports{"beside", &JournalSession::beside}};

json::array texts(const std::vector<IpAddress>& addresses) {
    json::array all;
    for (const IpAddress& address : addresses) {
        all.emplace_back(address.to_string());
    }
    return all;
}

/// "tcp/22,80-90 udp/53", or "".
std::optional<PortSet> parse_ports(std::string_view text) {
    PortSet ports;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto spec = parse_port_spec(text.substr(0, end));
        if (!spec) {
            return std::nullopt;
        }
        ports.insert(*spec);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return ports;
}

PortSet ports(JsonFields& fields, std::string_view key) {
    return fields.required(key, parse_ports).value_or(PortSet{});
}

std::optional<IpAddress> parse_address(const json::value& value) {
    const json::string* text = value.if_string();
    return text == nullptr ? std::nullopt : IpAddress::parse({text->data(), text->size()});
}

std::vector<IpAddress> addresses(JsonFields& fields, std::string_view key) {
    const json::value* value = fields.find(key);
    const json::array* array = value == nullptr ? nullptr : value->if_array();
    std::vector<IpAddress> all;
    if (array == nullptr || array->size() > max_addresses) {
        fields.refuse(key);
        return all;
    }
    for (const json::value& one : *array) {
        const auto address = parse_address(one);
        if (!address) {
            fields.refuse(key);
            return {};
        }
        all.push_back(*address);
    }
    return all;
}

/// {"ADDRESS": SPEC}
std::map<IpAddress, PortSet> held_ports(JsonFields& fields) {
    const json::value* value = fields.find("held");
    const json::object* object = value == nullptr ? nullptr : value->if_object();
    std::map<IpAddress, PortSet> held;
    if (object == nullptr || object->size() > max_bound_addresses) {
        fields.refuse("held");
        return held;
    }
    JsonFields of_address{*object, max_spec};
    for (const auto& [key, spec] : *object) {
        const auto address = IpAddress::parse({key.data(), key.size()});
        if (!address) {
            fields.refuse("held");
            return {};
        }
        held[IpAddress{address->bytes()}] = ports(of_address, {key.data(), key.size()});
    }
    if (!of_address.complaint().empty()) {
        fields.refuse("held");
    }
    return held;
}

Expected<json::object, BadLine> parse_object(std::string_view line) {
    json::error_code failed;
    json::parse_options options;
    options.max_depth = max_depth;
    json::value value = json::parse({line.data(), line.size()}, failed, {}, options);
    if (failed) {
        return BadLine{"invalid JSON: " + failed.message()};
    }
    if (!value.is_object()) {
        return BadLine{"not a JSON object"};
    }
    return std::move(value.get_object());
}

}  // namespace

std::string to_json_line(const JournalHeader& header) {
    json::object held;
    for (const auto& [address, ports] : header.held) {
        held[address.to_string()] = ports.to_string();
    }
    return json::serialize(json::object{{"pt_journal", format},
                                        {"pt", header.pt_version},
                                        {"instance", hex_id(header.instance)},
                                        {"written", header.written},
                                        {"record", header.exact ? "exact" : "sampled"},
                                        {"held", std::move(held)}}) +
           '\n';
}

std::string to_json_line(const JournalSession& session) {
    json::object line{{"session", hex_id(session.session)},
                      {"sources", texts(session.sources)},
                      {"destinations", texts(session.destinations)},
                      {"first_ms_ago", session.first_ms_ago},
                      {"last_ms_ago", session.last_ms_ago}};
    for (const auto& [key, value] : counters) {
        line[key] = session.counters.*value;
    }
    line["stalled"] = session.stalled;
    line["strays"] = session.strays;
    for (const auto& [key, value] : port_lists) {
        line[key] = (session.*value).to_string();
    }
    return json::serialize(line) + '\n';
}

Expected<JournalHeader, BadLine> parse_journal_header(std::string_view line) {
    const auto parsed = parse_object(line);
    if (!parsed) {
        return parsed.error();
    }
    JsonFields fields{*parsed, max_spec};
    if (fields.number("pt_journal") != format) {
        return BadLine{"not a journal of pt-server, or one of another version"};
    }
    JournalHeader header;
    header.pt_version = fields.text("pt").value_or("");
    header.instance = fields.parsed("instance", parse_id).value_or(0);
    header.written = fields.text("written").value_or("");
    const auto record = fields.text("record");
    header.exact = record == "exact";
    if (!header.exact && record != "sampled") {
        fields.refuse("record");
    }
    header.held = held_ports(fields);
    if (!fields.complaint().empty()) {
        return BadLine{fields.complaint()};
    }
    return header;
}

Expected<JournalSession, BadLine> parse_journal_session(std::string_view line) {
    const auto parsed = parse_object(line);
    if (!parsed) {
        return parsed.error();
    }
    JsonFields fields{*parsed, max_spec};
    JournalSession session;
    session.session = fields.required("session", parse_id).value_or(0);
    session.sources = addresses(fields, "sources");
    session.destinations = addresses(fields, "destinations");
    session.first_ms_ago = fields.number("first_ms_ago").value_or(0);
    session.last_ms_ago = fields.number("last_ms_ago").value_or(0);
    for (const auto& [key, value] : counters) {
        session.counters.*value = fields.number(key).value_or(0);
    }
    session.stalled = fields.truth("stalled");
    session.strays = fields.truth("strays");
    for (const auto& [key, value] : port_lists) {
        session.*value = ports(fields, key);
    }
    if (!fields.complaint().empty()) {
        return BadLine{fields.complaint()};
    }
    return session;
}

}  // namespace pt
