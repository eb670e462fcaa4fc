#include "common/keys/key_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/keys/utc_time.hpp"
#include "keys/sample_keys.hpp"

namespace pt {
namespace {

using test::sample_key;
using testing::HasSubstr;
using testing::Not;

const std::string secret{"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"};

std::string complaint(const std::string& text) {
    const auto keys = parse_keys(text, "pt.key");
    return keys ? "" : keys.error().message;
}

TEST(KeyFile, ALineIsReadAsItIsWritten) {
    const auto keys = parse_keys(key_line(sample_key()) + '\n', "pt.key");
    ASSERT_TRUE(keys);
    ASSERT_EQ(keys->size(), 1U);
    EXPECT_EQ(keys->front().secret, sample_key().secret);
    EXPECT_EQ(keys->front().id, sample_key().id);
    EXPECT_EQ(keys->front().from, std::nullopt);
    EXPECT_EQ(key_line(sample_key()), "pt-key-1 " + secret);
}

TEST(KeyFile, CommentsBlanksAndLimits) {
    const auto keys = parse_keys("# of the office\r\n\n  pt-key-1\t" + secret +
                                     " until=2026-12-31 from=2026-01-31T12:00:00Z # old\r\n",
                                 "pt.key");
    ASSERT_TRUE(keys);
    EXPECT_EQ(keys->front().from, parse_utc("2026-01-31T12:00:00Z"));
    EXPECT_EQ(keys->front().until, parse_utc("2026-12-31"));
}

TEST(KeyFile, WhatIsWrongIsNamedWithItsLine) {
    EXPECT_THAT(complaint(""), HasSubstr("holds no key"));
    EXPECT_THAT(complaint("# nothing\n"), HasSubstr("pt-client keygen FILE"));
    EXPECT_THAT(complaint("\nssh-rsa AAAA\n"), HasSubstr("line 2: expected \"pt-key-1 SECRET\""));
    EXPECT_THAT(complaint("pt-key-1"), HasSubstr("64 hexadecimal digits"));
    EXPECT_THAT(complaint("pt-key-1 " + secret + "00"), HasSubstr("64 hexadecimal digits"));
    EXPECT_THAT(complaint("pt-key-1 " + secret.substr(2) + "+1"), HasSubstr("64 hexadecimal"));
    EXPECT_THAT(complaint("pt-key-1 " + secret + " from=yesterday"),
                HasSubstr("from=: expected a time in UTC"));
    EXPECT_THAT(complaint("pt-key-1 " + secret + " from=2026-02-30"), HasSubstr("from="));
    EXPECT_THAT(complaint("pt-key-1 " + secret + " from=2026-01-01 from=2026-01-02"),
                HasSubstr("from= is given twice"));
    EXPECT_THAT(complaint("pt-key-1 " + secret + " from=2026-01-02 until=2026-01-02"),
                HasSubstr("until= is not later"));
    EXPECT_THAT(complaint("pt-key-1 " + secret + " use=all"), HasSubstr("expected from=TIME"));
    EXPECT_THAT(complaint("pt-key-1 " + secret + "\npt-key-1 " + secret),
                HasSubstr("line 2: the same key again"));
}

TEST(KeyFile, NoMessageTellsAnythingOfASecret) {
    const auto half = secret.substr(0, 32);
    for (const std::string& text :
         {secret, "pt-key-1 " + half, "pt-key-1 " + half + ' ' + secret.substr(32),
          "pt-key-1 " + secret + ' ' + half, "pt-key-2 " + secret}) {
        EXPECT_THAT(complaint(text), Not(HasSubstr(half))) << text;
        EXPECT_THAT(complaint(text), Not(HasSubstr(secret.substr(32)))) << text;
    }
}

TEST(KeyFile, HoldsABoundedNumberOfKeys) {
    std::string text;
    for (std::size_t number = 0; number <= max_keys; ++number) {
        text += key_line(make_key(derive(sample_key().secret, std::to_string(number)))) + '\n';
    }
    EXPECT_THAT(complaint(text), HasSubstr("line 65: more than 64 keys"));
}

TEST(UtcTime, ReadsDaysAndMoments) {
    using namespace std::chrono;
    EXPECT_EQ(parse_utc("1970-01-01"), WallTime{});
    EXPECT_EQ(parse_utc("1970-01-02T03:04:05Z"), WallTime{days{1} + 3h + 4min + 5s});
    EXPECT_EQ(parse_utc("2024-02-29"), WallTime{sys_days{2024y / 2 / 29}});
    for (const auto* const word :
         {"", "2026", "2026-1-01", "2026-13-01", "2026-00-01", "2026-02-29", "1969-12-31",
          "2026-01-01 00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
          "2026-01-01T00:00:60Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00+", "2026-01-01x",
          "+026-01-01"}) {
        EXPECT_EQ(parse_utc(word), std::nullopt) << word;
    }
}

}  // namespace
}  // namespace pt
