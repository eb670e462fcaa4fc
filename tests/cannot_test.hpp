#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

/// Ends a test that takes more than this machine has: it is skipped, and where CI is set it fails,
/// since there all is to be tested. The sentence says what to install or to allow. For use in the
/// body of a test or of SetUp alone.
#define PT_CANNOT_TEST(sentence)                         \
    do {                                                 \
        if (std::string{pt::test::ci_setting()}.empty()) \
            GTEST_SKIP() << (sentence);                  \
        FAIL() << (sentence);                            \
    } while (false)

namespace pt::test {

inline const char* ci_setting() {
    const char* const setting = std::getenv("CI");
    return setting == nullptr ? "" : setting;
}

}  // namespace pt::test
