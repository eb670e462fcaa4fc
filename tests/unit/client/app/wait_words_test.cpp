#include "client/app/wait_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(MissingReason, IsShort) {
    EXPECT_EQ(missing_reason(closed_port(Protocol::tcp, 1)), "refused");
    EXPECT_EQ(missing_reason(filtered_port(Protocol::tcp, 1)), "no answer");
    EXPECT_THAT(missing_reason(filtered_port(Protocol::udp, 1)),
                HasSubstr("only an answer counts"));
    auto rejected = sample(Protocol::tcp, 1, Verdict::rejected, Evidence::icmp_admin_prohibited);
    rejected.conclusion.by = address("10.77.1.1");
    EXPECT_EQ(missing_reason(rejected), "rejected by 10.77.1.1");
    auto failed = sample(Protocol::tcp, 1, Verdict::untested, Evidence::local_error);
    failed.local_error = EACCES;
    EXPECT_EQ(missing_reason(failed), "Permission denied");
    for (const auto verdict : all_verdicts) {
        const auto reason = missing_reason(sample(Protocol::tcp, 1, verdict, Evidence::no_route));
        EXPECT_FALSE(reason.empty());
        EXPECT_LT(reason.size(), 60U);
    }
}

TEST(MissingText, PutsPortsWithTheSameStoryTogether) {
    MissingText text;
    EXPECT_EQ(text.text(), "");
    for (const auto port : {Port{6000}, Port{6001}, Port{6002}}) {
        text.add("db", "refused", Protocol::tcp, port);
    }
    text.add("db", "no answer", Protocol::udp, Port{53});
    EXPECT_EQ(text.text(), "tcp/6000-6002 on db: refused; udp/53 on db: no answer");
}

TEST(MissingText, IsBoundedAndPlain) {
    MissingText text;
    for (std::uint16_t port = 1; port < 4000; ++port) {
        text.add("h" + std::to_string(port % 10) + hostile + std::string(1000, 'x'),
                 hostile + std::string(1000, '\x1b'), Protocol::tcp, Port{port});
    }
    EXPECT_TRUE(is_plain_text(text.text()));
    EXPECT_EQ(text.text().find('\n'), std::string::npos);
    EXPECT_LT(text.text().size(), 4000U);
    EXPECT_THAT(text.text(), HasSubstr("; and 2,399 more ports"));
}

TEST(LimitText, IsAsItWasGiven) {
    EXPECT_EQ(limit_text(60s), "60 s");
    EXPECT_EQ(limit_text(5min), "300 s");
    EXPECT_EQ(limit_text(500ms), "500 ms");
    EXPECT_EQ(limit_text(1500ms), "1.50 s");
}

}  // namespace
}  // namespace pt::client
