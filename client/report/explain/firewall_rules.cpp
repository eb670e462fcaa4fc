#include "client/report/explain/firewall_rules.hpp"

#include <optional>

#include "client/report/explain/text_block.hpp"

namespace pt::client {
namespace {

/// The packets of one probe as a rule selects them; an empty address selects any.
struct Selection {
    bool v4 = true;
    std::string source;
    std::string destination;
    std::string protocol;
    Port port{};
};

/// Without the zone: rules have none.
std::string plain(const IpAddress& address) { return IpAddress{address.bytes()}.to_string(); }

std::string source_of(const std::optional<SocketAddress>& source, bool v4) {
    const bool known = source && source->address.is_v4() == v4 && !source->address.is_unspecified();
    return known ? plain(source->address) : "";
}

Selection selection(const Result& result, FirewallPlace place) {
    const IpAddress& target = result.endpoint.address;
    Selection selected{target.is_v4(), source_of(result.local, target.is_v4()), plain(target),
                       std::string{to_string(result.endpoint.protocol)}, result.endpoint.port};
    if (place == FirewallPlace::server && result.seen) {
        selected.v4 = result.seen->destination.address.is_v4();
        selected.source = source_of(result.seen->source, selected.v4);
        selected.port = result.seen->destination.port;
    }
    return selected;
}

std::string nft(std::string_view chain, const std::string& rule) {
    return command_lines("nft insert rule inet filter " + std::string{chain} + ' ' + rule, 6);
}

std::string matched(const Selection& selected, bool source, bool destination) {
    const std::string family = selected.v4 ? "ip " : "ip6 ";
    std::string rule;
    if (source && !selected.source.empty()) {
        rule += family + "saddr " + selected.source + ' ';
    }
    if (destination) {
        rule += family + "daddr " + selected.destination + ' ';
    }
    return rule + selected.protocol + " dport " + number_of(selected.port) + " accept";
}

/// ufw takes no port 0.
std::string ufw(std::string_view action, const Selection& selected, bool source, bool destination) {
    if (selected.port == Port{0}) {
        return "";
    }
    const bool has_source = source && !selected.source.empty();
    return command_lines("ufw " + std::string{action} + " proto " + selected.protocol + " from " +
                             (has_source ? selected.source : "any") + " to " +
                             (destination ? selected.destination : "any") + " port " +
                             number_of(selected.port),
                         6);
}

std::string requests(const Selection& selected, FirewallPlace place) {
    switch (place) {
        case FirewallPlace::server:
            return nft("input", matched(selected, true, false)) +
                   ufw("allow", selected, true, false);
        case FirewallPlace::between:
            return nft("forward", matched(selected, true, true)) +
                   ufw("route allow", selected, true, true);
        case FirewallPlace::client:
            return nft("output", matched(selected, false, true)) +
                   ufw("allow out", selected, false, true);
    }
    return "";
}

/// The chain that the replies pass there.
std::string_view reply_chain(FirewallPlace place) {
    switch (place) {
        case FirewallPlace::server: return "output";
        case FirewallPlace::between: return "forward";
        case FirewallPlace::client: return "input";
    }
    return "";
}

std::string_view title(FirewallPlace place) {
    switch (place) {
        case FirewallPlace::server: return "On the server's host:";
        case FirewallPlace::between: return "On a firewall between them:";
        case FirewallPlace::client: return "On this host:";
    }
    return "";
}

}  // namespace

std::string rules(const Result& result, FirewallPlace place, Traffic traffic) {
    auto text = paragraph(title(place), 4);
    if (traffic == Traffic::both_ways) {
        text += requests(selection(result, place), place);
    }
    return text + nft(reply_chain(place), "ct state established,related accept");
}

}  // namespace pt::client
