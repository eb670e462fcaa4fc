#include "client/report/explain/path_legend.hpp"

#include "client/report/explain/text_block.hpp"
#include "client/result/describe.hpp"
#include "client/result/path_facts.hpp"

namespace pt::client {
namespace {

constexpr std::size_t indent = 4;
constexpr std::size_t text_column = 15;

std::string device_text(const Result& result) {
    if (error_sender(result) == Sender::device) {
        return result.conclusion.by->to_string() +
               ": sent the ICMP error; it is not the address that was probed";
    }
    std::string text;
    if (const auto source = rewritten_source(result)) {
        text = "source rewritten (NAT): sent from " + result.local->to_string() +
               ", received from " + source->to_string();
    }
    if (const auto destination = rewritten_destination(result)) {
        text += (text.empty() ? "" : "; ") +
                std::string{"destination rewritten (port forwarding or load balancer): sent to "} +
                result.endpoint.socket_address().to_string() + ", received at " +
                destination->to_string();
    }
    return text + "; by one device or several";
}

std::string ttl_text(const Result& result) {
    if (result.seen->received_ttl == 0) {
        return "";
    }
    auto text = std::string{result.endpoint.address.is_v4() ? ", TTL " : ", hop limit "} +
                std::to_string(result.seen->received_ttl);
    if (result.hops == 0) {
        text += ", as sent";
    } else if (result.hops) {
        text += " (" + std::to_string(*result.hops) +
                " less than this host sends; each router takes 1)";
    }
    return text;
}

std::string server_text(const Result& result, const DrawnMarks& marks) {
    auto text = result.endpoint.socket_address().to_string();
    if (result.seen) {
        const bool rewritten = rewritten_source(result) || rewritten_destination(result);
        text +=
            "; it saw the request come from " + result.seen->source.to_string() +
            (is_destination_known(result) ? " to " + result.seen->destination.to_string() : "") +
            ttl_text(result) + (rewritten || !known_end(result.local) ? "" : "; no NAT is visible");
    }
    if (marks.from_server && result.conclusion.evidence != Evidence::echo) {
        text += "; who sends packets from this address is not proven";
    }
    return text;
}

/// What an 'x' stands for.
std::string lost_text(const Result& result) {
    const Evidence evidence = result.conclusion.evidence;
    if (evidence != Evidence::silence && evidence != Evidence::data_lost) {
        return "not sent: this host itself refused it, or could not deliver it";
    }
    const bool back = result.conclusion.direction == Direction::return_ ||
                      (evidence == Evidence::data_lost && result.reached == Reached::frame);
    return back ? "lost on the way back: pt-server recorded what is drawn above it, but no reply "
                  "was received here"
                : "lost on the way there: pt-server's record does not have it";
}

std::string altered_where(const Result& result) {
    if (!result.findings) {
        return "the echo was altered on the way there or on the way back";
    }
    return result.findings->padding_altered ? "the request was altered on the way there"
                                            : "the echo was altered on the way back, or by a relay";
}

/// What a '?' stands for, in addition to a sender that has the target's address.
std::string unknown_text(const Result& result) {
    switch (result.conclusion.evidence) {
        case Evidence::silence:
            return "lost somewhere: on the way there or on the way back, or nothing replied; which "
                   "of them is not proven";
        case Evidence::handshake:
        case Evidence::data_lost:
            return "no echo was received; how far the request came is not proven";
        case Evidence::foreign_answer:
            return "answered by something else than pt-server; where that is, is not proven: on "
                   "the path or on the server itself";
        case Evidence::altered_echo: return altered_where(result) + "; by what is not proven";
        case Evidence::forged_reset:
            return "the reset carries the target's address, but pt-server listens there: sent by a "
                   "firewall on the way, or on the server itself";
        case Evidence::not_listening:
            return "no reply; pt-server does not listen on this port, so none was to be expected";
        case Evidence::interrupted: return "no echo until the scan was interrupted";
        case Evidence::server_lost: return "no echo; pt-server could not answer";
        case Evidence::echo:
            return "lost in attempts before that: on the way there or on the way back, which is "
                   "not proven";
        case Evidence::icmp_port_unreachable:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_host_unreachable:
        case Evidence::icmp_net_unreachable:
        case Evidence::icmp_time_exceeded:
            return error_sender(result) == Sender::unknown
                       ? "the sender of the ICMP error is not known"
                       : "";
        case Evidence::foreign_data:
        case Evidence::data_reset:
        case Evidence::reset:
        case Evidence::no_route:
        case Evidence::local_error: break;
    }
    return "";
}

std::string unknown_item(const Result& result, const DrawnMarks& marks) {
    auto text = unknown_text(result);
    if (!text.empty() && !marks.unknown_handshake) {
        return text;
    }
    return "packets from there carry the target's address; who sends them is not proven" +
           (text.empty() ? "" : "; " + text);
}

}  // namespace

std::string_view device_title(const Result& result) {
    if (error_sender(result) == Sender::device) {
        return "device";
    }
    return rewritten_source(result) || rewritten_destination(result) ? "NAT" : "";
}

std::string_view server_title(const Result& result) {
    const Conclusion& conclusion = result.conclusion;
    const bool recorded = conclusion.direction == Direction::forward ||
                          conclusion.direction == Direction::return_ ||
                          result.server_holds_port.value_or(false);
    return conclusion.evidence == Evidence::echo || recorded ? "pt-server" : "target";
}

std::string path_legend(const Result& result, const DrawnMarks& marks) {
    const auto item = [](std::string_view term, const std::string& text) {
        return list_item(term, text, indent, text_column);
    };
    auto text = item("client", result.local ? result.local->to_string() : "this host");
    if (const auto device = device_title(result); !device.empty()) {
        text += item(device, device_text(result));
    }
    text += item(server_title(result), server_text(result, marks));
    if (marks.lost) {
        text += item("x", lost_text(result));
    }
    if (marks.unknown) {
        text += item("?", unknown_item(result, marks));
    }
    return text;
}

}  // namespace pt::client
