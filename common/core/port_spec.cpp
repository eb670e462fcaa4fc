#include "common/core/port_spec.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/core/port_spec_meant.hpp"
#include "common/core/safe_text.hpp"
#include "common/core/service_names.hpp"

namespace pt {
namespace {

/// What stands before or after the "/", or that nothing does.
enum class Scope { tcp, udp, any, bare };

constexpr std::string_view forms = "as tcp/443, 53/udp, any/53, tcp/22,80,8000-8100 or tcp/https";
constexpr std::string_view items_allowed =
    "a port from 1 to 65535, a range as 8000-8100, a name as https, or all";
constexpr Port lowest_port{1};
constexpr Port highest_port{65535};

/// A part of the whole text and where it begins.
struct Word {
    std::string_view text;
    std::size_t position = 0;
    std::string_view whole;

    Word part(std::size_t from, std::size_t length = std::string_view::npos) const {
        return {text.substr(from, length), position + from, whole};
    }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

bool is_word(std::string_view text, std::string_view word) {
    return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                      [](char a, char b) { return lower(a) == b; });
}

std::optional<Scope> parse_scope(std::string_view text) {
    if (is_word(text, "tcp")) {
        return Scope::tcp;
    }
    if (is_word(text, "udp")) {
        return Scope::udp;
    }
    return is_word(text, "any") ? std::optional{Scope::any} : std::nullopt;
}

std::span<const Protocol> protocols(Scope scope) {
    switch (scope) {
        case Scope::tcp:
        case Scope::bare: return std::span{all_protocols}.first<1>();
        case Scope::udp: return std::span{all_protocols}.last<1>();
        case Scope::any: break;
    }
    return all_protocols;
}
static_assert(all_protocols == std::array{Protocol::tcp, Protocol::udp});

using MaybeError = std::optional<PortSpecError>;

MaybeError error_at(const Word& word, std::string message) {
    return PortSpecError{word.position, std::move(message), {}};
}

MaybeError parse_number(const Word& word, PortZero zero, Port& port) {
    if (word.text.empty()) {
        return error_at(word, "a port number is missing in " + quote_word(word.whole) +
                                  ": a range is written 8000-8100");
    }
    if (!std::all_of(word.text.begin(), word.text.end(), is_digit)) {
        return error_at(word, quote_word(word.text) +
                                  " is not a port, range or service name: expected " +
                                  std::string{items_allowed});
    }
    std::uint16_t number = 0;
    const auto* const end = word.text.data() + word.text.size();
    if (std::from_chars(word.text.data(), end, number).ec != std::errc{}) {
        return error_at(word, "port " + quote_word(word.text) + " is out of range: 1 to 65535");
    }
    if (number == 0 && zero == PortZero::rejected) {
        return error_at(word, "port 0 is reserved: ports and ranges lie within 1 to 65535");
    }
    port = Port{number};
    return std::nullopt;
}

MaybeError insert_numbers(const Word& item, Scope scope, PortZero zero, PortSet& set) {
    const auto dash = item.text.find('-');
    const bool is_range = dash != std::string_view::npos;
    Port first{};
    // "Some free port, and those from 1 on" is hardly what anyone means by a range from 0.
    if (auto error =
            parse_number(item.part(0, dash), is_range ? PortZero::rejected : zero, first)) {
        return error;
    }
    Port last = first;
    if (is_range) {
        const Word end = item.part(dash + 1);
        if (auto error = parse_number(end, PortZero::rejected, last)) {
            return error;
        }
        if (last < first) {
            return error_at(item, "range " + quote_word(item.text) + " runs backwards: write " +
                                      std::to_string(to_number(last)) + '-' +
                                      std::to_string(to_number(first)));
        }
    }
    for (const auto protocol : protocols(scope)) {
        set.insert(protocol, first, last);
    }
    return std::nullopt;
}

MaybeError unknown_name(const Word& item) {
    const std::string name = quote_word(item.text);
    for (const auto protocol : all_protocols) {
        if (!service_ports(protocol, item.text).empty()) {
            const std::string registered{to_string(protocol)};
            return error_at(item, name + " is registered for " + registered + " only: write " +
                                      registered + '/' + std::string{item.text} +
                                      ", or the port's number");
        }
    }
    if (parse_scope(item.text)) {
        return error_at(item, name + " is a protocol: expected ports " + std::string{forms});
    }
    std::string message = name + " is not a registered service name";
    if (const auto similar = similar_service_name(item.text); !similar.empty()) {
        message += "; did you mean \"" + std::string{similar} + "\"?";
    } else {
        message += ": expected " + std::string{items_allowed};
    }
    return error_at(item, std::move(message));
}

/// A name of several ports: which one is meant, only the person who typed it can tell.
MaybeError ambiguous_name(const Word& item, const PortSet& candidates) {
    return error_at(item, quote_word(item.text) + " is ambiguous, it names " +
                              candidates.to_string() +
                              ": write the number of the port that you mean");
}

MaybeError insert_name(const Word& item, Scope scope, PortSet& set) {
    PortSet named;
    bool ambiguous = false;
    const auto insert = [&](Protocol protocol) {
        const auto ports = service_ports(protocol, item.text);
        ambiguous = ambiguous || ports.size() > 1;
        for (const Port port : ports) {
            named.insert(protocol, port);
        }
    };
    const bool is_udp = scope == Scope::bare && means_udp(item.text);
    for (const auto protocol : protocols(is_udp ? Scope::udp : scope)) {
        insert(protocol);
    }
    if (named.empty() && scope == Scope::bare) {
        insert(Protocol::udp);
    }
    if (ambiguous) {
        return ambiguous_name(item, named);
    }
    set.insert(named);
    return named.empty() ? unknown_name(item) : std::nullopt;
}

MaybeError insert_item(const Word& item, Scope scope, PortZero zero, PortSet& set) {
    if (item.text.empty()) {
        return error_at(item, "a port is missing in " + quote_word(item.whole) +
                                  ": expected ports " + std::string{forms});
    }
    if (is_word(item.text, "all")) {
        for (const auto protocol : protocols(scope)) {
            set.insert(protocol, lowest_port, highest_port);
        }
        return std::nullopt;
    }
    return std::any_of(item.text.begin(), item.text.end(), is_letter)
               ? insert_name(item, scope, set)
               : insert_numbers(item, scope, zero, set);
}

PortSpecResult parse_items(Word items, Scope scope, PortZero zero) {
    PortSet set;
    for (;;) {
        const auto comma = items.text.find(',');
        if (auto error = insert_item(items.part(0, comma), scope, zero, set)) {
            return *std::move(error);
        }
        if (comma == std::string_view::npos) {
            return set;
        }
        items = items.part(comma + 1);
    }
}

bool is_service_name(std::string_view text) {
    return std::any_of(all_protocols.begin(), all_protocols.end(),
                       [&](Protocol protocol) { return !service_ports(protocol, text).empty(); });
}

/// Neither side of the "/" is a protocol: the one that does not look like ports should be.
PortSpecError unknown_protocol(const Word& left, const Word& right) {
    const bool left_is_ports =
        !left.text.empty() && (is_digit(left.text.front()) || is_service_name(left.text));
    const Word& culprit = left_is_ports ? right : left;
    if (culprit.text.empty()) {
        return {culprit.position,
                "a protocol is missing in " + quote_word(culprit.whole) +
                    ": tcp, udp or any is allowed beside the \"/\", as in tcp/443",
                {}};
    }
    return {culprit.position,
            "unknown protocol " + quote_word(culprit.text) + ": tcp, udp or any is allowed",
            {}};
}

PortSpecResult parse_word(std::string_view text, PortZero zero) {
    const Word whole{text, 0, text};
    if (text.empty()) {
        return *error_at(whole, "empty port spec: expected ports " + std::string{forms});
    }
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) {
        return parse_items(whole, Scope::bare, zero);
    }
    const Word left = whole.part(0, slash);
    const Word right = whole.part(slash + 1);
    if (const auto second = right.text.find('/'); second != std::string_view::npos) {
        return *error_at(right.part(second), "more than one \"/\" in " + quote_word(text) +
                                                 ": expected ports " + std::string{forms});
    }
    if (const auto scope = parse_scope(left.text)) {
        return parse_items(right, *scope, zero);
    }
    if (const auto scope = parse_scope(right.text)) {
        return parse_items(left, *scope, zero);
    }
    return unknown_protocol(left, right);
}

/// "tcp/443,udp/53,123". Nothing where the word is not several specs.
std::optional<PortSpecResult> parse_several(std::string_view text, PortZero zero) {
    const auto specs = separate_specs(text);
    PortSet all;
    std::size_t position = 0;
    for (const std::string& spec : specs) {
        auto ports = parse_word(spec, zero);
        if (!ports) {
            auto error = std::move(ports).error();
            error.position += position;
            return error;
        }
        all.insert(*ports);
        position += spec.size() + 1;
    }
    return specs.empty() ? std::nullopt : std::optional<PortSpecResult>{all};
}

/// What to say of a word that is nearly a port spec.
MaybeError nearly_spec(std::string_view text, PortZero zero) {
    auto meant = meant_by_colon(
        text, [zero](std::string_view spec) { return parse_word(spec, zero).has_value(); });
    if (meant.message.empty()) {
        return std::nullopt;
    }
    return PortSpecError{text.find_first_of(":>"), quote_word(text) + ' ' + meant.message,
                         std::move(meant.spec)};
}

}  // namespace

PortSpecResult parse_port_spec(std::string_view text, PortZero zero) {
    if (is_like_url(text)) {
        return PortSpecError{
            0, quote_word(text) + " is not a port spec: expected ports " + std::string{forms}, {}};
    }
    auto result = parse_word(text, zero);
    if (!result) {
        if (auto several = parse_several(text, zero)) {
            return *several;
        }
        if (auto error = nearly_spec(text, zero)) {
            return *std::move(error);
        }
    }
    return result;
}

}  // namespace pt
