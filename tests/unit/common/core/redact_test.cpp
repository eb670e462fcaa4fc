#include "common/core/redact.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pt {
namespace {

TEST(Redacted, KeepsWhatIsNoSecret) {
    for (const std::string_view word :
         {"", "db", "tcp/443", "db:5432", "tcp://db:5432", "tcp://db:htps", "tcp://db:53/udp",
          "udp://[fd00::1]:53", "https://db:8443", "http://[::1]", "http://[::1]:8080",
          "/etc/pt@1.conf", "./pt@1.conf", "80:30080/TCP", "tcp/443=", "a=b"}) {
        EXPECT_EQ(redacted(word), word);
    }
}

TEST(Redacted, LeavesSecretsOut) {
    struct {
        std::string_view word, shown;
    } const cases[] = {
        {"postgres://app:s3cret@db:5432/app", "postgres://...@db:5432/..."},
        {"postgres://app:s3c@ret@db:5432", "postgres://...@db:5432"},
        {"postgres://app:s3/c?r#et@db", "postgres://...@db"},
        {"tcp://app:s3cret@db:5432", "tcp://...@db:5432"},
        {"app:s3cret@db", "...@db"},
        {"//app:s3cret@db", "...@db"},
        {"git@example.com:org/repo", "...@example.com:org/..."},
        {"redis://app:s3cret", "redis://app:..."},
        {"redis://:s3cret/0", "redis://:..."},
        {"https://db/hook/s3cret", "https://db/..."},
        {"https://db/", "https://db/"},
        {"https://db?token=s3cret", "https://db?...=..."},
        {"tcp://db:1?s3cret", "tcp://db:1?..."},
        {"jdbc:postgresql://db:5432/app?user=app&password=s3cret",
         "jdbc:postgresql://db:5432/...=..."},
        {"jdbc:oracle:thin:app/s3cret@//db:1521/x", "...@/..."},
        {"host=db password=s3cret", "host=db password=..."},
        {"Server=db;Pwd = s3cret", "Server=db;Pwd =..."},
        {"password=s3@cret", "..."},
        {"tcp://app:x;pwd=s3@cret@db", "tcp://..."},
        {"PASSWORD=s3cret", "PASSWORD=..."},
    };
    for (const auto& [word, shown] : cases) {
        EXPECT_EQ(redacted(word), shown) << word;
    }
}

TEST(Redacted, EndsForEveryWord) {
    for (const std::string& word :
         {std::string(100'000, '@'), std::string(100'000, '='), std::string(10'000, ':') + "//",
          std::string("password=") + std::string(100'000, '@'), std::string("\0@\0", 3)}) {
        EXPECT_LE(redacted(word).size(), word.size() + 8);
    }
}

}  // namespace
}  // namespace pt
