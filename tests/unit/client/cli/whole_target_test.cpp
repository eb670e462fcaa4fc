#include "client/options/whole_target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;

std::string complaint_about(const std::string& word) {
    const auto parsed = parse_whole_target(word);
    return parsed ? "accepted" : parsed.error().message;
}

TEST(WholeTarget, HoldsAHostAndItsPorts) {
    struct {
        const char* word;
        const char* host;
        const char* ports;
    } const cases[] = {
        {"tcp://db:5432", "db", "tcp/5432"},
        {"UDP://db.example.:53", "db.example.", "udp/53"},
        {"any://dns:domain", "dns", "tcp/53 udp/53"},
        {"tcp://192.0.2.7:22,80,8000-8100", "192.0.2.7", "tcp/22,80,8000-8100"},
        {"udp://[fd00::1]:53", "fd00::1", "udp/53"},
        {"tcp://[fe80::1%eth0.100]:all", "fe80::1%eth0.100", "tcp/1-65535"},
        {"tcp://[::ffff:192.0.2.1]:https", "::ffff:192.0.2.1", "tcp/443"},
    };
    for (const auto& [word, host, ports] : cases) {
        const auto parsed = parse_whole_target(word);
        ASSERT_TRUE(parsed) << complaint_about(word);
        EXPECT_TRUE(is_whole_target(word));
        EXPECT_EQ(parsed->host, host) << word;
        EXPECT_EQ(parsed->ports.to_string(), ports) << word;
    }
}

TEST(WholeTarget, IsNotWhatNamesNoPorts) {
    for (const auto* word :
         {"", "db", "tcp/443", "2001:db8::1:443", "[fd00::1]", "tcp:443", "ANY:53", "8000:8100",
          ":443", "db:443:80", "app@db:22", "0.0.0.0:8080->80/tcp", "tcp:/db:1"}) {
        EXPECT_FALSE(is_whole_target(word)) << word;
        EXPECT_FALSE(parse_whole_target(word)) << word;
    }
}

TEST(WholeTarget, WithoutAProtocolThePortsAreASpec) {
    struct {
        const char* word;
        const char* host;
        const char* ports;
    } const cases[] = {
        {"db:5432", "db", "tcp/5432"},
        {"[::1]:443,8443", "::1", "tcp/443,8443"},
        {"192.0.2.7:https", "192.0.2.7", "tcp/443"},
        {"db:8000-8002", "db", "tcp/8000-8002"},
        {"dns:53/udp", "dns", "udp/53"},
        {"dns:any/domain", "dns", "tcp/53 udp/53"},
        {"time:ntp", "time", "udp/123"},
        {"[fe80::1%eth0]:22", "fe80::1%eth0", "tcp/22"},
    };
    for (const auto& [word, host, ports] : cases) {
        EXPECT_TRUE(is_whole_target(word)) << word;
        const auto parsed = parse_whole_target(word);
        ASSERT_TRUE(parsed) << word << ": " << parsed.error().message;
        EXPECT_EQ(parsed->host, host);
        EXPECT_EQ(parsed->ports.to_string(), ports);
    }
    for (const auto* word : {"db:", "db:0", "db:htps", "db:443/x", "[db]:443", "010.0.0.1:443"}) {
        EXPECT_TRUE(is_whole_target(word)) << word;
        EXPECT_FALSE(parse_whole_target(word)) << word;
    }
}

