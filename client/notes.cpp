#include "client/notes.hpp"

#include "client/server_word.hpp"

namespace pt::client {
namespace {

void note_rewriting(const Probe& probe, std::vector<std::string>& notes) {
    if (!probe.seen || !probe.local) {
        return;
    }
    // Zones are each host's own names for its links: they do not travel.
    const auto without_zone = [](const SocketAddress& end) {
        return SocketAddress{IpAddress{end.address.bytes()}, end.port};
    };
    if (probe.seen->source != without_zone(*probe.local)) {
        notes.push_back("source rewritten (NAT): the server saw " + probe.seen->source.to_string());
    }
    if (probe.seen->destination != without_zone(probe.endpoint.socket_address())) {
        notes.push_back("destination rewritten (DNAT): it arrived at " +
                        probe.seen->destination.to_string());
    }
}

/// RFC 2474: the upper six bits are the DSCP; RFC 3168: the lower two are ECN.
void note_marks(const Probe& probe, std::vector<std::string>& notes) {
    if (!probe.seen || probe.seen->received_ttl == 0) {
        return;
    }
    const unsigned sent = probe.sent_tos;
    const unsigned received = probe.seen->received_tos;
    if (sent >> 2U != received >> 2U) {
        notes.push_back("DSCP changed on the way: sent " + std::to_string(sent >> 2U) +
                        ", arrived " + std::to_string(received >> 2U));
    }
    constexpr unsigned ecn = 0b11;
    if ((sent & ecn) != 0 && (received & ecn) == 0) {
        notes.emplace_back("ECN cleared on the way");
    } else if ((received & ecn) == ecn) {
        notes.emplace_back("congestion was marked on the way (ECN CE)");
    }
}

void note_handshake(const Probe& probe, std::vector<std::string>& notes) {
    if (probe.findings.ends_of_stream > 0) {
        notes.emplace_back("the peer closed the connection without a byte");
    } else if (probe.data_acknowledged) {
        notes.emplace_back("the peer's TCP acknowledged our frame, but nothing answered it");
    } else {
        notes.emplace_back("nothing acknowledged our frame after the handshake");
    }
}

/// A device that cuts connections resets one end or both.
void note_ends_reset(const Knowledge& knowledge, std::vector<std::string>& notes) {
    if (knowledge.server_was_reset) {
        notes.emplace_back(*knowledge.server_was_reset
                               ? "pt-server's end was reset too: something in between reset both"
                               : "pt-server saw no reset: the one that came here was forged");
    }
}

void note_icmp(const Probe& probe, std::vector<std::string>& notes) {
    if (probe.endpoint.protocol == Protocol::tcp) {
        notes.emplace_back(
            "a TCP stack refuses with a reset; an ICMP port unreachable is a packet filter's word");
    }
}

}  // namespace

std::vector<std::string> notes_for(const Probe& probe, const Conclusion& conclusion,
                                   const Knowledge& knowledge) {
    std::vector<std::string> notes;
    note_rewriting(probe, notes);
    note_marks(probe, notes);
    switch (conclusion.evidence) {
        case Evidence::handshake: note_handshake(probe, notes); break;
        case Evidence::data_reset:
            if (conclusion.verdict == Verdict::answered) {
                notes.emplace_back(
                    "the connection was reset after our frame, by the service or on the way");
            } else {
                note_ends_reset(knowledge, notes);
            }
            break;
        case Evidence::icmp_port_unreachable: note_icmp(probe, notes); break;
        case Evidence::silence:
            if (probe.unproven_icmp) {
                notes.emplace_back(
                    "an ICMP error came whose quote is too short to prove that it is ours");
            }
            if (probe.other_source) {
                notes.emplace_back("our echo came back from another address, and does not count");
            }
            break;
        case Evidence::altered_echo:
            notes.emplace_back(probe.padding_altered ? "altered on the way to the server"
                                                     : "altered on the way back, or by a relay");
            break;
        case Evidence::foreign_data:
        case Evidence::foreign_answer:
            if (probe.reflected) {
                notes.emplace_back("our own frame was sent back: an echo service, or a loop");
            }
            break;
        case Evidence::echo:
        case Evidence::data_lost:
        case Evidence::reset:
        case Evidence::forged_reset:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_host_unreachable:
        case Evidence::icmp_net_unreachable:
        case Evidence::icmp_time_exceeded:
        case Evidence::no_route:
        case Evidence::not_listening:
        case Evidence::local_error:
        case Evidence::interrupted: break;
        case Evidence::server_lost:
            if (probe.server_stalled) {
                notes.emplace_back(standstill_note);
            }
            break;
    }
    return notes;
}

}  // namespace pt::client
