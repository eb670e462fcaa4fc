#include "client/describe.hpp"

#include <cerrno>
#include <system_error>

#include "client/number_text.hpp"
#include "common/net/safe_text.hpp"

namespace pt::client {
namespace {

bool same_host(const IpAddress& a, const IpAddress& b) { return a.bytes() == b.bytes(); }

bool sent_by_us(const Result& result) {
    return result.conclusion.by && result.local &&
           same_host(*result.conclusion.by, result.local->address);
}

/// Who gave the evidence: "the target", "this machine", "10.77.1.1", "something on the way".
std::string giver(const Result& result) {
    if (!result.conclusion.by) {
        return "something on the way";
    }
    if (same_host(*result.conclusion.by, result.endpoint.address)) {
        return "the target";
    }
    return sent_by_us(result) ? "this machine" : result.conclusion.by->to_string();
}

std::string by_icmp(const Result& result, IcmpMeaning meaning) {
    const bool v6 = !result.endpoint.address.is_v4();
    const auto error = (v6 ? "ICMPv6 " : "ICMP ") + icmp_text(meaning, v6);
    switch (result.conclusion.verdict) {
        case Verdict::closed: return "refused by " + giver(result) + ": " + error;
        case Verdict::rejected: return "rejected by " + giver(result) + ": " + error;
        case Verdict::open:
        case Verdict::answered:
        case Verdict::intercepted:
        case Verdict::cut:
        case Verdict::filtered:
        case Verdict::unreachable:
        case Verdict::untested: break;
    }
    return error + ", said by " + giver(result);
}

std::string by_silence(const Result& result) {
    const auto tries =
        result.attempts == 1 ? std::string{"1 try"} : grouped_number(result.attempts) + " tries";
    switch (result.conclusion.direction.value_or(Direction::unknown)) {
        case Direction::forward: return "nothing of " + tries + " arrived at pt-server";
        case Direction::return_: return tries + " arrived at pt-server, but every reply was lost";
        case Direction::unknown: break;
    }
    return "no answer to " + tries + ": dropped on the way there, or the reply on its way back";
}

std::string by_echo(const Result& result) {
    if (result.frames_lost == 0) {
        return "our echo came back";
    }
    return "our echo came back, but " + grouped_number(result.frames_lost) + " of " +
           counted(result.frames_sent, "frame") + " did not";
}

}  // namespace

std::string local_reason(const Result& result) {
    if (result.conclusion.evidence != Evidence::local_error) {
        return "";
    }
    if (!result.local_reason.empty()) {
        return net::safe_text(result.local_reason);
    }
    return result.local_error == 0
               ? "this machine refused"
               : net::safe_text(std::generic_category().message(result.local_error));
}

std::string icmp_text(IcmpMeaning meaning, bool v6) {
    switch (meaning) {
        case IcmpMeaning::net_unreachable:
            return v6 ? "no route to destination" : "network unreachable";
        case IcmpMeaning::host_unreachable: return v6 ? "address unreachable" : "host unreachable";
        case IcmpMeaning::port_unreachable: return "port unreachable";
        case IcmpMeaning::protocol_unreachable: return "protocol unreachable";
        case IcmpMeaning::admin_prohibited: return "administratively prohibited";
        case IcmpMeaning::time_exceeded: return "time exceeded";
        case IcmpMeaning::parameter_problem: return "parameter problem";
        case IcmpMeaning::other: break;
    }
    return "error";
}

std::string describe(const Result& result) {
    const bool tcp = result.endpoint.protocol == Protocol::tcp;
    const bool cut = result.conclusion.verdict == Verdict::cut;
    switch (result.conclusion.evidence) {
        case Evidence::echo: return by_echo(result);
        case Evidence::handshake: return "connected, but our frame brought no echo";
        case Evidence::foreign_data:
            return tcp ? "connected, but the answer is not pt's" : "the answer is not pt's";
        case Evidence::foreign_answer:
            return "pt-server holds this port, but something else answered";
        case Evidence::altered_echo: return "our echo came back altered";
        case Evidence::data_reset:
            return cut ? "connected, then our frame brought a reset instead of pt-server's echo"
                       : "connected, then our frame brought a reset";
        case Evidence::data_lost: return "connected, then the data was lost on the way";
        case Evidence::reset: return "refused with a TCP reset";
        case Evidence::forged_reset:
            return "TCP reset, though pt-server holds this port: it came from something in between";
        case Evidence::icmp_port_unreachable: return by_icmp(result, IcmpMeaning::port_unreachable);
        case Evidence::icmp_protocol_unreachable:
            return by_icmp(result, IcmpMeaning::protocol_unreachable);
        case Evidence::icmp_admin_prohibited: return by_icmp(result, IcmpMeaning::admin_prohibited);
        case Evidence::icmp_parameter_problem:
            return by_icmp(result, IcmpMeaning::parameter_problem);
        case Evidence::icmp_host_unreachable: return by_icmp(result, IcmpMeaning::host_unreachable);
        case Evidence::icmp_net_unreachable: return by_icmp(result, IcmpMeaning::net_unreachable);
        case Evidence::icmp_time_exceeded: return by_icmp(result, IcmpMeaning::time_exceeded);
        case Evidence::no_route: return "this machine has no route to the address";
        case Evidence::silence: return by_silence(result);
        case Evidence::not_listening: return "pt-server does not listen on this port";
        case Evidence::local_error: return local_reason(result);
        case Evidence::interrupted: return "interrupted before there was an answer";
        case Evidence::server_lost: return "pt-server was lost during the run";
    }
    return "?";
}

namespace {

std::string hint_for_local_error(int error) {
    switch (error) {
        case EPERM:
        case EACCES: return "This machine's own firewall or policy refused to send.";
        case EADDRNOTAVAIL:
            return "No address and port of this host could be used for the target: all local ports "
                   "may be in use.";
        case ENODEV: return "\"ip link\" lists the names that --interface takes.";
        case EMFILE:
        case ENFILE: return "Descriptors ran out: raise \"ulimit -n\" or lower --concurrency.";
        default: return "";  // strerror says it all
    }
}

std::string hint_for_silence(const Result& result) {
    if (result.conclusion.direction != Direction::unknown) {
        return "";
    }
    return result.endpoint.protocol == Protocol::udp
               ? "filtered, UDP: a firewall dropped it, or nothing speaks pt there and the host "
                 "keeps silent; only with pt-server on the port can it be told."
               : "filtered, TCP: a host without a listener would have refused, so a firewall is "
                 "likely, or no such host is up.";
}

}  // namespace

std::string hint(const Result& result) {
    switch (result.conclusion.evidence) {
        case Evidence::data_reset:
            if (result.conclusion.verdict == Verdict::cut) {
                return "cut: handshakes pass, data does not: a firewall that looks into "
                       "connections, or a proxy without the server behind it.";
            }
            [[fallthrough]];
        case Evidence::handshake:
        case Evidence::foreign_data:
            return "answered: another service listens there, or a middlebox (proxy, port "
                   "forwarder) answers for the target; only pt-server's echo proves the way.";
        case Evidence::reset:
            return "closed: nothing listens on the port, or a firewall sends resets in the "
                   "target's name; start pt-server there to tell them apart.";
        case Evidence::icmp_host_unreachable:
            return sent_by_us(result) ? "unreachable: nobody on the local network answers for the "
                                        "address (ARP or neighbour discovery)."
                                      : "";
        case Evidence::icmp_time_exceeded:
            return "ICMP time exceeded: packets run in a circle between routers, or the way is "
                   "too long.";
        case Evidence::silence: return hint_for_silence(result);
        case Evidence::local_error:
            return result.local_reason.empty() ? hint_for_local_error(result.local_error) : "";
        case Evidence::echo:
        case Evidence::foreign_answer:
        case Evidence::altered_echo:
        case Evidence::data_lost:
        case Evidence::forged_reset:
        case Evidence::icmp_port_unreachable:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_net_unreachable:
        case Evidence::no_route:
        case Evidence::not_listening:
        case Evidence::interrupted:
        case Evidence::server_lost: break;
    }
    return "";
}

std::string port_text(const Endpoint& endpoint) {
    return std::string{to_string(endpoint.protocol)} + '/' +
           std::to_string(to_number(endpoint.port));
}

}  // namespace pt::client
