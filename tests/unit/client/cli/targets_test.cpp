#include "client/options/targets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> hosts_of(const std::string& text) {
    std::istringstream lines{text};
    const auto read = read_host_lines(lines, "hosts");
    if (!read) {
        ADD_FAILURE() << read.error().message;
        return {};
    }
    return *read;
}

std::string complaint_of(const std::string& text) {
    std::istringstream lines{text};
    const auto read = read_host_lines(lines, "hosts");
    return read ? "accepted" : read.error().message;
}

TEST(HostLines, CommentsBlanksAndLineEndsDoNotCount) {
    EXPECT_THAT(hosts_of("a.example\r\n\n# comment\n  \t192.0.2.1 # main\n::1"),
                ElementsAre("a.example", "192.0.2.1", "::1"));
    EXPECT_THAT(hosts_of(""), ElementsAre());
}

TEST(HostLines, MayBeginWithAByteOrderMark) {
    EXPECT_THAT(hosts_of("\xEF\xBB\xBF"
                         "a.example\r\nb.example\r\n"),
                ElementsAre("a.example", "b.example"));
    EXPECT_THAT(hosts_of("\xEF\xBB\xBF# comment\n"), ElementsAre());
    EXPECT_THAT(complaint_of("a\n\xEF\xBB\xBF"
                             "b\n"),
                HasSubstr("line 2"));
    EXPECT_THAT(complaint_of(std::string("\xFF\xFE"
                                         "a\0\n\0",
                                         6)),
                HasSubstr("line 1: UTF-16 text: save the file as UTF-8"));
}

TEST(HostLines, AnErrorNamesTheLine) {
    EXPECT_THAT(complaint_of("a\n10.0.0.0/8\n"),
                HasSubstr("hosts line 2: \"10.0.0.0/8\": 16777214"));
    EXPECT_THAT(complaint_of("a\nb\nc\n10.0.0.0/20\n"), HasSubstr("hosts line 4: too many"));
    EXPECT_THAT(complaint_of("a\n\nb c\n"), HasSubstr("hosts line 3: \"b c\""));
    EXPECT_THAT(complaint_of("a\ntcp/443\n"), HasSubstr("hosts line 2: \"tcp/443\""));
    EXPECT_TRUE(is_plain_text(complaint_of("a\n" + hostile.substr(0, 5) + "\n")));
}

TEST(HostLines, AreBounded) {
    EXPECT_THAT(complaint_of(std::string(2000, 'a')), HasSubstr("line 1: longer than"));
    std::string many;
    for (std::size_t i = 0; i < max_hosts; ++i) {
        many += "h" + std::to_string(i) + '\n';
    }
    EXPECT_EQ(hosts_of(many).size(), max_hosts);
    EXPECT_THAT(complaint_of(many + "one.more\n"), HasSubstr("too many hosts: 4096"));
    EXPECT_THAT(complaint_of(std::string(100'000, '\n')), HasSubstr("longer than 65536 lines"));
}

TEST(Targets, ShareThePortsAndKeepEachHostOnce) {
    Options options;
    options.hosts = {"b", "a", "b"};
    options.ports.insert(Protocol::tcp, Port{443});
    const auto read = read_targets(options);
    const auto& targets = *read;
    ASSERT_EQ(targets.size(), 2U);
    EXPECT_EQ(targets[0].host, "b");
    EXPECT_EQ(targets[1].host, "a");
    EXPECT_EQ(targets[0].ports, targets[1].ports);
    EXPECT_EQ(targets[0].ports->to_string(), "tcp/443");
}

TEST(Targets, AHostNamedTwiceHasAllItsPorts) {
    Options options;
    options.hosts = {"a"};
    options.ports.insert(Protocol::tcp, Port{443});
    for (const auto& [host, port] : {std::pair{"a", 53}, {"b", 5432}, {"b", 5433}}) {
        WholeTarget target{host, {}};
        target.ports.insert(Protocol::tcp, Port{static_cast<std::uint16_t>(port)});
        options.whole_targets.push_back(target);
    }
    const auto read = read_targets(options);
    const auto& targets = *read;
    ASSERT_EQ(targets.size(), 2U);
    EXPECT_EQ(targets[0].host, "a");
    EXPECT_EQ(targets[0].ports->to_string(), "tcp/53,443");
    EXPECT_EQ(targets[1].host, "b");
    EXPECT_EQ(targets[1].ports->to_string(), "tcp/5432-5433");
}

}  // namespace
}  // namespace pt::client
