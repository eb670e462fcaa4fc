#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client/cli/scan_options.hpp"
#include "client/options/options.hpp"
#include "samples.hpp"

/// Command lines of pt-client, without its name; or of a command that has a parser of its own.
namespace pt::client::test {

template <class Parser>
auto parse(std::vector<std::string> words, Parser parser) {
    std::vector<const char*> argv{"pt-client"};
    for (const auto& word : words) {
        argv.push_back(word.c_str());
    }
    return parser(static_cast<int>(argv.size()), argv.data());
}

inline ParsedOptions parse(std::vector<std::string> words) {
    return parse(std::move(words), parse_options);
}

/// The options that these words give; it is a failure if they are refused.
template <class Choice = Options, class Parser = decltype(&parse_options)>
Choice accepted(std::vector<std::string> words, Parser parser = parse_options) {
    auto parsed = parse(std::move(words), parser);
    if (!parsed) {
        ADD_FAILURE() << parsed.error().message;
        return {};
    }
    return std::get<Choice>(*parsed);
}

/// The message with which these words are refused; it is a failure if they are accepted.
template <class Parser = decltype(&parse_options)>
std::string refused(std::vector<std::string> words, Parser parser = parse_options) {
    const auto parsed = parse(std::move(words), parser);
    if (parsed) {
        ADD_FAILURE() << "was accepted";
        return "";
    }
    const auto error = parsed.error();
    EXPECT_TRUE(is_plain_text(error.message)) << error.message;
    EXPECT_EQ(error.message.find('\n'), std::string::npos) << error.message;
    return error.message;
}

}  // namespace pt::client::test
