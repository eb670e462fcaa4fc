#include "client/compare/difference.hpp"

#include "client/result/describe.hpp"
#include "client/result/path_facts.hpp"

namespace pt::client {
namespace {

constexpr const char* limited_icmp =
    "ICMP errors are limited (Linux: one per second), so silence may be the same refusal";

bool same_host(const IpAddress& a, const IpAddress& b) { return a.bytes() == b.bytes(); }

bool is_by_target(const Result& result) {
    return result.conclusion.by && same_host(*result.conclusion.by, result.endpoint.address);
}

/// The target stays the target where the address of its host has changed.
bool is_same_sender(const Result& before, const Result& after) {
    const auto& one = before.conclusion.by;
    const auto& other = after.conclusion.by;
    return (!one && !other) || (is_by_target(before) && is_by_target(after)) ||
           (one && other && same_host(*one, *other));
}

bool is_same_conclusion(const Result& before, const Result& after) {
    const Conclusion& one = before.conclusion;
    const Conclusion& other = after.conclusion;
    return one.verdict == other.verdict && one.evidence == other.evidence &&
           one.direction == other.direction && is_same_sender(before, after);
}

bool is_icmp(Evidence evidence) {
    switch (evidence) {
        case Evidence::icmp_port_unreachable:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_host_unreachable:
        case Evidence::icmp_net_unreachable:
        case Evidence::icmp_time_exceeded: return true;
        case Evidence::echo:
        case Evidence::handshake:
        case Evidence::foreign_data:
        case Evidence::foreign_answer:
        case Evidence::altered_echo:
        case Evidence::data_reset:
        case Evidence::data_lost:
        case Evidence::reset:
        case Evidence::forged_reset:
        case Evidence::no_route:
        case Evidence::silence:
        case Evidence::not_listening:
        case Evidence::local_error:
        case Evidence::interrupted:
        case Evidence::server_lost: break;
    }
    return false;
}

/// Something accepted the request or the connection, but no intact echo came back: who it was is
/// known only where pt-server's record was.
bool is_answer_without_echo(Evidence evidence) {
    switch (evidence) {
        case Evidence::handshake:
        case Evidence::foreign_data:
        case Evidence::foreign_answer:
        case Evidence::altered_echo:
        case Evidence::data_reset:
        case Evidence::data_lost: return true;
        case Evidence::echo:
        case Evidence::reset:
        case Evidence::forged_reset:
        case Evidence::icmp_port_unreachable:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_host_unreachable:
        case Evidence::icmp_net_unreachable:
        case Evidence::icmp_time_exceeded:
        case Evidence::no_route:
        case Evidence::silence:
        case Evidence::not_listening:
        case Evidence::local_error:
        case Evidence::interrupted:
        case Evidence::server_lost: break;
    }
    return false;
}

bool is_reset(Evidence evidence) {
    return evidence == Evidence::reset || evidence == Evidence::forged_reset;
}

bool is_silence_after_icmp(const Conclusion& icmp, const Conclusion& silence) {
    if (!is_icmp(icmp.evidence) || silence.evidence != Evidence::silence) {
        return false;
    }
    switch (silence.direction.value_or(Direction::unknown)) {
        case Direction::unknown: return true;
        // That nothing arrived at a pt-server that holds the port is more than the host's refusal.
        case Direction::forward: return reach_of(icmp.verdict) == Reach::blocked;
        case Direction::return_: break;
    }
    return false;
}

std::string only_known(bool before) { return before ? "before only" : "after only"; }

/// Why two conclusions may be of one and the same network; "" where they may not.
std::string doubt(const Result& before, const Result& after) {
    const Conclusion& one = before.conclusion;
    const Conclusion& other = after.conclusion;
    const bool same_class = reach_of(one.verdict) == reach_of(other.verdict);
    if (one.evidence == Evidence::silence && other.evidence == Evidence::silence) {
        const bool unknown_before = one.direction == Direction::unknown;
        return unknown_before || other.direction == Direction::unknown
                   ? "no reply in both scans, the direction is known " + only_known(!unknown_before)
                   : "";
    }
    if (is_silence_after_icmp(one, other) || is_silence_after_icmp(other, one)) {
        return limited_icmp;
    }
    const bool same_sender = is_same_sender(before, after);
    const bool is_same_icmp = is_icmp(one.evidence) && one.evidence == other.evidence;
    if (is_same_icmp && one.by.has_value() != other.by.has_value()) {
        return "the sender is known " + only_known(one.by.has_value());
    }
    if (!same_class &&
        ((is_reset(one.evidence) && is_reset(other.evidence)) || (is_same_icmp && same_sender))) {
        return "the same refusal in both scans; that pt-server holds the port is known " +
               only_known(reach_of(one.verdict) == Reach::blocked);
    }
    if (!same_class && is_answer_without_echo(one.evidence) &&
        is_answer_without_echo(other.evidence)) {
        return "something answered in both scans, but without an intact echo";
    }
    return "";
}

/// What a device made of an address on the way; "" where it let it be.
struct Rewriting {
    std::string source;
    std::string destination;
};

/// Nothing where it is not known. Ephemeral ports differ with each attempt, so that of the source
/// the address alone counts.
std::optional<Rewriting> rewriting_of(const Result& result) {
    if (!result.seen || !known_end(result.local)) {
        return std::nullopt;
    }
    const SocketAddress& source = result.seen->source;
    const SocketAddress& destination = result.seen->destination;
    Rewriting rewriting;
    if (!same_host(source.address, result.local->address)) {
        rewriting.source = IpAddress{source.address.bytes()}.to_string();
    }
    const IpAddress arrived{destination.address.bytes()};
    if (destination.port != result.endpoint.port) {
        rewriting.destination = SocketAddress{arrived, destination.port}.to_string();
    } else if (!same_host(arrived, result.endpoint.address)) {
        rewriting.destination = arrived.to_string();
    }
    return rewriting;
}

void compare_rewriting(const char* what, const std::string& before, const std::string& after,
                       std::vector<std::string>& remarks) {
    if (before != after) {
        const auto text = [](const std::string& to) {
            return to.empty() ? "not rewritten" : "rewritten to " + to;
        };
        remarks.push_back(what + (" " + text(before)) + " before, " + text(after) + " after");
    }
}

/// What is newly known of the path where nothing else differs.
std::vector<std::string> path_changes(const Result& before, const Result& after) {
    const auto one = rewriting_of(before);
    const auto other = rewriting_of(after);
    std::vector<std::string> remarks;
    if (one && other) {
        compare_rewriting("source address", one->source, other->source, remarks);
        // A server whose system does not tell which address a frame came to knows the port alone.
        if (!before.seen->destination.address.is_unspecified() &&
            !after.seen->destination.address.is_unspecified()) {
            compare_rewriting("destination", one->destination, other->destination, remarks);
        }
    }
    return remarks;
}

ChangeKind kind_of(Reach before, Reach after) {
    if (after == Reach::reachable && before != Reach::reachable) {
        return ChangeKind::newly_open;
    }
    if (after == Reach::blocked && before != Reach::blocked) {
        return ChangeKind::newly_blocked;
    }
    return ChangeKind::changed;
}

}  // namespace

Reach reach_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::open:
        case Verdict::answered: return Reach::reachable;
        case Verdict::intercepted:
        case Verdict::cut:
        case Verdict::rejected:
        case Verdict::filtered:
        case Verdict::unreachable: return Reach::blocked;
        case Verdict::closed: return Reach::refused;
        case Verdict::untested: break;
    }
    return Reach::unknown;
}

std::optional<Difference> difference(const Result& before, const Result& after) {
    const Reach one = reach_of(before.conclusion.verdict);
    const Reach other = reach_of(after.conclusion.verdict);
    if (one == Reach::unknown && other == Reach::unknown) {
        return std::nullopt;
    }
    if (one == Reach::unknown || other == Reach::unknown) {
        return Difference{ChangeKind::not_comparable, {}};
    }
    if (is_same_conclusion(before, after)) {
        auto remarks = path_changes(before, after);
        return remarks.empty() ? std::nullopt
                               : std::optional{Difference{ChangeKind::changed, std::move(remarks)}};
    }
    if (auto remark = doubt(before, after); !remark.empty()) {
        return Difference{ChangeKind::changed, {std::move(remark)}};
    }
    return Difference{kind_of(one, other), {}};
}

Side side_of(const Result& result) {
    Result bare;
    bare.endpoint = result.endpoint;
    bare.conclusion = result.conclusion;
    bare.findings = result.findings;
    bare.local_error = result.local_error;
    bare.local_reason = result.local_reason;
    bare.local = result.local;
    return {result.endpoint.address, result.conclusion, describe(bare)};
}

}  // namespace pt::client
