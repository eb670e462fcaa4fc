#include "common/core/verdict.hpp"

namespace pt {
namespace {

Conclusion conclude(Verdict verdict, Evidence evidence, std::optional<IpAddress> by = {}) {
    return {verdict, evidence, by, std::nullopt};
}

std::optional<IpAddress> sender(const IcmpError& error) {
    return error.from.is_unspecified() ? std::nullopt : std::optional{error.from};
}

/// "Port unreachable" from the target itself is a refusal by the target; from any other address it
/// was sent by an intermediate device.
Conclusion refused_by_icmp(const IcmpError& error, const IpAddress& target, Evidence evidence) {
    // The kernel does not always say in which zone the sender of an error is.
    const bool by_target = error.from.bytes() == target.bytes();
    return conclude(by_target ? Verdict::closed : Verdict::rejected, evidence, sender(error));
}

Conclusion from_icmp(const IcmpError& error, const IpAddress& target) {
    switch (meaning(error)) {
        case IcmpMeaning::port_unreachable:
            return refused_by_icmp(error, target, Evidence::icmp_port_unreachable);
        case IcmpMeaning::protocol_unreachable:
            return refused_by_icmp(error, target, Evidence::icmp_protocol_unreachable);
        case IcmpMeaning::admin_prohibited:
            return conclude(Verdict::rejected, Evidence::icmp_admin_prohibited, sender(error));
        case IcmpMeaning::parameter_problem:
            return conclude(Verdict::rejected, Evidence::icmp_parameter_problem, sender(error));
        case IcmpMeaning::host_unreachable:
            return conclude(Verdict::unreachable, Evidence::icmp_host_unreachable, sender(error));
        case IcmpMeaning::net_unreachable:
            return conclude(Verdict::unreachable, Evidence::icmp_net_unreachable, sender(error));
        case IcmpMeaning::time_exceeded:
            return conclude(Verdict::unreachable, Evidence::icmp_time_exceeded, sender(error));
        case IcmpMeaning::other: break;
    }
    return {Verdict::filtered, Evidence::silence, std::nullopt, Direction::unknown};
}

}  // namespace

bool is_silent(const Findings& findings) {
    return !findings.echo && !findings.altered_echo && !findings.foreign_data &&
           !findings.connected && findings.resets == 0 && findings.icmp_errors == 0;
}

bool may_be_servers_fault(const Findings& findings) {
    const bool answered = findings.echo || findings.altered_echo || findings.foreign_data;
    const bool by_others = findings.icmp && meaning(*findings.icmp) != IcmpMeaning::other;
    const bool not_tried = findings.no_route || findings.interrupted || findings.local_error != 0;
    return !answered && !by_others && !not_tried;
}

namespace {

bool known_to_hold(const Knowledge& knowledge) {
    return knowledge.server_holds_port.value_or(false);
}

/// A handshake that led to no byte of data. A proxy, a port forwarder or a silent service does the
/// same as a firewall that drops data: only the server record tells them apart.
Conclusion from_handshake(const Knowledge& knowledge) {
    if (known_to_hold(knowledge)) {
        switch (knowledge.reached) {
            case Reached::nothing: return conclude(Verdict::intercepted, Evidence::foreign_answer);
            case Reached::attempt:
            case Reached::established:
            case Reached::frame: return conclude(Verdict::cut, Evidence::data_lost);
            case Reached::late_frame:
            case Reached::unknown: break;
        }
    }
    return conclude(Verdict::answered, Evidence::handshake);
}

/// A service that does not understand our frame resets too, so a reset is the network's only where
/// pt-server is known to have been asked.
Conclusion from_data_reset(const Knowledge& knowledge) {
    if (known_to_hold(knowledge) && knowledge.reached == Reached::nothing) {
        return conclude(Verdict::intercepted, Evidence::foreign_answer);
    }
    const bool asked_pt_server = knowledge.server_holds_port.value_or(knowledge.server_seen);
    return conclude(asked_pt_server ? Verdict::cut : Verdict::answered, Evidence::data_reset);
}

Conclusion from_refusal_by_icmp(const IcmpError& error, const IpAddress& target,
                                const Knowledge& knowledge) {
    Conclusion conclusion = from_icmp(error, target);
    if (conclusion.verdict == Verdict::closed && known_to_hold(knowledge)) {
        conclusion.verdict = Verdict::rejected;
    }
    return conclusion;
}

Conclusion from_silence(const Knowledge& knowledge) {
    if (knowledge.server_holds_port == false) {
        return conclude(Verdict::untested, Evidence::not_listening);
    }
    Direction direction = Direction::unknown;
    switch (knowledge.reached) {
        case Reached::nothing: direction = Direction::forward; break;
        case Reached::attempt:
        case Reached::established:
        case Reached::frame: direction = Direction::return_; break;
        case Reached::late_frame:
        case Reached::unknown: break;
    }
    return {Verdict::filtered, Evidence::silence, std::nullopt, direction};
}

/// What others said of the port stands; handshakes and resets may be its own kernel's, whose queue
/// nobody empties.
Conclusion from_deaf_server(const IpAddress& target, Findings findings, Knowledge knowledge) {
    if (may_be_servers_fault(findings)) {
        return conclude(Verdict::untested, Evidence::server_lost);
    }
    findings.connected = false;
    findings.resets = 0;
    findings.data_resets = 0;
    findings.ends_of_stream = 0;
    knowledge.server_deaf = false;
    return diagnose(target, findings, knowledge);
}

}  // namespace

Conclusion diagnose(const IpAddress& target, const Findings& findings, const Knowledge& knowledge) {
    if (findings.echo) {
        return conclude(Verdict::open, Evidence::echo);
    }
    if (findings.altered_echo) {
        return conclude(Verdict::intercepted, Evidence::altered_echo);
    }
    if (findings.foreign_data) {
        return known_to_hold(knowledge) ? conclude(Verdict::intercepted, Evidence::foreign_answer)
                                        : conclude(Verdict::answered, Evidence::foreign_data);
    }
    // A dead server refuses and is silent for its own reasons, not for the network's.
    if (findings.server_lost) {
        return conclude(Verdict::untested, Evidence::server_lost);
    }
    if (knowledge.server_deaf) {
        return from_deaf_server(target, findings, knowledge);
    }
    if (findings.data_resets > 0) {
        return from_data_reset(knowledge);
    }
    // Attempts may meet different fates: a handshake completed is more than a handshake refused.
    if (findings.ends_of_stream > 0 || (findings.connected && findings.resets > 0)) {
        return from_handshake(knowledge);
    }
    if (findings.resets > 0) {
        return known_to_hold(knowledge) ? conclude(Verdict::rejected, Evidence::forged_reset)
                                        : conclude(Verdict::closed, Evidence::reset);
    }
    if (findings.icmp && meaning(*findings.icmp) != IcmpMeaning::other) {
        return from_refusal_by_icmp(*findings.icmp, target, knowledge);
    }
    if (findings.no_route) {
        return conclude(Verdict::unreachable, Evidence::no_route);
    }
    if (findings.local_error != 0) {
        return conclude(Verdict::untested, Evidence::local_error);
    }
    if (findings.interrupted) {
        return conclude(Verdict::untested, Evidence::interrupted);
    }
    return findings.connected ? from_handshake(knowledge) : from_silence(knowledge);
}

namespace {

bool proves(Evidence evidence, Verdict verdict) {
    switch (evidence) {
        case Evidence::echo: return verdict == Verdict::open;
        case Evidence::handshake:
        case Evidence::foreign_data: return verdict == Verdict::answered;
        case Evidence::foreign_answer:
        case Evidence::altered_echo: return verdict == Verdict::intercepted;
        case Evidence::data_reset: return verdict == Verdict::answered || verdict == Verdict::cut;
        case Evidence::data_lost: return verdict == Verdict::cut;
        case Evidence::reset: return verdict == Verdict::closed;
        case Evidence::icmp_port_unreachable:
        case Evidence::icmp_protocol_unreachable:
            return verdict == Verdict::closed || verdict == Verdict::rejected;
        case Evidence::forged_reset:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem: return verdict == Verdict::rejected;
        case Evidence::icmp_host_unreachable:
        case Evidence::icmp_net_unreachable:
        case Evidence::icmp_time_exceeded:
        case Evidence::no_route: return verdict == Verdict::unreachable;
        case Evidence::silence: return verdict == Verdict::filtered;
        case Evidence::not_listening:
        case Evidence::local_error:
        case Evidence::interrupted:
        case Evidence::server_lost: break;
    }
    return verdict == Verdict::untested;
}

}  // namespace

bool is_possible(const Conclusion& conclusion) {
    const bool filtered = conclusion.verdict == Verdict::filtered;
    return proves(conclusion.evidence, conclusion.verdict) &&
           conclusion.direction.has_value() == filtered;
}

}  // namespace pt
