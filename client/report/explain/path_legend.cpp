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

bool has_mark(std::string_view drawing, std::string_view mark) {
    return drawing.find(mark) != std::string_view::npos;
}

std::string server_text(const Result& result, std::string_view drawing) {
    auto address = result.endpoint.socket_address().to_string();
    if (result.seen) {
        const bool rewritten = rewritten_source(result) || rewritten_destination(result);
        return address + "; it saw the request come from " + result.seen->source.to_string() +
               (is_destination_known(result) ? " to " + result.seen->destination.to_string() : "") +
               ttl_text(result) + (rewritten || !result.local ? "" : "; no NAT is visible");
    }
    const bool sends = has_mark(drawing, "---|\n");  // an arrow that starts at the right lane
    if (server_title(result) == "target" && sends) {
        return address + "; who sends packets from this address is not proven";
    }
    return address;
}

/// What an 'x' stands for.
std::string lost_text(const Result& result) {
    const Evidence evidence = result.conclusion.evidence;
    if (evidence != Evidence::silence && evidence != Evidence::data_lost) {
        return "not delivered: this host itself reports that it could not forward the packet";
    }
    const bool back = result.conclusion.direction == Direction::return_ ||
                      (evidence == Evidence::data_lost && result.reached == Reached::frame);
    return back ? "lost on the way back: pt-server recorded what is drawn above it, but no reply "
                  "was received here"
                : "lost on the way there: pt-server's record does not have it";
}

/// What a '?' stands for.
std::string unknown_text(const Result& result) {
    switch (result.conclusion.evidence) {
        case Evidence::silence:
            return "lost somewhere: on the way there or on the way back, or nothing replied; which "
                   "of them is not proven";
        case Evidence::handshake:
        case Evidence::data_lost:
            return "no echo of the request was received; how far the request came is not proven";
        case Evidence::foreign_answer:
            return "answered by something else than pt-server; where that is, is not proven: on "
                   "the path or on the server itself";
        case Evidence::altered_echo:
            return "the echo was altered on the way there or on the way back; by what is not "
                   "proven";
        case Evidence::data_reset:
            return "the reset carries the target's address; who sent it is not proven";
        case Evidence::forged_reset:
            return "the reset carries the target's address, but pt-server listens there: sent by a "
                   "firewall on the way, or on the server itself";
        case Evidence::not_listening:
            return "no reply; pt-server does not listen on this port, so none was to be expected";
        case Evidence::interrupted: return "no reply until the scan was interrupted";
        case Evidence::server_lost: return "no reply; pt-server could not answer";
        case Evidence::echo:
            return "lost in attempts before that: on the way there or on the way back, which is "
                   "not proven";
        case Evidence::foreign_data:
        case Evidence::reset:
        case Evidence::icmp_port_unreachable:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_host_unreachable:
        case Evidence::icmp_net_unreachable:
        case Evidence::icmp_time_exceeded:
        case Evidence::no_route:
        case Evidence::local_error: break;
    }
    return "the sender is not known";
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

std::string path_legend(const Result& result, std::string_view drawing) {
    const auto item = [](std::string_view term, const std::string& text) {
        return list_item(term, text, indent, text_column);
    };
    auto text = item("client", result.local ? result.local->to_string() : "this host");
    if (const auto device = device_title(result); !device.empty()) {
        text += item(device, device_text(result));
    }
    text += item(server_title(result), server_text(result, drawing));
    if (has_mark(drawing, ">x") || has_mark(drawing, "x<")) {
        text += item("x", lost_text(result));
    }
    if (has_mark(drawing, "?")) {
        text += item("?", unknown_text(result));
    }
    return text;
}

}  // namespace pt::client
