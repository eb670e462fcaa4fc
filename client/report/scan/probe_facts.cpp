#include "client/report/scan/probe_facts.hpp"

#include <string_view>

#include "client/result/path_facts.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"
#include "common/core/id_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// Without a reply no attempt decided: each had a port of its own, and the result holds the last.
bool is_last_of_several(const Result& result) {
    return result.conclusion.evidence == Evidence::silence && result.attempts > 1;
}

/// Nothing where no packet was sent, or the system did not say from where.
std::string ends(const Result& result) {
    const bool is_unsent =
        result.conclusion.evidence == Evidence::local_error && result.attempts == 0;
    if (!result.local || result.local->address.is_unspecified() || result.local->port == Port{0} ||
        is_unsent) {
        return "";
    }
    return result.local->to_string() + " -> " + result.endpoint.socket_address().to_string() +
           (is_last_of_several(result) ? " (last attempt)" : "");
}

std::string time_of(const Result& result) {
    return result.concluded_at ? "concluded " + date_text(*result.concluded_at) + ' ' +
                                     clock_text(*result.concluded_at)
                               : "";
}

std::string attempts_of(const Result& result) {
    return result.attempts == 0 ? "" : counted(result.attempts, "attempt");
}

std::string frames_of(const Result& result) {
    return result.frames_sent < 2 ? ""
                                  : counted(result.frames_sent, "frame") + ", " +
                                        grouped_number(result.frames_lost) + " lost";
}

/// One of our ends is not known: what pt-server saw cannot be compared, and is said as it is.
std::string seen_source(const Result& result) {
    const auto other =
        known_end(result.local) ? rewritten_source(result) : std::optional{result.seen->source};
    return other ? "source " + other->to_string() : "";
}

std::string seen_by_server(const Result& result) {
    if (!result.seen) {
        return "";
    }
    const auto source = seen_source(result);
    const auto destination = rewritten_destination(result);
    std::string text = source;
    if (destination) {
        text += (text.empty() ? "" : ", ") + ("destination " + destination->to_string());
    }
    if (text.empty()) {
        text = is_destination_known(result) ? "the same source and destination" : "the same source";
    }
    return "pt-server saw " + text;
}

std::string arrival(const Result& result) {
    if (!result.seen || result.seen->received_ttl == 0) {
        return "";
    }
    const std::string less = !result.hops ? ""
                             : *result.hops > 0
                                 ? " (" + std::to_string(*result.hops) + " less than sent)"
                                 : " (as sent)";
    return (result.endpoint.address.is_v4() ? "TTL " : "hop limit ") +
           std::to_string(result.seen->received_ttl) + " on arrival" + less;
}

std::string_view reached_words(Reached reached) {
    switch (reached) {
        case Reached::unknown: break;
        case Reached::nothing: return "nothing arrived";
        case Reached::attempt: return "a SYN arrived, but no connection was established";
        case Reached::established: return "a connection was established, but no frame arrived";
        case Reached::late_frame: return "a frame arrived late";
        case Reached::frame: return "a frame arrived";
    }
    return "";
}

/// Exact or sampled is the record of TCP attempts alone.
std::string record_of(const Result& result) {
    if (result.reached == Reached::unknown) {
        return "";
    }
    const bool has_kind = result.endpoint.protocol == Protocol::tcp && result.exact_record;
    const char* const kind = !has_kind ? "" : *result.exact_record ? " (exact)" : " (sampled)";
    return std::string{"pt-server's record"} + kind + ": " +
           std::string{reached_words(result.reached)};
}

/// An echo already shows it.
std::string holding(const Result& result) {
    if (!result.server_holds_port || result.seen) {
        return "";
    }
    return *result.server_holds_port ? "pt-server holds the port"
                                     : "pt-server does not hold the port";
}

/// Type and code, as captures and firewalls show them, and the sender.
std::string error_of(const Result& result) {
    const auto& by = result.conclusion.by;
    const auto icmp = result.findings ? result.findings->icmp : std::nullopt;
    if (!icmp) {
        return by ? "error sent by " + by->to_string() : "";
    }
    const auto& sender = icmp->from.is_unspecified() && by ? *by : icmp->from;
    return std::string{icmp->v6 ? "ICMPv6" : "ICMP"} + " type " + std::to_string(icmp->type) +
           " code " + std::to_string(icmp->code) +
           (sender.is_unspecified() ? "" : " from " + sender.to_string());
}

std::string instance_of(const Result& result) {
    return result.seen && result.seen->instance != 0
               ? "pt-server instance " + hex_id(result.seen->instance)
               : "";
}

}  // namespace

std::string probe_facts(const Result& result) {
    std::string line;
    for (const auto& fact : {ends(result), time_of(result), attempts_of(result), frames_of(result),
                             error_of(result), record_of(result), holding(result),
                             seen_by_server(result), arrival(result), instance_of(result)}) {
        if (!fact.empty()) {
            line += (line.empty() ? "" : "; ") + fact;
        }
    }
    return safe_text(line, line.size());
}

}  // namespace pt::client
