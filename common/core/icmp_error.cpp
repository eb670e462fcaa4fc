#include "common/core/icmp_error.hpp"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

namespace pt {
namespace {

/// RFC 792, RFC 1122 section 3.2.2.1 (codes 6-12), RFC 1812 section 5.2.7.1 (codes 13-15).
IcmpMeaning v4_unreachable(std::uint8_t code) {
    switch (code) {
        case ICMP_NET_UNREACH:
        case ICMP_NET_UNKNOWN:
        case ICMP_NET_UNR_TOS: return IcmpMeaning::net_unreachable;
        case ICMP_HOST_UNREACH:
        case ICMP_SR_FAILED:
        case ICMP_HOST_UNKNOWN:
        case ICMP_HOST_ISOLATED:
        case ICMP_HOST_UNR_TOS: return IcmpMeaning::host_unreachable;
        case ICMP_PROT_UNREACH: return IcmpMeaning::protocol_unreachable;
        case ICMP_PORT_UNREACH: return IcmpMeaning::port_unreachable;
        case ICMP_NET_ANO:
        case ICMP_HOST_ANO:
        case ICMP_PKT_FILTERED:
        case ICMP_PREC_VIOLATION:
        case ICMP_PREC_CUTOFF: return IcmpMeaning::admin_prohibited;
        default: return IcmpMeaning::other;
    }
}

/// RFC 4443 section 3.1. Codes 5 and 6 are refinements of 1 (administratively prohibited).
IcmpMeaning v6_unreachable(std::uint8_t code) {
    constexpr std::uint8_t source_policy_failed = 5;
    constexpr std::uint8_t reject_route = 6;
    switch (code) {
        case ICMP6_DST_UNREACH_NOROUTE:
        case ICMP6_DST_UNREACH_BEYONDSCOPE: return IcmpMeaning::net_unreachable;
        case ICMP6_DST_UNREACH_ADMIN:
        case source_policy_failed:
        case reject_route: return IcmpMeaning::admin_prohibited;
        case ICMP6_DST_UNREACH_ADDR: return IcmpMeaning::host_unreachable;
        case ICMP6_DST_UNREACH_NOPORT: return IcmpMeaning::port_unreachable;
        default: return IcmpMeaning::other;
    }
}

IcmpMeaning v4_meaning(const IcmpError& error) {
    switch (error.type) {
        case ICMP_DEST_UNREACH: return v4_unreachable(error.code);
        case ICMP_TIME_EXCEEDED: return IcmpMeaning::time_exceeded;
        case ICMP_PARAMETERPROB: return IcmpMeaning::parameter_problem;
        default: return IcmpMeaning::other;
    }
}

IcmpMeaning v6_meaning(const IcmpError& error) {
    switch (error.type) {
        case ICMP6_DST_UNREACH: return v6_unreachable(error.code);
        case ICMP6_TIME_EXCEEDED: return IcmpMeaning::time_exceeded;
        case ICMP6_PARAM_PROB: return IcmpMeaning::parameter_problem;
        default: return IcmpMeaning::other;
    }
}

}  // namespace

IcmpMeaning meaning(const IcmpError& error) {
    return error.v6 ? v6_meaning(error) : v4_meaning(error);
}

}  // namespace pt
