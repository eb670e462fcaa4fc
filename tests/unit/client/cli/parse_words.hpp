#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "client/cli/options.hpp"
#include "samples.hpp"

/// Command lines of pt-client, without its name.
namespace pt::client::test {

inline ParsedOptions parse(std::vector<std::string> words) {
    std::vector<const char*> argv{"pt-client"};
    for (const auto& word : words) {
        argv.push_back(word.c_str());
    }
    return parse_options(static_cast<int>(argv.size()), argv.data());
}

/// The options that these words give; it is a failure if they are refused.
inline Options accepted(std::vector<std::string> words) {
    auto parsed = parse(std::move(words));
    if (!parsed) {
        ADD_FAILURE() << parsed.error().message;
        return {};
    }
    return std::get<Options>(*parsed);
}

/// The message with which these words are refused; it is a failure if they are accepted.
inline std::string refused(std::vector<std::string> words) {
    const auto parsed = parse(std::move(words));
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
