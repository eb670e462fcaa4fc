#include "client/journal_file.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "client/json_fields.hpp"
#include "client/option_values.hpp"
#include "common/core/port_spec.hpp"
#include "common/net/safe_text.hpp"

namespace pt::client {
namespace {

namespace json = boost::json;

/// The server leaves sessions out beyond 16 MiB.
constexpr std::size_t longest_file = std::size_t{32} << 20U;
/// Every second port of both protocols, as a spec.
constexpr std::size_t longest_spec = std::size_t{1} << 20U;
constexpr std::size_t most_sources = 16;
constexpr std::size_t deepest = 3;
constexpr const char* wanted_file =
    "; the file is wanted that pt-server writes with --journal-file FILE, or a copy of it";

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

void read_sources(JsonFields& fields, std::vector<IpAddress>& sources) {
    const json::value* value = fields.find("sources");
    const json::array* array = value == nullptr ? nullptr : value->if_array();
    if (array == nullptr || array->size() > most_sources) {
        fields.refuse("sources");
        return;
    }
    for (const json::value& source : *array) {
        const json::string* text = source.if_string();
        const auto address =
            text == nullptr ? std::nullopt : IpAddress::parse({text->data(), text->size()});
        if (!address) {
            fields.refuse("sources");
            return;
        }
        sources.push_back(*address);
    }
}

}  // namespace

/// A complaint, or "".
std::string JournalFile::take_line(std::string_view text, bool first) {
    json::error_code failed;
    json::parse_options options;
    options.max_depth = deepest;
    const json::value value = json::parse({text.data(), text.size()}, failed, {}, options);
    if (failed || !value.is_object()) {
        return failed ? "no valid JSON: " + failed.message() : "no JSON object";
    }
    JsonFields fields{value.get_object(), longest_spec};
    if (first) {
        if (fields.number("pt_journal") != 1U) {
            return "no journal of pt-server, or one of another version";
        }
        held_ = ports(fields, "held");
        return fields.complaint();
    }
    Account account;
    const auto session = fields.required("session", parse_id);
    read_sources(fields, account.sources);
    account.arrived = ports(fields, "arrived");
    account.connected = ports(fields, "connected");
    account.half_open = ports(fields, "half_open");
    account.uncertain = ports(fields, "uncertain");
    account.earlier = ports(fields, "earlier");
    account.stalled = fields.truth("stalled");
    account.handshakes_known = fields.truth("handshakes_known");
    if (session && fields.complaint().empty()) {
        accounts_.insert_or_assign(*session, std::move(account));
    }
    return fields.complaint();
}

std::variant<JournalFile, UsageError> JournalFile::read(std::istream& file,
                                                        const std::string& name) {
    std::string text;
    std::array<char, 65536> piece{};
    while (text.size() <= longest_file &&
           (file.read(piece.data(), piece.size()), file.gcount() > 0)) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (text.size() > longest_file) {
        return UsageError{net::safe_text(name) + ": longer than " + std::to_string(longest_file) +
                          " bytes"};
    }
    if (text.empty()) {
        return UsageError{net::safe_text(name) + ": is empty"};
    }
    JournalFile journal;
    std::string_view rest{text};
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto complaint = journal.take_line(rest.substr(0, end), number == 1);
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
        return UsageError{"--journal " + quote_word(*options.journal_file) + " cannot be read: " +
                          std::generic_category().message(errno) + wanted_file};
    }
    file.clear();
    auto journal = read(file, *options.journal_file);
    if (const auto* error = std::get_if<UsageError>(&journal)) {
        return UsageError{"--journal " + error->message + wanted_file};
    }
    return journal;
}

bool JournalFile::stalled(std::uint64_t session) const {
    const auto entry = accounts_.find(session);
    return entry != accounts_.end() && entry->second.stalled;
}

ArrivalRecords::Found JournalFile::find(std::uint64_t session, Protocol protocol, Port port,
                                        const std::optional<IpAddress>& local) const {
    ArrivalRecords::Found found;
    const auto entry = accounts_.find(session);
    if (entry == accounts_.end()) {
        found.record.incomplete = true;
        return found;
    }
    const Account& account = entry->second;
    found.record.listening = held_.contains(protocol, port);
    found.record.frame = account.arrived.contains(protocol, port);
    const auto same = [&local](const IpAddress& source) {
        return local && source.bytes() == local->bytes();
    };
    const bool ours = std::any_of(account.sources.begin(), account.sources.end(), same);
    found.record.established = ours && account.connected.contains(protocol, port);
    found.record.attempt = ours && account.half_open.contains(protocol, port);
    found.record.other = account.uncertain.contains(protocol, port);
    found.record.incomplete = !ours || !account.handshakes_known;
    return found;
}

}  // namespace pt::client
