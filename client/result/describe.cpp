#include "client/result/describe.hpp"

#include <system_error>

#include "client/result/path_facts.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// Who gave the evidence: "the target", "this host", "10.77.1.1", "an unknown sender".
std::string giver(const Result& result) {
    switch (error_sender(result)) {
        case Sender::target: return "the target";
        case Sender::this_host: return "this host";
        case Sender::device: return result.conclusion.by->to_string();
        case Sender::unknown: break;
    }
    return "an unknown sender";
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
    return error + ", from " + giver(result);
}

std::string by_silence_alone(Direction direction) {
    switch (direction) {
        case Direction::forward: return "no attempt reached pt-server";
        case Direction::return_: return "pt-server was reached, but no reply was received";
        case Direction::unknown: break;
    }
    return "no reply";
}

/// That one attempt arrived does not say that each of them did.
std::string by_silence(const Result& result) {
    if (result.attempts == 0) {
        return by_silence_alone(result.conclusion.direction.value_or(Direction::unknown));
    }
    const auto attempts = counted(result.attempts, "attempt");
    switch (result.conclusion.direction.value_or(Direction::unknown)) {
        case Direction::forward:
            return result.attempts == 1 ? "the only attempt did not reach pt-server"
                                        : "none of " + attempts + " reached pt-server";
        case Direction::return_:
            return "pt-server was reached, but no reply to " + attempts + " was received";
        case Direction::unknown: break;
    }
    return "no reply to " + attempts;
}

std::string by_echo(const Result& result) {
    if (result.frames_lost == 0) {
        return "echo received";
    }
    return "echo received, but " + grouped_number(result.frames_lost) + " of " +
           counted(result.frames_sent, "frame") + " were lost";
}

std::string by_unanswering_server(const Result& result) {
    const bool lost = !result.findings || result.findings->server_lost;
    return lost ? "pt-server was lost during the scan" : "pt-server could not answer";
}

}  // namespace

std::string conclusion_text(const Conclusion& conclusion) {
    std::string text{to_string(conclusion.verdict)};
    const auto direction = conclusion.direction.value_or(Direction::unknown);
    return direction == Direction::unknown ? text
                                           : text + " (" + std::string{to_string(direction)} + ')';
}

std::string local_reason(const Result& result) {
    if (result.conclusion.evidence != Evidence::local_error) {
        return "";
    }
    if (!result.local_reason.empty()) {
        return safe_text(result.local_reason);
    }
    return result.local_error == 0 ? "this host refused to send"
                                   : safe_text(std::generic_category().message(result.local_error));
}

bool is_unresolved(const Result& result) { return result.endpoint.address.is_unspecified(); }

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
        case Evidence::handshake: return "connection established, but no echo received";
        case Evidence::foreign_data:
            return tcp ? "connection established, but the reply is not from pt-server"
                       : "the reply is not from pt-server";
        case Evidence::foreign_answer:
            return "pt-server holds this port, but something else answered";
        case Evidence::altered_echo: return "the echo was altered";
        case Evidence::data_reset:
            return cut ? "connection established, then reset instead of an echo"
                       : "connection established, then reset after the request";
        case Evidence::data_lost:
            return "connection established, then the data was lost on the path";
        case Evidence::reset: return "refused with a TCP reset";
        case Evidence::forged_reset:
            return "TCP reset, but pt-server holds this port: sent by a firewall on the path or on "
                   "the server";
        case Evidence::icmp_port_unreachable: return by_icmp(result, IcmpMeaning::port_unreachable);
        case Evidence::icmp_protocol_unreachable:
            return by_icmp(result, IcmpMeaning::protocol_unreachable);
        case Evidence::icmp_admin_prohibited: return by_icmp(result, IcmpMeaning::admin_prohibited);
        case Evidence::icmp_parameter_problem:
            return by_icmp(result, IcmpMeaning::parameter_problem);
        case Evidence::icmp_host_unreachable: return by_icmp(result, IcmpMeaning::host_unreachable);
        case Evidence::icmp_net_unreachable: return by_icmp(result, IcmpMeaning::net_unreachable);
        case Evidence::icmp_time_exceeded: return by_icmp(result, IcmpMeaning::time_exceeded);
        case Evidence::no_route: return "this host has no route to the address";
        case Evidence::silence: return by_silence(result);
        case Evidence::not_listening: return "pt-server does not listen on this port";
        case Evidence::local_error: return local_reason(result);
        case Evidence::interrupted: return "interrupted before a reply was received";
        case Evidence::server_lost: return by_unanswering_server(result);
    }
    return "?";
}

std::string port_text(const Endpoint& endpoint) {
    return std::string{to_string(endpoint.protocol)} + '/' +
           std::to_string(to_number(endpoint.port));
}

}  // namespace pt::client
