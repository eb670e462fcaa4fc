#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "common/core/verdict.hpp"

namespace pt {
namespace {

TEST(Words, AreThoseOfTheContract) {
    std::vector<std::string_view> verdicts;
    std::transform(all_verdicts.begin(), all_verdicts.end(), std::back_inserter(verdicts),
                   [](Verdict verdict) { return to_string(verdict); });
    EXPECT_EQ(verdicts,
              (std::vector<std::string_view>{"open", "answered", "intercepted", "cut", "closed",
                                             "rejected", "filtered", "unreachable", "untested"}));
    struct {
        Evidence evidence;
        std::string_view word;
    } const words[] = {
        {Evidence::echo, "echo"},
        {Evidence::handshake, "handshake"},
        {Evidence::foreign_data, "foreign-data"},
        {Evidence::foreign_answer, "foreign-answer"},
        {Evidence::altered_echo, "altered-echo"},
        {Evidence::data_reset, "data-reset"},
        {Evidence::data_lost, "data-lost"},
        {Evidence::reset, "reset"},
        {Evidence::forged_reset, "forged-reset"},
        {Evidence::icmp_port_unreachable, "icmp-port-unreachable"},
        {Evidence::icmp_protocol_unreachable, "icmp-protocol-unreachable"},
        {Evidence::icmp_admin_prohibited, "icmp-admin-prohibited"},
        {Evidence::icmp_parameter_problem, "icmp-parameter-problem"},
        {Evidence::icmp_host_unreachable, "icmp-host-unreachable"},
        {Evidence::icmp_net_unreachable, "icmp-net-unreachable"},
        {Evidence::icmp_time_exceeded, "icmp-time-exceeded"},
        {Evidence::no_route, "no-route"},
        {Evidence::silence, "silence"},
        {Evidence::not_listening, "not-listening"},
        {Evidence::local_error, "local-error"},
        {Evidence::interrupted, "interrupted"},
        {Evidence::server_lost, "server-lost"},
    };
    for (const auto& [evidence, word] : words) {
        EXPECT_EQ(to_string(evidence), word);
    }
    EXPECT_EQ(to_string(Direction::forward), "forward");
    EXPECT_EQ(to_string(Direction::return_), "return");
    EXPECT_EQ(to_string(Direction::unknown), "unknown");
}

}  // namespace
}  // namespace pt
