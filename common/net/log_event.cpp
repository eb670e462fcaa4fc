#include "common/net/log_event.hpp"

#include <fmt/args.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstddef>

#include "common/core/safe_text.hpp"

namespace pt::net {
namespace {

std::string on_one_line(std::string_view text) {
    constexpr std::size_t max_length = 4096;
    std::string line;
    for (std::size_t begin = 0; begin < std::min(text.size(), max_length);) {
        const auto end = std::min({text.find('\\', begin), text.size(), max_length});
        line += safe_text(text.substr(begin, end - begin), max_length);
        if (end < std::min(text.size(), max_length)) {
            line += '\\';
        }
        begin = end + 1;
    }
    return text.size() > max_length ? line + "..." : line;
}

struct ToText {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(std::uint64_t number) const { return std::to_string(number); }
    std::string operator()(std::string_view text) const { return std::string{text}; }
    std::string operator()(const std::error_code& error) const {
        return error ? error.message() : std::string{};
    }
    std::string operator()(const IpAddress& address) const { return address.to_string(); }
    std::string operator()(const SocketAddress& address) const { return address.to_string(); }
    std::string operator()(std::span<const std::string> list) const {
        return fmt::format("{}", fmt::join(list, ", "));
    }
};

boost::json::value to_json(const LogValue& value) {
    if (const auto* const number = std::get_if<std::uint64_t>(&value)) {
        return *number;
    }
    if (const auto* const list = std::get_if<std::span<const std::string>>(&value)) {
        boost::json::array array;
        for (const auto& text : *list) {
            array.emplace_back(on_one_line(text));
        }
        return array;
    }
    const auto text = on_one_line(std::visit(ToText{}, value));
    return text.empty() ? boost::json::value() : boost::json::value(text);
}

}  // namespace

LogEvent::LogEvent(std::string_view sentence, std::span<const LogField* const> fields) {
    fmt::dynamic_format_arg_store<fmt::format_context> arguments;
    for (const auto* const field : fields) {
        const auto& name = row_of(field->key).name;
        arguments.push_back(fmt::arg(name.data(), field->in_message
                                                      ? *field->in_message
                                                      : std::visit(ToText{}, field->value)));
        fields_.emplace(name, to_json(field->value));
    }
    message_ = on_one_line(fmt::vformat(sentence, arguments));
}

}  // namespace pt::net
