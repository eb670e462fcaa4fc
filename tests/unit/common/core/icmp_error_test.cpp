#include "common/core/icmp_error.hpp"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace pt {
namespace {

using enum IcmpMeaning;
using TypeAndCode = std::pair<std::uint8_t, std::uint8_t>;

/// All that says something; the registries' numbers, written out so that no header stands for them
/// (IANA "ICMP Parameters": RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1).
const std::map<TypeAndCode, IcmpMeaning> v4_meanings{
    {{3, 0}, net_unreachable},       // net unreachable
    {{3, 1}, host_unreachable},      // host unreachable
    {{3, 2}, protocol_unreachable},  // protocol unreachable
    {{3, 3}, port_unreachable},      // port unreachable
    {{3, 5}, host_unreachable},      // source route failed
    {{3, 6}, net_unreachable},       // destination network unknown
    {{3, 7}, host_unreachable},      // destination host unknown
    {{3, 8}, host_unreachable},      // source host isolated
    {{3, 9}, admin_prohibited},      // network administratively prohibited
    {{3, 10}, admin_prohibited},     // host administratively prohibited
    {{3, 11}, net_unreachable},      // network unreachable for type of service
    {{3, 12}, host_unreachable},     // host unreachable for type of service
    {{3, 13}, admin_prohibited},     // communication administratively prohibited
    {{3, 14}, admin_prohibited},     // host precedence violation
    {{3, 15}, admin_prohibited},     // precedence cutoff in effect
};

/// RFC 4443 section 3.1.
const std::map<TypeAndCode, IcmpMeaning> v6_meanings{
    {{1, 0}, net_unreachable},   // no route to destination
    {{1, 1}, admin_prohibited},  // communication administratively prohibited
    {{1, 2}, net_unreachable},   // beyond scope of source address
    {{1, 3}, host_unreachable},  // address unreachable
    {{1, 4}, port_unreachable},  // port unreachable
    {{1, 5}, admin_prohibited},  // source address failed ingress/egress policy
    {{1, 6}, admin_prohibited},  // reject route to destination
};

/// Every type and code of one family against its table; whole types mean one thing whatever the
/// code.
void expect_meanings(bool v6, const std::map<TypeAndCode, IcmpMeaning>& table,
                     const std::map<std::uint8_t, IcmpMeaning>& whole_types) {
    for (unsigned type = 0; type < 256; ++type) {
        for (unsigned code = 0; code < 256; ++code) {
            const TypeAndCode key{static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(code)};
            IcmpMeaning expected = other;
            if (const auto whole = whole_types.find(key.first); whole != whole_types.end()) {
                expected = whole->second;
            } else if (const auto found = table.find(key); found != table.end()) {
                expected = found->second;
            }
            EXPECT_EQ(meaning({v6, key.first, key.second, IpAddress{}}), expected)
                << (v6 ? "ICMPv6 " : "ICMP ") << type << '/' << code;
        }
    }
}

TEST(IcmpMeaning, OfEveryIcmpTypeAndCode) {
    expect_meanings(false, v4_meanings, {{11, time_exceeded}, {12, parameter_problem}});
}

TEST(IcmpMeaning, OfEveryIcmpv6TypeAndCode) {
    expect_meanings(true, v6_meanings, {{3, time_exceeded}, {4, parameter_problem}});
}

}  // namespace
}  // namespace pt
