#include "client/policy/judge.hpp"

#include <algorithm>

#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

Judgement passed() { return {Outcome::passed, ""}; }
Judgement failed(std::string reason) { return {Outcome::failed, std::move(reason)}; }
Judgement inconclusive(std::string reason) { return {Outcome::inconclusive, std::move(reason)}; }

/// Of a result that says nothing about the network: it says why itself.
Judgement untested() { return inconclusive(""); }

Judgement judge_open(const Wanted& wanted, const Result& result) {
    switch (result.conclusion.verdict) {
        case Verdict::open: return passed();
        case Verdict::answered:
            return wanted.proof == Proof::any
                       ? passed()
                       : failed("the answer is not pt-server's (proof: any accepts it)");
        case Verdict::untested: return untested();
        case Verdict::intercepted:
        case Verdict::cut:
        case Verdict::closed:
        case Verdict::rejected:
        case Verdict::filtered:
        case Verdict::unreachable: break;
    }
    return failed("");
}

constexpr const char* limited_icmp =
    "blocked, but silently: ICMP errors are limited, so that silence may be the same refusal";

/// What reached pt-server although the port is to be blocked.
std::string reached_text(Reached reached) {
    switch (reached) {
        case Reached::attempt: return "a first segment (SYN) reached the host of pt-server";
        case Reached::established: return "a connection reached pt-server";
        case Reached::late_frame:
        case Reached::frame: return "a frame reached pt-server";
        case Reached::unknown:
        case Reached::nothing: break;
    }
    return "";
}

Judgement judge_method(Method method, Verdict verdict) {
    const bool is_drop = verdict == Verdict::filtered;
    if (method == Method::any || is_drop == (method == Method::drop)) {
        return passed();
    }
    return is_drop ? inconclusive(limited_icmp) : failed("blocked, but by reject");
}

Judgement judge_blocked(const Wanted& wanted, const Result& result) {
    const Verdict verdict = result.conclusion.verdict;
    if (auto reason = reached_text(result.reached); !reason.empty()) {
        return failed(std::move(reason));
    }
    switch (verdict) {
        case Verdict::open: return failed("");
        case Verdict::answered:
        case Verdict::intercepted:
        case Verdict::cut: return failed("something answered");
        case Verdict::untested: return untested();
        case Verdict::closed:
        case Verdict::rejected:
        case Verdict::filtered:
        case Verdict::unreachable: break;
    }
    if (!result.server_holds_port.value_or(false)) {
        return inconclusive(result.server_holds_port.has_value()
                                ? "pt-server does not listen on the port"
                                : "no pt-server is known to listen on the port");
    }
    if (result.reached != Reached::nothing || verdict == Verdict::closed) {
        return inconclusive("it is not known whether anything reached pt-server");
    }
    auto judgement = judge_method(wanted.method, verdict);
    const bool is_dns =
        result.endpoint.protocol == Protocol::udp && result.endpoint.port == Port{53};
    if (judgement.outcome == Outcome::passed && is_dns) {
        judgement.reason = "for pt's frames: a firewall that inspects DNS may let queries pass";
    }
    return judgement;
}

/// Whether a refusal is wanted that may be told by an ICMP error.
bool wants_refusal(const Wanted& wanted) {
    return std::any_of(wanted.verdicts.begin(), wanted.verdicts.end(), [](Verdict verdict) {
        return verdict == Verdict::rejected || verdict == Verdict::closed ||
               verdict == Verdict::unreachable;
    });
}

/// The kernel does not always say in which zone the sender of an error is.
bool same_host(const IpAddress& a, const IpAddress& b) { return a.bytes() == b.bytes(); }

Judgement judge_verdict(const Wanted& wanted, const Result& result) {
    const auto& [verdict, evidence, by, direction] = result.conclusion;
    if (verdict == Verdict::untested) {
        return untested();
    }
    if (!wanted.verdicts.contains(verdict)) {
        const bool may_be_refused = verdict == Verdict::filtered && wants_refusal(wanted) &&
                                    reached_text(result.reached).empty();
        return may_be_refused ? inconclusive(limited_icmp) : failed("");
    }
    if (wanted.direction && direction != wanted.direction) {
        return direction == Direction::unknown ? inconclusive("the direction is not known")
                                               : failed("the direction differs");
    }
    if (wanted.by && !(by && same_host(*by, *wanted.by))) {
        return by ? failed("another device answered")
                  : inconclusive("it is not known which device answered");
    }
    return passed();
}

Judgement judge_rtt(Nanoseconds max_rtt, const Result& result) {
    if (result.rtt.samples() == 0) {
        return inconclusive("no round trip was measured");
    }
    if (result.rtt.mean() > max_rtt) {
        return failed("the round trip takes " + duration_text(result.rtt.mean()) +
                      ", allowed: " + duration_text(max_rtt));
    }
    return passed();
}

}  // namespace

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed: return "passed";
        case Outcome::failed: return "failed";
        case Outcome::inconclusive: return "inconclusive";
    }
    return "";
}

Judgement judge(const Wanted& wanted, const Result& result) {
    Judgement judgement;
    switch (wanted.kind) {
        case Wanted::Kind::open: judgement = judge_open(wanted, result); break;
        case Wanted::Kind::blocked: judgement = judge_blocked(wanted, result); break;
        case Wanted::Kind::verdict: judgement = judge_verdict(wanted, result); break;
    }
    const bool is_timed = wanted.max_rtt && result.conclusion.verdict == Verdict::open;
    return is_timed && judgement.outcome == Outcome::passed ? judge_rtt(*wanted.max_rtt, result)
                                                            : judgement;
}

}  // namespace pt::client
