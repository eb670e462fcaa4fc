#include "common/core/pasted_target.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pt {
namespace {

std::string read(std::string_view word) {
    std::string all;
    for (const auto& [host, spec] : read_pasted_targets(word)) {
        all += (all.empty() ? "" : ", ") + (host.empty() ? "-" : host) + ' ' +
               (spec.empty() ? "-" : spec);
    }
    return all;
}

TEST(PastedTargets, AreReadFromUrls) {
    struct {
        std::string_view word, targets;
    } const cases[] = {
        {"postgres://app:s3cret@db:5432/app", "db tcp/5432"},
        {"postgresql://db/app", "db tcp/5432"},
        {"postgresql+psycopg2://app@db", "db tcp/5432"},
        {"git+ssh://git@example.com/x.git", "example.com tcp/22"},
        {"jdbc:mysql://db/app", "db tcp/3306"},
        {"http://[::1]:8080/", "::1 tcp/8080"},
        {"http://[::1]/", "::1 tcp/80"},
        {"https://db:8443/path?x", "db tcp/8443"},
        {"HTTPS://db", "db tcp/443"},
        {"wss://db/socket", "db tcp/443"},
        {"udp://db:53/", "db udp/53"},
        {"tftp://db/x", "db udp/69"},
        {"coap://db", "db udp/5683"},
        {"ntp://db", "db udp/123"},
        {"tcp://app:x@db:99", "db tcp/99"},
        {"tcp://db", "db -"},
        {"gopher2://db:1", "db tcp/1"},
        {"gopher2://db", "db -"},
        {"mongodb://u:p@a:27017,b:27018/x?y=z", "a tcp/27017, b tcp/27018"},
        {"redis://:12@db:6379/0", "db tcp/6379"},
        {"http://0.0.0.0:80/", "- tcp/80"},
    };
    for (const auto& [word, targets] : cases) {
        EXPECT_EQ(read(word), targets) << word;
    }
}

TEST(PastedTargets, AreReadFromHostsWithPorts) {
    struct {
        std::string_view word, targets;
    } const cases[] = {
        {"localhost:443/tcp", "localhost tcp/443"},
        {"db:53/UDP", "db udp/53"},
        {"tcp:127.0.0.1:80", "127.0.0.1 tcp/80"},
        {"udp:[::1]:53", "::1 udp/53"},
        {"[fd00::1]:53", "fd00::1 tcp/53"},
        {"db:https", "db tcp/https"},
        {"app:s3cret@db:22", "db tcp/22"},
        {"0.0.0.0:8080->80/tcp", "- tcp/8080"},
        {":::8080->80/tcp", "- tcp/8080"},
        {"[::]:8080->80/tcp", "- tcp/8080"},
        {"127.0.0.1:8080->80/udp", "127.0.0.1 udp/8080"},
        {"127.0.0.1:8080:80", "127.0.0.1 tcp/8080"},
        {"*:80", "- tcp/80"},
    };
    for (const auto& [word, targets] : cases) {
        EXPECT_EQ(read(word), targets) << word;
    }
}

TEST(PastedTargets, AreNoneWhereThatCannotBeTold) {
    for (const std::string_view word : {"",
                                        "db",
                                        "tcp/443",
                                        "443",
                                        "80:30080/TCP",
                                        "80:443",
                                        "tcp:443",
                                        "db:",
                                        ":443",
                                        "db:x y",
                                        "db:65536",
                                        "db:0",
                                        "::1:443",
                                        "fd00::1",
                                        "[db]:1",
                                        "[::1",
                                        "a@b",
                                        "redis://app:s3cret",
                                        "postgres://app:12/3@db:5432",
                                        "postgres://",
                                        "://db:1",
                                        "http://-x",
                                        "http://db:x/",
                                        "http://a,http://b",
                                        "db:\x1b[m",
                                        "@",
                                        "tcp:",
                                        "->",
                                        "a:1:2:3"}) {
        EXPECT_EQ(read(word), word == "://db:1" ? "db tcp/1" : "") << word;
    }
    EXPECT_EQ(read(std::string(100'000, 'a') + ":1"), "");
    EXPECT_LE(read_pasted_targets("x://a,b,c,d,e,f,g").size(), 4U);
}

}  // namespace
}  // namespace pt
