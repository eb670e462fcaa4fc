#include "client/report/explain/port_life.hpp"

#include <algorithm>

#include "client/report/explain/diagram.hpp"
#include "client/report/explain/text_block.hpp"
#include "client/result/describe.hpp"

namespace pt::client {
namespace {

std::string opened(const ExplainFacts& facts) {
    if (facts.source_port) {
        return "Port " + number_of(*facts.source_port) +
               " of this host was set with --source-port. Without it, the kernel assigns an "
               "ephemeral port: one that is free, and is given back afterwards.";
    }
    return "A client needs a port, too, so that replies find it. The kernel assigns it one that is "
           "free, for this connection only: an ephemeral port. " +
           ephemeral_range_text(facts);
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

std::string released(const Result& result, const ExplainFacts& facts) {
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
    if (is_connected(result)) {
        return "A connection was established; when " + port + " was free again is not known.";
    }
    return "No connection was established, so there is no TIME_WAIT: " + port +
           " was free when the attempt ended.";
}

bool was_established(const Result& result) {
    return result.conclusion.verdict == Verdict::open ||
           result.conclusion.verdict == Verdict::answered;
}

/// Of the protocol; one that had a connection, if there is one.
const Result* example(const ResultRefs& results, Protocol protocol) {
    const Result* first = nullptr;
    for (const Result* result : results) {
        if (result->endpoint.protocol != protocol || !has_sent(*result)) {
            continue;
        }
        if (was_established(*result)) {
            return result;
        }
        first = first == nullptr ? result : first;
    }
    return first;
}

}  // namespace

std::string ephemeral_range_text(const ExplainFacts& facts) {
    if (!facts.ephemeral_range) {
        return "";
    }
    const auto [first, last] = *facts.ephemeral_range;
    const bool dynamic = port_range(first) == PortRange::dynamic;
    return "The range of this host is " + number_of(first) + '-' + number_of(last) +
           " (net.ipv4.ip_local_port_range). " +
           (dynamic
                ? "It lies within the dynamic ports."
                : "It differs from the dynamic ports of RFC 6335: Linux has a range of its own.");
}

std::string port_life(const ResultRefs& results, const ExplainFacts& facts) {
    auto text = list_item("opened", opened(facts), 4, 14);
    for (const Protocol protocol : all_protocols) {
        const Result* one = example(results, protocol);
        if (one != nullptr) {
            text += list_item("used",
                              "from port " + number_of(one->local->port) + " to " +
                                  port_text(one->endpoint) + " at " +
                                  one->endpoint.address.to_string() + '.',
                              4, 14);
            text += list_item("released", released(*one, facts), 4, 14);
        }
    }
    return text;
}

}  // namespace pt::client
