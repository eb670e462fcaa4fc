#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "client/cli/draft.hpp"
#include "client/options/option_values.hpp"

/// What each option does with its value. Each says what is allowed where the value is not, else "".
namespace pt::client::apply {

template <bool Draft::*flag>
std::string raise(Draft& draft, const std::string&) {
    draft.*flag = true;
    return "";
}

template <bool Options::*flag>
std::string raise(Draft& draft, const std::string&) {
    draft.options.*flag = true;
    return "";
}

template <auto field, std::uint32_t most>
std::string number(Draft& draft, const std::string& value) {
    const auto parsed = parse_number(value, 1, most);
    if (!parsed) {
        return "a whole number from 1 to " + std::to_string(most) + " is allowed";
    }
    draft.options.*field = *parsed;
    return "";
}

template <std::optional<std::string> Options::*field>
std::string file_name(Draft& draft, const std::string& value) {
    if (value.empty()) {
        return "the name of a file is allowed";
    }
    draft.options.*field = value;
    return "";
}

std::string host(Draft& draft, const std::string& value);
std::string ports(Draft& draft, const std::string& value);
std::string tries(Draft& draft, const std::string& value);
std::string timeout(Draft& draft, const std::string& value);
std::string source(Draft& draft, const std::string& value);
std::string source_port(Draft& draft, const std::string& value);
std::string frame_size(Draft& draft, const std::string& value);
std::string interface(Draft& draft, const std::string& value);
std::string dscp(Draft& draft, const std::string& value);
std::string no_journal(Draft& draft, const std::string&);
/// The format, of those that the report has.
template <ReportOf what>
std::string output(Draft& draft, const std::string& value) {
    const auto format = parse_format(what, value);
    if (!format) {
        return allowed_formats(what);
    }
    draft.options.output = *format;
    return "";
}

/// A file, and what is reported there.
std::string output_file(ReportOf what, Draft& draft, const std::string& value);
template <ReportOf what>
std::string output_file(Draft& draft, const std::string& value) {
    return output_file(what, draft, value);
}

/// A list of verdicts; each further one adds to it.
std::string only(Draft& draft, const std::string& value);
std::string color(Draft& draft, const std::string& value);
std::string require(Draft& draft, const std::string& value);
std::string only_test(Draft& draft, const std::string& value);
std::string from(Draft& draft, const std::string& value);
std::string wait_limit(Draft& draft, const std::string& value);
std::string until(Draft& draft, const std::string& value);

}  // namespace pt::client::apply
