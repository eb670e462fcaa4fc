#include "client/policy/policy_values.hpp"

#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

std::string_view to_string(Method method) {
    switch (method) {
        case Method::any: return "any";
        case Method::drop: return "drop";
        case Method::reject: return "reject";
    }
    return "";
}

}  // namespace

std::optional<Proof> parse_proof(std::string_view word) {
    return word == "strict" ? std::optional{Proof::strict}
           : word == "any"  ? std::optional{Proof::any}
           : word == "key"  ? std::optional{Proof::key}
                            : std::nullopt;
}

std::optional<Method> parse_method(std::string_view word) {
    for (const Method method : {Method::any, Method::drop, Method::reject}) {
        if (to_string(method) == word) {
            return method;
        }
    }
    return std::nullopt;
}

std::optional<Verdict> parse_expected_verdict(std::string_view word) {
    const auto verdict = parse_verdict(word);
    return verdict == Verdict::untested ? std::nullopt : verdict;
}

std::string verdicts_allowed() {
    std::string text;
    for (const Verdict verdict : all_verdicts) {
        if (verdict != Verdict::untested) {
            text += (text.empty() ? "" : ", ") + std::string{to_string(verdict)};
        }
    }
    return text;
}

Wanted normalized(const Wanted& wanted) {
    if (wanted.kind != Wanted::Kind::verdict || wanted.by ||
        wanted.verdicts != std::set{Verdict::open}) {
        return wanted;
    }
    return {.kind = Wanted::Kind::open, .max_rtt = wanted.max_rtt};
}

std::string describe(const PolicyHost& host) {
    const auto name = safe_text(host.name);
    return host.name == host.host ? name : name + " (" + safe_text(host.host) + ')';
}

std::string describe(const PortSet::Range& range) {
    auto text =
        std::string{to_string(range.protocol)} + '/' + std::to_string(to_number(range.first));
    return range.first == range.last ? text : text + '-' + std::to_string(to_number(range.last));
}

std::string describe(const Wanted& wanted) {
    std::string text;
    switch (wanted.kind) {
        case Wanted::Kind::open:
            text = wanted.proof == Proof::any   ? "open or answered"
                   : wanted.proof == Proof::key ? "open, proved by the key"
                                                : "open";
            break;
        case Wanted::Kind::blocked:
            text = "blocked";
            text +=
                wanted.method == Method::any ? "" : " by " + std::string{to_string(wanted.method)};
            break;
        case Wanted::Kind::verdict:
            for (const Verdict verdict : wanted.verdicts) {
                text += (text.empty() ? "" : " or ") + std::string{to_string(verdict)};
            }
            break;
    }
    if (wanted.direction) {
        text += ", direction " + std::string{to_string(*wanted.direction)};
    }
    text += wanted.by ? ", by " + wanted.by->to_string() : "";
    return wanted.max_rtt ? text + ", round trip up to " + duration_text(*wanted.max_rtt) : text;
}

}  // namespace pt::client
