#include "client/report/explain/lesson.hpp"

#include "client/report/explain/arrows.hpp"
#include "client/report/explain/port_life.hpp"
#include "client/report/explain/terms.hpp"
#include "client/report/explain/text_block.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// One numbered step: when it happened, what it was, and the packets of it.
std::string step(int number, const std::string& title, const std::string& text) {
    return "\n" + std::to_string(number) + ". " + title + '\n' + paragraph(text, 3);
}

std::string quoted_lines(std::string_view text) {
    constexpr std::string_view margin = "      |";
    std::string out;
    while (!text.empty()) {
        const auto end = text.find("\r\n");
        const auto line = safe_text(text.substr(0, end)).substr(0, line_width - margin.size() - 1);
        out.append(margin).append(line.empty() ? "" : " ").append(line) += '\n';
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 2);
    }
    return out;
}

std::string listens(const LoopbackExchange& exchange) {
    const Port port = exchange.listener.port;
    std::string text = "A server opens a port and waits: it listens on " +
                       exchange.listener.to_string() +
                       ", an address that only programs of this host can reach.";
    if (port == exchange.wanted) {
        text += " Port 80 is the one that browsers use for http.";
    } else {
        text += " Web servers use port " + number_of(exchange.wanted) + ", but here that failed (" +
                safe_text(exchange.why_not_wanted) + "), so it is port " + number_of(port) +
                ". Ports below 1024 are system ports, which need a privilege on most hosts.";
    }
    return step(1, "The server listens", text);
}

std::string connects(const LoopbackExchange& exchange, const ExplainFacts& facts) {
    const Lanes lanes{"", "server"};
    auto text =
        step(2, "The client connects: three-way handshake",
             "The client does not choose a port: the kernel assigned the ephemeral port " +
                 number_of(exchange.client.port) + ". " + ephemeral_range_text(facts) +
                 " The connection was established after " + duration_text(exchange.connected) +
                 (exchange.round_trip ? "; the kernel measured a round-trip time of " +
                                            duration_text(*exchange.round_trip)
                                      : "") +
                 ". The server sees it come from " + exchange.client_seen.to_string() +
                 (exchange.client_seen == exchange.client ? ", the same address and port: no NAT."
                                                          : ".")) +
        '\n' + draw_titles(lanes);
    text += draw_arrows(lanes, {{column::client, column::server, "SYN: may I connect?"}});
    text += draw_arrows(lanes, {{column::server, column::client, "SYN, ACK: yes; and you?"}});
    text += draw_arrows(lanes, {{column::client, column::server, "ACK: yes"}});
    return text;
}

std::string talks(const LoopbackExchange& exchange) {
    return step(3, "The client sends a request, as a browser does",
                "It reached the server after " + duration_text(exchange.request_received) +
                    " (all times count from the start of step 2):") +
           quoted_lines(exchange.request) +
           step(4, "The server sends its reply",
                "It was here after " + duration_text(exchange.reply_received) +
                    ", sent from port " + number_of(exchange.listener.port) + " to port " +
                    number_of(exchange.client.port) + ": the two ports in the other order.") +
           quoted_lines(exchange.reply) +
           paragraph(
               (exchange.established ? "The connection was in state ESTAB, as ss shows it. " : "") +
                   std::string{"A connection is four values: client address and port, "
                               "server address and port. So one server port serves many "
                               "clients."},
               3);
}

std::string ends(const LoopbackExchange& exchange, const ExplainFacts& facts) {
    const auto port = number_of(exchange.client.port);
    const std::string closed = "Each end sends a FIN, which the other acknowledges; done after " +
                               duration_text(exchange.closed) + ". The client closed first";
    if (!exchange.time_wait) {
        return step(5, "Both ends close",
                    closed + "; the kernel did not keep its port " + port + " in TIME-WAIT.");
    }
    return step(5, "Both ends close",
                closed + ", so the kernel keeps its port " + port + " in TIME-WAIT for " +
                    std::to_string(facts.time_wait.count()) +
                    " s: late segments cannot reach a new connection. See it yourself with ss, "
                    "while it lasts:") +
           command_lines("ss -tan 'sport = :" + port + " or dport = :" + port + '\'', 6);
}

std::string over_udp(const LoopbackExchange& exchange) {
    const auto number = number_of(exchange.listener.port);
    if (!exchange.udp) {
        return step(6, "The same number over UDP",
                    "udp/" + number + " is a different port than tcp/" + number + ": here udp/" +
                        number + " failed (" + safe_text(exchange.why_no_udp) + "), though tcp/" +
                        number + " did not.");
    }
    const auto& udp = *exchange.udp;
    return step(6, "The same number over UDP",
                "udp/" + number + " is a different port than tcp/" + number +
                    ". While only TCP had a listener, the reply to a datagram to udp/" + number +
                    " was: " + safe_text(udp.without_listener) + ". Then a program opened udp/" +
                    number + ". A datagram from " + udp.client.to_string() +
                    " reached it without a handshake, and its reply was here after " +
                    duration_text(udp.reply_received) +
                    ". There is nothing to close: the client's port was free at once.");
}

std::string with_firewall(const LoopbackExchange& exchange) {
    const auto spec = "tcp/" + number_of(exchange.listener.port);
    const Lanes lanes{"firewall", "server"};
    std::string text =
        step(7, "What a firewall in between would change",
             "No firewall was part of this exchange. One that drops the request is silent: the "
             "client repeats its SYN until it gives up (filtered).") +
        '\n' + draw_titles(lanes);
    text += draw_arrows(lanes, {{column::client, column::middle, "SYN"}});
    text += '\n' +
            paragraph("One that rejects says so, by a reset or an ICMP error (rejected):", 3) +
            '\n' + draw_titles(lanes);
    text += draw_arrows(lanes, {{column::client, column::middle, "SYN"}});
    text += draw_arrows(lanes, {{column::middle, column::client, "RST or ICMP error"}});
    text += '\n' +
            paragraph(
                "One that drops the replies looks to the client as the first does: silence. "
                "Only the server's end knows that the request arrived, which is why "
                "pt-client asks pt-server:",
                3) +
            '\n' + draw_titles(lanes);
    text += draw_arrows(
        lanes, {{column::client, column::middle, "SYN"}, {column::middle, column::server, "SYN"}});
    text += draw_arrows(lanes, {{column::server, column::middle, "SYN, ACK"}});
    text +=
        '\n' + paragraph(
                   "A stateful firewall remembers each connection that it let pass and lets its "
                   "replies back, so it needs one rule for " +
                       spec + " and one for all replies:",
                   3);
    text += command_lines("nft insert rule inet filter forward tcp dport " +
                              number_of(exchange.listener.port) + " accept",
                          6);
    text +=
        command_lines("nft insert rule inet filter forward ct state established,related accept", 6);
    return text;
}

}  // namespace

std::string lesson(const LoopbackExchange& exchange, const ExplainFacts& facts) {
    return paragraph("A real exchange over loopback, made just now, as both of its ends saw it.",
                     0) +
           listens(exchange) + connects(exchange, facts) + talks(exchange) + ends(exchange, facts) +
           over_udp(exchange) + with_firewall(exchange) +
           "\nThe three ranges of ports (RFC 6335)\n" + port_ranges() + "\nTCP beside UDP\n" +
           tcp_beside_udp() + "\nNext: the same with a port of your own, and through a network:\n" +
           command_lines("pt-server tcp/8443 udp/8443", 6) + "   and from another host:\n" +
           command_lines("pt-client HOST any/8443 --explain", 6);
}

}  // namespace pt::client
