#include "client/saved/journal_file.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "client/text/json_fields.hpp"
#include "common/core/port_spec.hpp"
#include "common/net/safe_text.hpp"

namespace pt::client {
namespace {

namespace json = boost::json;

/// The server leaves sessions out beyond 16 MiB.
constexpr std::size_t max_file = std::size_t{32} << 20U;
/// Every second port of both protocols, as a spec.
constexpr std::size_t max_spec = std::size_t{1} << 20U;
constexpr std::size_t max_addresses = 16;
constexpr std::size_t max_bound_addresses = 4096;
constexpr std::size_t max_depth = 3;
constexpr const char* expected_file =
    "; expected a journal file written by pt-server --journal-file FILE, or a copy of it";

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

}  // namespace

/// A complaint, or ""; so with the other lines.
std::string JournalFile::read_header(const json::object& object) {
    JsonFields fields{object, max_spec};
    if (fields.number("pt_journal") != 3U) {
        return "not a journal of pt-server, or one of another version";
    }
    const auto record = fields.text("record");
    exact_ = record == "exact";
    if (!exact_ && record != "sampled") {
        fields.refuse("record");
    }
    held_ = held_ports(fields);
    return fields.complaint();
}

std::string JournalFile::read_session(const json::object& object) {
    JsonFields fields{object, max_spec};
    Account account;
    const auto session = fields.required("session", parse_id);
    addresses(fields, "sources");
    account.destinations = addresses(fields, "destinations");
    account.arrived = ports(fields, "arrived");
    account.late = ports(fields, "late");
    account.established = ports(fields, "established");
    account.attempt = ports(fields, "attempt");
    account.reset = ports(fields, "reset");
    account.other = ports(fields, "other");
    account.incomplete = ports(fields, "incomplete");
    account.deaf = ports(fields, "deaf");
    account.marked = ports(fields, "marked");
    account.beside = ports(fields, "beside");
    account.strays = fields.truth("strays");
    account.stalled = fields.truth("stalled");
    if (session && fields.complaint().empty()) {
        accounts_.insert_or_assign(*session, std::move(account));
    }
    return fields.complaint();
}

std::string JournalFile::read_line(std::string_view text, bool first) {
    json::error_code failed;
    json::parse_options options;
    options.max_depth = max_depth;
    const json::value value = json::parse({text.data(), text.size()}, failed, {}, options);
    if (failed || !value.is_object()) {
        return failed ? "invalid JSON: " + failed.message() : "not a JSON object";
    }
    return first ? read_header(value.get_object()) : read_session(value.get_object());
}

std::variant<JournalFile, UsageError> JournalFile::read(std::istream& file,
                                                        const std::string& name) {
    std::string text;
    std::array<char, 65536> piece{};
    while (text.size() <= max_file && (file.read(piece.data(), piece.size()), file.gcount() > 0)) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (text.size() > max_file) {
        return UsageError{net::safe_text(name) + ": longer than " + std::to_string(max_file) +
                          " bytes"};
    }
    if (text.empty()) {
        return UsageError{net::safe_text(name) + ": is empty"};
    }
    JournalFile journal;
    std::string_view rest{text};
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto complaint = journal.read_line(rest.substr(0, end), number == 1);
        if (!complaint.empty()) {
            return UsageError{net::safe_text(name) + " line " + std::to_string(number) + ": " +
                              complaint};
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return journal;
}

std::variant<JournalFile, UsageError> JournalFile::read(const Options& options) {
    if (!options.journal_file) {
        return JournalFile{};
    }
    errno = 0;
    std::ifstream file{*options.journal_file, std::ios::binary};
    if (!file || (file.peek() == std::ifstream::traits_type::eof() && errno != 0)) {
        return UsageError{"--journal " + net::quote_word(*options.journal_file) +
                          " cannot be read: " + std::generic_category().message(errno) +
                          expected_file};
    }
    file.clear();
    auto journal = read(file, *options.journal_file);
    if (const auto* error = std::get_if<UsageError>(&journal)) {
        return UsageError{"--journal " + error->message + expected_file};
    }
    return journal;
}

const JournalFile::Account* JournalFile::account(std::uint64_t session) const {
    const auto found = accounts_.find(session);
    return found == accounts_.end() ? nullptr : &found->second;
}

bool JournalFile::stalled(std::uint64_t session) const {
    const Account* const found = account(session);
    return found != nullptr && found->stalled;
}

bool JournalFile::came_to(std::uint64_t session, const IpAddress& address) const {
    const Account* const found = account(session);
    return found != nullptr && !found->destinations.empty() &&
           std::all_of(found->destinations.begin(), found->destinations.end(),
                       [&](const IpAddress& one) { return one.bytes() == address.bytes(); });
}

bool JournalFile::is_held(const Account& account, Protocol protocol, Port port) const {
    const auto holds = [&](const IpAddress& address) {
        const auto of_address = held_.find(IpAddress{address.bytes()});
        return of_address != held_.end() && of_address->second.contains(protocol, port);
    };
    return std::any_of(
        account.destinations.begin(), account.destinations.end(), [&](const IpAddress& address) {
            return holds(address) ||
                   holds(address.is_v4() ? IpAddress{IpAddress::V4Bytes{}} : IpAddress{});
        });
}

PortRecord JournalFile::find(std::uint64_t session, Protocol protocol, Port port) const {
    PortRecord record;
    const Account* const found = account(session);
    if (found == nullptr) {
        record.incomplete = true;
        return record;
    }
    record.listening = is_held(*found, protocol, port);
    record.frame = found->arrived.contains(protocol, port);
    record.late = record.frame && found->late.contains(protocol, port);
    record.established = found->established.contains(protocol, port);
    record.attempt = found->attempt.contains(protocol, port);
    record.marked = found->marked.contains(protocol, port);
    record.reset = found->reset.contains(protocol, port);
    record.other = found->other.contains(protocol, port);
    record.incomplete = !record.listening || found->incomplete.contains(protocol, port);
    record.deaf = found->deaf.contains(protocol, port);
    return record;
}

bool JournalFile::may_have_strays(std::uint64_t session) const {
    const Account* const found = account(session);
    return found != nullptr && (found->strays || !found->beside.empty());
}

PortSet JournalFile::without_frame(std::uint64_t session) const {
    PortSet ports;
    if (const Account* const found = account(session)) {
        ports = found->attempt;
        ports.insert(found->established);
        ports.erase(found->arrived);
        ports.erase(found->marked);
    }
    return ports;
}

}  // namespace pt::client
