#include "client/report/explain/explain.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "client/report/explain/explain_journey.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"
#include "common/core/service_names.hpp"

namespace pt::client {
namespace {

constexpr std::size_t max_explained = 3;
constexpr std::size_t line_width = 80;

std::string number_of(Port port) { return std::to_string(to_number(port)); }

bool same_place(const Result& a, const Result& b) {
    return a.host_place == b.host_place && a.host == b.host &&
           a.endpoint.address == b.endpoint.address;
}

/// One paragraph with a heading word, its lines wrapped and indented.
std::string paragraph(const std::string& heading, const std::string& text) {
    const std::string indent = "    ";
    std::string out = "  " + heading + '\n';
    std::string line = indent;
    std::istringstream words{text};
    for (std::string word; words >> word;) {
        const bool fresh = line.size() == indent.size();
        if (!fresh && line.size() + 1 + word.size() > line_width) {
            out += line + '\n';
            line = indent + word;
        } else {
            line += (fresh ? "" : " ") + word;
        }
    }
    return out + line + '\n';
}

std::string range_text(PortRange range) {
    switch (range) {
        case PortRange::system: return "system port (0-1023, RFC 6335)";
        case PortRange::user: return "user port (1024-49151, RFC 6335)";
        case PortRange::dynamic: return "dynamic port (49152-65535, RFC 6335)";
    }
    return "port";
}

std::string service_sentence(const Endpoint& endpoint) {
    const auto name = service_name(endpoint.protocol, endpoint.port);
    return name.empty() ? "IANA lists no service for it"
                        : "IANA lists it for the service \"" + std::string{name} + '"';
}

std::string destination(const Result& result) {
    const auto& endpoint = result.endpoint;
    return port_text(endpoint) + " is a " + range_text(port_range(endpoint.port)) + ". " +
           service_sentence(endpoint) + '.';
}

/// The port with the same number, and what this scan knows of it.
std::string other_protocol(const Result& result, const ResultRefs& results) {
    Endpoint other = result.endpoint;
    other.protocol = other.protocol == Protocol::tcp ? Protocol::udp : Protocol::tcp;
    const auto found = std::find_if(results.begin(), results.end(), [&](const Result* candidate) {
        return same_place(*candidate, result) && candidate->endpoint == other;
    });
    const auto fate =
        found == results.end()
            ? std::string{"It was not probed in this scan, and this result says nothing about it."}
            : "This scan probed it separately: " +
                  std::string{to_string((*found)->conclusion.verdict)} + '.';
    return port_text(other) +
           " has the same number but is a different port: a firewall may pass one "
           "and drop the other, and different programs listen on them. " +
           service_sentence(other) + ". " + fate;
}

std::string source(const Result& result, const ExplainFacts& facts) {
    if (!result.local || result.local->port == Port{0}) {
        return "No packet was sent from this host: " + describe(result) + '.';
    }
    const Port port = result.local->port;
    if (facts.source_port) {
        return "Port " + number_of(port) +
               " of this host was set with --source-port. Without it, the kernel assigns an "
               "ephemeral port.";
    }
    auto text = "The kernel assigned the ephemeral port " + number_of(port) + '.';
    if (facts.ephemeral_range) {
        const auto [first, last] = *facts.ephemeral_range;
        const bool within = first <= port && port <= last;
        text += " The range of this host is " + number_of(first) + '-' + number_of(last) +
                " (net.ipv4.ip_local_port_range)" + (within ? "" : ", without this one") + '.';
    }
    const bool dynamic = port_range(port) == PortRange::dynamic;
    return text + " The range of IANA is 49152-65535, which " +
           (dynamic ? "includes it." : "does not include it: Linux uses its own range.");
}

std::string answerer(const Result& result) {
    if (!result.conclusion.by) {
        return "";
    }
    const auto by = result.conclusion.by->to_string();
    if (result.conclusion.by->bytes() == result.endpoint.address.bytes()) {
        return by + ": the target itself.";
    }
    if (result.local && result.conclusion.by->bytes() == result.local->address.bytes()) {
        return by + ": this host itself, because it could not forward the packet.";
    }
    return by + ": not the target, so a router or a firewall on the path.";
}

std::string conclusion(const Result& result) {
    auto text = port_text(result.endpoint) + " is " +
                std::string{to_string(result.conclusion.verdict)} + ": " + describe(result) + '.';
    if (result.rtt.samples() > 0) {
        text += " Round-trip time: " + duration_text(result.rtt.mean()) +
                (result.rtt.samples() > 1 ? " on average" : "") +
                ", without the time spent in the server.";
    }
    if (result.attempts > 0) {
        text += ' ' + grouped_number(result.attempts) +
                (result.attempts == 1 ? " attempt was made." : " attempts were made.");
    }
    for (const auto& note : result.notes) {
        text += " Note: " + safe_text(note) + '.';
    }
    return text;
}

std::string time_wait(const Result& result, const ExplainFacts& facts) {
    const auto port = number_of(result.local->port);
    const auto seconds = std::to_string(facts.time_wait.count()) + " s";
    if (facts.source_port) {
        return "TIME_WAIT would keep a fixed port in use for " + seconds +
               ", so pt-client closed this connection with a reset, which frees the port at once.";
    }
    if (!result.closed_first) {
        return "The end that closes a TCP connection first keeps it in TIME_WAIT, so that late "
               "segments cannot reach a new connection: on this host for " +
               seconds + '.';
    }
    switch (*result.closed_first) {
        case End::client:
            return "This end closed the connection first, so the kernel keeps port " + port +
                   " in TIME_WAIT for this destination for " + seconds +
                   ": late segments cannot reach a new connection. Connections to other "
                   "destinations can use the port.";
        case End::server:
            return "The other end closed the connection first and keeps TIME_WAIT; port " + port +
                   " was free here at once.";
    }
    return "";
}

std::string given_back(const Result& result, const ExplainFacts& facts) {
    if (!result.local || result.local->port == Port{0}) {
        return "";
    }
    const auto port = "port " + number_of(result.local->port);
    if (result.endpoint.protocol == Protocol::udp) {
        return "UDP has no connections: " + port + " was free when its socket was closed.";
    }
    switch (result.conclusion.verdict) {
        case Verdict::open:
        case Verdict::answered:
        case Verdict::intercepted:
        case Verdict::cut: {
            const bool reset = result.conclusion.evidence == Evidence::data_reset;
            return reset ? "The reset ended the connection without TIME_WAIT: " + port +
                               " was free at once."
                         : time_wait(result, facts);
        }
        case Verdict::closed:
        case Verdict::rejected:
        case Verdict::filtered:
        case Verdict::unreachable:
        case Verdict::untested: break;
    }
    return "No connection was established, so there is no TIME_WAIT: " + port +
           " was free when the attempt ended.";
}

std::string explanation(const Result& result, const ResultRefs& results,
                        const ExplainFacts& facts) {
    const auto& address = result.endpoint.address;
    std::string out =
        "\nExplanation of " + port_text(result.endpoint) + " on " + safe_text(result.host);
    if (!address.is_unspecified() && address.to_string() != result.host) {
        out += " (" + address.to_string() + ')';
    }
    out += '\n';
    out += paragraph("Port", destination(result));
    out += paragraph("Same number, other protocol", other_protocol(result, results));
    out += paragraph("Source port", source(result, facts));
    if (result.attempts > 0) {
        out += "  Packets, as seen at each end\n" + drawing(result);
    }
    const std::array<std::pair<const char*, std::string>, 4> rest{{
        {"Address translation", rewriting(result)},
        {"Sender of the ICMP error", answerer(result)},
        {"Result", conclusion(result)},
        {"After the probe", given_back(result, facts)},
    }};
    for (const auto& [heading, text] : rest) {
        if (!text.empty()) {
            out += paragraph(heading, text);
        }
    }
    return out;
}

}  // namespace

std::string explain(const ResultRefs& results, const ExplainFacts& facts) {
    std::string out;
    std::set<Verdict> told;
    std::size_t explained = 0;
    const bool few = results.size() <= max_explained;
    for (const Result* result : results) {
        if (explained < max_explained && (few || told.insert(result->conclusion.verdict).second)) {
            out += explanation(*result, results, facts);
            ++explained;
        }
    }
    return out;
}

}  // namespace pt::client
