#include "client/conclude/notes.hpp"

#include <utility>

#include "client/conclude/attempt_notes.hpp"
#include "client/conclude/record_notes.hpp"
#include "client/result/path_facts.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

using Notes = std::vector<std::string>;

void note_rewriting(const Result& found, Notes& notes) {
    if (const auto source = rewritten_source(found)) {
        notes.push_back("source rewritten (NAT): the server saw " + source->to_string());
    }
    if (const auto destination = rewritten_destination(found)) {
        notes.push_back("destination rewritten (DNAT): it arrived at " + destination->to_string());
    }
}

/// RFC 2474: the upper six bits are the DSCP; RFC 3168: the lower two are ECN.
void note_marks(const Result& found, Notes& notes) {
    if (!found.seen || found.seen->received_ttl == 0) {
        return;
    }
    const unsigned sent = found.sent_tos;
    const unsigned received = found.seen->received_tos;
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

/// --frame-size. What is lost may be lost by chance, and it may be the reply: no more than what was
/// seen is said of the path.
void note_frame_size(const Result& found, Notes& notes) {
    if (!found.frame_size || found.frames_sent < 2) {
        return;
    }
    const std::uint32_t sent = found.frames_sent - 1;
    const auto frames =
        counted(sent, "frame") + " of " + std::to_string(*found.frame_size) + " bytes";
    if (found.frames_lost == 0) {
        notes.push_back(frames + (sent == 1 ? " was echoed" : " were echoed"));
    } else if (found.frames_lost >= sent) {
        notes.push_back("no reply to " + frames +
                        ", while a small frame was echoed: packets of that size may be dropped");
    } else {
        notes.push_back(std::to_string(found.frames_lost) + " of " + frames + " got no reply");
    }
}

void note_handshake(const Findings& findings, Notes& notes) {
    if (findings.ends_of_stream > 0) {
        notes.emplace_back("the peer closed the connection without sending data");
    } else if (findings.data_acknowledged) {
        notes.emplace_back("the peer's TCP acknowledged the request, but no reply was received");
    } else {
        notes.emplace_back("the request was not acknowledged after the handshake");
    }
}

/// That both ends were reset does not tell who began: a reset of one end alone makes its kernel
/// answer what the other end sends next with a reset.
void note_ends_reset(const Knowledge& knowledge, Notes& notes) {
    if (knowledge.server_was_reset) {
        notes.emplace_back(*knowledge.server_was_reset
                               ? "pt-server's end was reset too"
                               : "pt-server saw no reset on its end of the connection");
    }
}

void note_data_reset(Verdict verdict, const Knowledge& knowledge, Notes& notes) {
    if (verdict == Verdict::answered) {
        notes.emplace_back(
            "the connection was reset after the request, by the service or on the path");
    } else {
        note_ends_reset(knowledge, notes);
    }
}

void note_silence(const Endpoint& endpoint, const Findings& findings, Notes& notes) {
    constexpr Port dns{53};
    if (endpoint.port == dns) {
        notes.emplace_back(
            "a firewall that inspects DNS drops pt's frames, which are no DNS queries: DNS itself "
            "may pass");
    }
    if (findings.unproven_icmp) {
        notes.emplace_back(
            "an ICMP error was received whose quoted packet is too short to be matched to an "
            "attempt");
    }
    if (findings.unsolicited) {
        notes.emplace_back(
            "datagrams in the name of this port came that do not follow the attempts: forged?");
    }
    if (findings.other_source) {
        notes.emplace_back("an echo was received from another address, which does not count");
    }
}

void note_gap(const std::string& prefix, Protocol protocol, const Basis& basis, Notes& notes) {
    if (auto gap = record_gap(protocol, basis); !gap.empty()) {
        notes.push_back(prefix + std::move(gap));
    }
}

void note_server_lost(const Findings& findings, const Basis& basis, Notes& notes) {
    if (findings.server_lost) {
        return;
    }
    if (basis.port.server_deaf) {
        notes.emplace_back(deaf_note);
    } else if (basis.server.stalled) {
        notes.emplace_back(stalled_note);
    }
}

}  // namespace

std::vector<std::string> notes_for(const Result& found, const Conclusion& conclusion,
                                   const Basis& basis) {
    const Findings findings = found.findings.value_or(Findings{});
    const Protocol protocol = found.endpoint.protocol;
    Notes notes = attempt_notes(found, conclusion);
    note_rewriting(found, notes);
    note_marks(found, notes);
    note_frame_size(found, notes);
    switch (conclusion.evidence) {
        case Evidence::handshake:
            note_handshake(findings, notes);
            note_gap(basis.port.reached == Reached::late_frame
                         ? ""
                         : "not known whether pt-server was reached: ",
                     protocol, basis, notes);
            break;
        case Evidence::data_reset: note_data_reset(conclusion.verdict, basis.port, notes); break;
        case Evidence::icmp_port_unreachable:
            if (protocol == Protocol::tcp) {
                notes.emplace_back(
                    "a TCP stack refuses with a reset: an ICMP port unreachable comes from a "
                    "packet filter");
            }
            break;
        case Evidence::reset:
            if (basis.record && basis.record->attempt) {
                notes.emplace_back("attempts reached the host");
            }
            break;
        case Evidence::silence:
            note_silence(found.endpoint, findings, notes);
            note_gap("direction unknown: ", protocol, basis, notes);
            break;
        case Evidence::altered_echo:
            notes.emplace_back(findings.padding_altered
                                   ? "altered on the forward path, before it reached pt-server"
                                   : "altered on the return path, or by a relay");
            break;
        case Evidence::foreign_data:
        case Evidence::foreign_answer:
            if (findings.reflected) {
                notes.emplace_back("the request itself was sent back: an echo service, or a loop");
            }
            break;
        case Evidence::server_lost: note_server_lost(findings, basis, notes); break;
        case Evidence::echo:
        case Evidence::data_lost:
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
    }
    return notes;
}

}  // namespace pt::client
