#include "client/report/explain/explain_journey.hpp"

#include <algorithm>
#include <vector>

namespace pt::client {
namespace {

/// One packet as one end saw it.
struct Passage {
    std::string from, name, to, seen_by;
};

std::string drawn(const std::vector<Passage>& passages) {
    std::size_t from_width = 0;
    std::size_t name_width = 0;
    std::size_t to_width = 0;
    for (const auto& passage : passages) {
        from_width = std::max(from_width, passage.from.size());
        name_width = std::max(name_width, passage.name.size());
        to_width = std::max(to_width, passage.to.size());
    }
    const auto padded = [](const std::string& text, std::size_t width) {
        return text + std::string(width - text.size(), ' ');
    };
    std::string out;
    for (const auto& passage : passages) {
        out += "    " + padded(passage.from, from_width) + "  --" + passage.name +
               std::string(name_width - passage.name.size(), '-') + "-->  " +
               padded(passage.to, to_width) + "  " + passage.seen_by + '\n';
    }
    return out;
}

/// The packets in order, as far as they are known to have been sent.
std::vector<Passage> passages_of(const Result& result) {
    const bool tcp = result.endpoint.protocol == Protocol::tcp;
    const auto here = result.local ? result.local->to_string() : std::string{"this host"};
    const auto there = result.endpoint.socket_address().to_string();
    const Evidence evidence = result.conclusion.evidence;
    const Verdict verdict = result.conclusion.verdict;
    const bool found = result.findings && result.findings->connected;
    const bool connected =
        tcp && (found || verdict == Verdict::open || verdict == Verdict::answered ||
                verdict == Verdict::intercepted || verdict == Verdict::cut);

    std::vector<Passage> passages;
    const auto sent = [&](const char* name) {
        passages.push_back({here, name, there, "sent from here"});
    };
    const auto arrived = [&](const char* name) {
        passages.push_back({there, name, here, "received here"});
    };
    sent(tcp ? "SYN" : "request");
    if (connected) {
        arrived("SYN, ACK");
        sent("request");
    }
    if (result.seen) {
        const auto source = result.seen->source.to_string();
        const auto target = result.seen->destination.to_string();
        passages.push_back({source, "request", target, "received by pt-server"});
        passages.push_back({target, "echo", source, "sent by pt-server"});
        arrived("echo");
    } else if (result.conclusion.by) {
        passages.push_back(
            {result.conclusion.by->to_string(), "ICMP error", here, "received here"});
    } else if (evidence == Evidence::reset || evidence == Evidence::forged_reset ||
               evidence == Evidence::data_reset) {
        arrived("RST");
    } else if (evidence == Evidence::silence) {
        passages.push_back({there, "no reply", here, "until the timeout"});
    }
    return passages;
}

}  // namespace

std::string drawing(const Result& result) { return drawn(passages_of(result)); }

std::string rewriting(const Result& result) {
    if (!result.seen || !result.local) {
        return "";
    }
    const auto& seen = *result.seen;
    // Zones are each machine's own names for its links: they do not travel.
    const auto differs = [](const SocketAddress& a, const SocketAddress& b) {
        return a.address.bytes() != b.address.bytes() || a.port != b.port;
    };
    std::string text;
    if (differs(seen.source, *result.local)) {
        text += "A device on the path rewrote the source (NAT): sent from " +
                result.local->to_string() + ", received from " + seen.source.to_string() + ". ";
    }
    if (differs(seen.destination, result.endpoint.socket_address())) {
        text +=
            "A device on the path rewrote the destination (port forwarding or a load "
            "balancer): sent to " +
            result.endpoint.socket_address().to_string() + ", received at " +
            seen.destination.to_string() + ". ";
    }
    return text.empty() ? "Both ends saw the same addresses and ports: no NAT is visible." : text;
}

}  // namespace pt::client
