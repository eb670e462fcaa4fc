#pragma once

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "common/net/log_field.hpp"

namespace pt::net {

/// Whether all braces of a sentence hold one of these names.
constexpr bool has_no_other_braces(std::string_view sentence,
                                   std::initializer_list<std::string_view> names) {
    for (auto rest = sentence; rest.find_first_of("{}") != std::string_view::npos;) {
        rest.remove_prefix(rest.find_first_of("{}"));
        const auto end = rest.find('}');
        if (end == 0 || end == std::string_view::npos ||
            std::find(names.begin(), names.end(), rest.substr(1, end - 1)) == names.end()) {
            return false;
        }
        rest.remove_prefix(end + 1);
    }
    return true;
}

/// A sentence with the names of fields in braces: "cannot accept: {error}". It is a literal, so
/// that facts come into it as fields alone, and a name that is none of its fields' is not compiled.
template <LogKey... keys>
class Sentence {
public:
    consteval Sentence(const char* literal)  // implicit: literals become sentences
        : text_{literal} {
        if (!has_no_other_braces(text_, {row_of(keys).name...})) {
            throw "braces hold the name of a field that is given behind the sentence";
        }
    }

    constexpr std::string_view text() const { return text_; }

private:
    std::string_view text_;
};

/// What is logged: a sentence for people, and its facts as fields for programs, stated once:
///
///     LogEvent{"failed to bind {protocol}/{port}: {error}", field<LogKey::protocol>(protocol),
///              field<LogKey::port>(port), field<LogKey::error>(error)}
///
/// Whatever the fields hold: printable ASCII, each other byte as "\xNN"; cut after 4,096 bytes with
/// "...". Backslashes stay: what came from a peer has been through `safe_text` already.
class LogEvent {
public:
    template <LogKey... keys>
    explicit LogEvent(std::type_identity_t<Sentence<keys...>> sentence,
                      const Field<keys>&... fields)
        : LogEvent{sentence.text(), std::array<const LogField*, sizeof...(keys)>{&fields...}} {}

    const std::string& message() const { return message_; }
    const boost::json::object& fields() const { return fields_; }

private:
    LogEvent(std::string_view sentence, std::span<const LogField* const> fields);

    std::string message_;
    boost::json::object fields_;
};

}  // namespace pt::net
