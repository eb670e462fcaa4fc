#include "client/cli/command_line.hpp"

#include <gmock/gmock.h>

#include "client/options/target_words.hpp"
#include "tests/unit/client/cli/parse_words.hpp"

namespace pt::client {
namespace {

using test::parse;
using test::refused;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string refusal(std::vector<std::string> words) {
    return refused(std::move(words), parse_command_line);
}

Options scan_of(std::vector<std::string> words) {
    return test::accepted<Options>(std::move(words), parse_command_line);
}

TEST(CommandLine, AMistypedCommandIsNamed) {
    EXPECT_THAT(refusal({"chek", "policy.yaml"}),
                HasSubstr("unknown command \"chek\"; did you mean \"check\"?"));
    EXPECT_THAT(refusal({"chek", "policy.yaml", "--from", "app"}), HasSubstr("\"check\""));
    EXPECT_THAT(refusal({"dif", "a.json", "b.json"}), HasSubstr("\"diff\""));
    EXPECT_THAT(refusal({"wiat", "tcp://db:5432"}), HasSubstr("\"wait\""));
    EXPECT_THAT(refusal({"lst", "db.example"}), HasSubstr("\"list\""));
    EXPECT_THAT(refusal({"--list", "h"}), HasSubstr("--list is a command now"));
    EXPECT_THAT(refusal({"chek"}), HasSubstr("pt-client scan chek tcp/443"));
}

TEST(CommandLine, AHostThatIsNamedSoStaysAHost) {
    EXPECT_THAT(scan_of({"chek", "tcp/80"}).hosts, ElementsAre("chek"));
    EXPECT_THAT(scan_of({"scan", "chek", "tcp/80"}).hosts, ElementsAre("chek"));
    EXPECT_THAT(scan_of({"scan", "help", "tcp/80"}).hosts, ElementsAre("help"));
    EXPECT_THAT(refusal({"scan", "chek", "policy.yaml"}), Not(HasSubstr("did you mean")));
    EXPECT_THAT(refusal({"chek", "tcp/80", "--bogus"}), HasSubstr("unknown option \"--bogus\""));
    EXPECT_THAT(refusal({"example.com", "policy.yaml"}), Not(HasSubstr("did you mean")));
}

TEST(CommandLine, HelpIsThatOfTheCommand) {
    for (const auto* command : {"scan", "check", "diff", "wait", "list"}) {
        const auto by_word = test::accepted<Notice>({"help", command}, parse_command_line);
        const auto by_option = test::accepted<Notice>({command, "--help"}, parse_command_line);
        EXPECT_EQ(by_word.text, by_option.text) << command;
    }
    EXPECT_EQ(test::accepted<Notice>({"help"}, parse_command_line).text,
              test::accepted<Notice>({"--help"}, parse_command_line).text);
    EXPECT_THAT(refusal({"help", "chek"}), HasSubstr("did you mean \"check\"?"));
    EXPECT_THAT(refusal({"help", "check", "x"}), HasSubstr("pt-client scan help tcp/443"));
}

TEST(CommandLine, HostsStandBesidePortsOfAnOption) {
    const auto options = scan_of({"-p", "22,443", "a", "-p", "udp/53", "b", "10.0.0.0/30", "c:80"});
    EXPECT_THAT(options.hosts, ElementsAre("a", "b", "10.0.0.1", "10.0.0.2"));
    EXPECT_EQ(options.ports.to_string(), "tcp/22,443 udp/53");
    ASSERT_EQ(options.whole_targets.size(), 1U);
    EXPECT_EQ(options.whole_targets[0].host, "c");
    EXPECT_THAT(scan_of({"--host", "a", "-p443", "b"}).hosts, ElementsAre("a", "b"));
    EXPECT_THAT(refusal({"-p", "22", "a", "udp/53"}), HasSubstr("a host is required here"));
    EXPECT_THAT(refusal({"-p", "tcp/htps", "a"}), HasSubstr("did you mean \"https\"?"));
    EXPECT_THAT(refusal({"-p", "22"}), HasSubstr("no host"));
}

TEST(CommandLine, HostsAreWordsOfSeveralForms) {
    EXPECT_THAT(scan_of({"10.0.0.1-2", "443"}).hosts, ElementsAre("10.0.0.1", "10.0.0.2"));
    EXPECT_THAT(scan_of({"--host", "10.0.0.0/30", "443"}).hosts,
                ElementsAre("10.0.0.1", "10.0.0.2"));
    EXPECT_THAT(refusal({"-p", "1", "10.0.0.0/20", "10.1.0.0/30", "10.2.0.1"}),
                HasSubstr("\"10.2.0.1\" makes it too many hosts: 4096 are allowed"));
    EXPECT_EQ(scan_of({"-", "443"}).host_file, "-");
    EXPECT_EQ(scan_of({"db:443"}).whole_targets.size(), 1U);
    EXPECT_THAT(refusal({"h", "10.0.0.0/28"}), HasSubstr("several hosts"));
    EXPECT_THAT(refusal({"2001:db8::1:443"}), HasSubstr("[2001:db8::1]:443"));
    EXPECT_THAT(refusal({"-", "-p", "1", "--host-file", "x"}), HasSubstr("exclude each other"));
}

TEST(CommandLine, ShortOptionsAreTheUsualOnes) {
    const auto options = scan_of({"h", "443", "-c", "5", "-t2s", "-q", "--color", "never"});
    EXPECT_EQ(options.count, 5U);
    EXPECT_EQ(options.timeout, std::chrono::seconds{2});
    EXPECT_TRUE(options.quiet);
    EXPECT_EQ(options.color, Color::never);
    EXPECT_THAT(refusal({"h", "443", "--color", "allways"}), HasSubstr("did you mean \"always\"?"));
    EXPECT_TRUE(scan_of({"h", "443", "-v"}).verbose);
    EXPECT_TRUE(test::accepted<DiffOptions>({"diff", "a", "b", "-q"}, parse_command_line).quiet);
}

TEST(CommandLine, TheFirstOfTwoMistakesIsReported) {
    EXPECT_THAT(refusal({"h", "1", "--tries", "0", "--count", "x"}), HasSubstr("--tries"));
    EXPECT_THAT(refusal({"h", "tcp/0", "tcp/99999"}), Not(HasSubstr("99999")));
}

TEST(CommandLine, ANoteNamesTheOtherProtocol) {
    const auto note = [](std::vector<std::string> words) {
        return other_protocol_note(scan_of(std::move(words)));
    };
    EXPECT_THAT(note({"h", "domain,https", "domain"}), HasSubstr(": any/domain, any/https"));
    EXPECT_THAT(note({"-p", "https", "h"}), HasSubstr("any/https"));
    for (const auto* spec : {"any/domain", "tcp/https", "443", "ntp", "ssh", "53"}) {
        EXPECT_THAT(note({"h", spec}), IsEmpty()) << spec;
    }
    EXPECT_THAT(note({"h", "https", "udp/443"}), IsEmpty());
}

}  // namespace
}  // namespace pt::client
