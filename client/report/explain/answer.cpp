#include "client/report/explain/answer.hpp"

#include "client/report/explain/text_block.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

std::string from_port(const Result& result) {
    return result.local && result.local->port != Port{0}
               ? " from your port " + number_of(result.local->port)
               : "";
}

std::string round_trip(const Result& result) {
    if (result.rtt.samples() == 0) {
        return "";
    }
    return (result.rtt.samples() > 1 ? " after an average of " : " after ") +
           duration_text(result.rtt.mean());
}

std::string lost_frames(const Result& result) {
    return result.frames_lost == 0 ? ""
                                   : ", but " + grouped_number(result.frames_lost) + " of " +
                                         counted(result.frames_sent, "frame") + " were lost";
}

std::string lost_where(const Result& result) {
    switch (result.conclusion.direction.value_or(Direction::unknown)) {
        case Direction::forward: return ", so the requests were lost on the way there";
        case Direction::return_: return ", so the replies were lost on the way back";
        case Direction::unknown: break;
    }
    return "; whether the request or a reply was lost, or nothing replied, is not proven";
}

}  // namespace

std::string answer(const Result& result) {
    const auto start = port_text(result.endpoint) + " is " +
                       std::string{to_string(result.conclusion.verdict)} + ": ";
    switch (result.conclusion.evidence) {
        case Evidence::echo:
            return start + "a request" + from_port(result) +
                   " reached pt-server and its reply came back" + round_trip(result) +
                   lost_frames(result) + '.';
        case Evidence::silence: return start + describe(result) + lost_where(result) + '.';
        case Evidence::reset:
            return start + "the connection attempt" + from_port(result) +
                   " was refused with a TCP reset that carries the target's address.";
        case Evidence::handshake:
        case Evidence::foreign_data:
        case Evidence::foreign_answer:
        case Evidence::altered_echo:
        case Evidence::data_reset:
        case Evidence::data_lost:
        case Evidence::forged_reset:
        case Evidence::icmp_port_unreachable:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_host_unreachable:
        case Evidence::icmp_net_unreachable:
        case Evidence::icmp_time_exceeded:
        case Evidence::no_route:
        case Evidence::not_listening:
        case Evidence::local_error:
        case Evidence::interrupted:
        case Evidence::server_lost: break;
    }
    return start + describe(result) + '.';
}

}  // namespace pt::client