TEST(WholeTarget, AnErrorNamesTheWordAndTheRemedy) {
    struct {
        const char* word;
        const char* remedy;
    } const cases[] = {
        {"http://db",
         "tcp, udp or any is allowed before \"://\", as in tcp://db:5432; write tcp://db:80"},
        {"http://[::1]/", "tcp, udp or any is allowed"},
        {"gopher2://db:1", "tcp, udp or any is allowed"},
        {"://db:1", "tcp, udp or any is allowed"},
        {"tcp://db", "the port is missing"},
        {"tcp://db:", "the port is missing"},
        {"udp://[fd00::1]", "the port is missing"},
        {"tcp://:443", "the host is missing"},
        {"tcp://", "the host is missing"},
        {"tcp://[]:1", "the host is missing"},
        {"tcp://[db]:1", "only an IPv6 address may be in brackets"},
        {"tcp://[192.0.2.1]:1", "only an IPv6 address may be in brackets"},
        {"udp://fd00::1:53", "an IPv6 address needs brackets here, as in udp://[fd00::1]:53"},
        {"udp://fd00:0:0:0:0:0:0:1:53", "an IPv6 address needs brackets here"},
        {"tcp://127.0.0.1:443:80",
         "one \":\" is allowed behind the host, and commas between ports"},
        {"tcp://db:443:80", "one \":\" is allowed"},
        {"tcp://999.1.1.1:80", "\"999.1.1.1\" is not an IPv4 address"},
        {"udp://[fe80::1]:53", "write fe80::1%eth0"},
        {"udp://[fd00::1:53", "\"]\" is missing"},
        {"udp://[fd00::1]53", "\":\" and a port are required behind \"]\""},
        {"tcp://db:5432/", "no \"/\" is allowed"},
        {"tcp://db:53/udp", "no \"/\" is allowed"},
        {"tcp://0.0.0.0:1", "for this machine write 127.0.0.1"},
        {"tcp://db:0", "1 to 65535"},
        {"tcp://db:65536", "1 to 65535"},
        {"tcp://db:htps", "did you mean \"https\"?"},
        {"tcp://db:1,", "missing"},
    };
    for (const auto& [word, remedy] : cases) {
        EXPECT_THAT(complaint_about(word), HasSubstr(remedy));
        EXPECT_THAT(complaint_about(word), HasSubstr(word));
    }
}

TEST(WholeTarget, OfAPastedUrlItSaysWhatToWriteAndShowsNoSecret) {
    struct {
        const char* word;
        const char* shown;
        const char* remedy;
    } const cases[] = {
        {"postgres://app:s3cret@db:5432/app",
         "\"postgres://...@db:5432/...\": ", "; write tcp://db:5432"},
        {"tcp://app:s3cret@db:1", "\"tcp://...@db:1\": no user name is allowed before the host",
         "; write tcp://db:1"},
        {"tcp://app:s3/cret@db:1", "\"tcp://...@db:1\": no user name", "before the host"},
        {"https://db:8443/s3cret?x", "\"https://db:8443/...\": ", "; write tcp://db:8443"},
        {"http://[::1]:8080/", "\"http://[::1]:8080/\": ", "; write tcp://[::1]:8080"},
        {"redis://app:s3cret", "\"redis://app:...\": ", "as in tcp://db:5432"},
        {"custom://db/s3cret", "\"custom://db/...\": ", "; write tcp://db:PORT"},
    };
    for (const auto& [word, shown, remedy] : cases) {
        const auto complaint = complaint_about(word);
        EXPECT_TRUE(complaint.starts_with(shown)) << complaint;
        EXPECT_TRUE(complaint.ends_with(remedy)) << complaint;
        EXPECT_EQ(complaint.find("cret"), std::string::npos) << complaint;
    }
}

TEST(WholeTarget, AComplaintIsOnePlainLineWhateverTheWordHolds) {
    for (const auto& word : {hostile + "://db:1", "http://" + hostile, "tcp://" + hostile + ":1",
                             "tcp://db:" + hostile, "tcp://[" + hostile + "]:1",
                             "tcp://" + std::string(100'000, '\x1b')}) {
        const auto complaint = complaint_about(word);
        EXPECT_TRUE(is_plain_text(complaint)) << complaint;
        EXPECT_EQ(complaint.find('\n'), std::string::npos);
        EXPECT_LT(complaint.size(), 1000U);
    }
}

}  // namespace
}  // namespace pt::client
