#include <cerrno>

#include "client/conclude/hint.hpp"
#include "client/result/describe.hpp"
#include "client/result/path_facts.hpp"

namespace pt::client {
namespace {

std::string reason_for_local_error(const Result& result) {
    if (is_unresolved(result)) {
        return "untested: the name has no address on this host.";
    }
    if (!result.local_reason.empty()) {
        return "";
    }
    switch (result.local_error) {
        case EPERM:
        case EACCES: return "untested: a firewall or a policy of this host refused to send.";
        case EADDRNOTAVAIL:
            return "untested: no address and port of this host could be used for the target; all "
                   "local ports may be in use.";
        case ENODEV: return "untested: --interface requires a network interface of this host.";
        case EMFILE:
        case ENFILE:
            return "untested: file descriptors ran out; raise \"ulimit -n\" or lower "
                   "--concurrency.";
        default: return "";  // strerror says it all
    }
}

}  // namespace

std::string hint_reason(const Result& result) {
    switch (result.conclusion.evidence) {
        case Evidence::silence:
            return result.conclusion.direction == Direction::unknown
                       ? "filtered, direction unknown: a firewall dropped the requests or the "
                         "replies, or nothing on the host replies."
                       : "";
        case Evidence::data_reset:
            if (result.conclusion.verdict == Verdict::cut) {
                return "cut: handshakes pass, data does not: a firewall that inspects data, or a "
                       "proxy that does not reach the server.";
            }
            [[fallthrough]];
        case Evidence::handshake:
        case Evidence::foreign_data:
            // As pt-server does with frames that are not made with one of its keys.
            if (result.findings && result.findings->ends_of_stream > 0 &&
                !result.findings->foreign_data) {
                return "answered: another service listens there, a pt-server with --keys answers "
                       "only those who have one, or an intermediate device (proxy, port forwarder) "
                       "answers for the target.";
            }
            return "answered: another service listens there, or an intermediate device (proxy, "
                   "port forwarder) answers for the target.";
        case Evidence::reset:
            return result.hint ? "closed: nothing listens on the port, or a firewall sends resets "
                                 "with the target's address."
                               : "";
        case Evidence::icmp_port_unreachable:
            return result.conclusion.verdict == Verdict::closed && result.hint
                       ? "closed: nothing listens on the port, or a firewall sends ICMP errors "
                         "with the target's address."
                       : "";
        case Evidence::icmp_host_unreachable:
            return error_sender(result) == Sender::this_host
                       ? "unreachable: no host on the local network answers for the "
                         "address (ARP or neighbor discovery)."
                       : "";
        case Evidence::icmp_time_exceeded:
            return "unreachable: a routing loop, or too many routers on the path.";
        case Evidence::no_route: return "unreachable: this host has no route to the address.";
        case Evidence::not_listening: return "untested: pt-server does not listen on the port.";
        case Evidence::server_lost:
            return "untested: pt-server could not answer, so this says nothing about the network.";
        case Evidence::interrupted: return "untested: the scan was interrupted.";
        case Evidence::local_error: return reason_for_local_error(result);
        case Evidence::echo:
        case Evidence::foreign_answer:
        case Evidence::altered_echo:
        case Evidence::data_lost:
        case Evidence::forged_reset:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_net_unreachable: break;
    }
    return "";
}

}  // namespace pt::client
