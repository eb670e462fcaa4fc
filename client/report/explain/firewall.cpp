#include "client/report/explain/firewall.hpp"

#include <cerrno>
#include <vector>

#include "client/report/explain/firewall_rules.hpp"
#include "client/report/explain/path_legend.hpp"
#include "client/report/explain/text_block.hpp"
#include "client/result/path_facts.hpp"

namespace pt::client {
namespace {

/// What to say, and the places whose rules are shown.
struct Advice {
    std::string text;
    std::vector<FirewallPlace> places = {};
    Traffic traffic = Traffic::both_ways;
};

Advice for_silence(const Result& result) {
    switch (result.conclusion.direction.value_or(Direction::unknown)) {
        case Direction::forward:
            return {
                "A firewall on the way there, or on the server itself, may drop the requests; "
                "which one is not proven. Look for a rule or a policy that drops them before a "
                "rule like these accepts them, and add what is missing:",
                {FirewallPlace::server, FirewallPlace::between, FirewallPlace::client}};
        case Direction::return_:
            return {
                "Requests pass. A firewall on the way back, on the server itself or on this "
                "host may drop the replies; which one is not proven. Replies need no rule for "
                "each port: a rule for established connections lets them pass. Look for it, "
                "and add it where it is missing:",
                {FirewallPlace::server, FirewallPlace::between, FirewallPlace::client},
                Traffic::replies};
        case Direction::unknown: break;
    }
    return {
        "A firewall on the way there, on the way back, or on either host may drop packets; none "
        "is proven, as the same is seen where nothing on the host replies. If a firewall is "
        "there, these rules let the port pass in both directions:",
        {FirewallPlace::server, FirewallPlace::between, FirewallPlace::client}};
}

Advice for_refusal_by_icmp(const Result& result) {
    if (result.conclusion.verdict == Verdict::unreachable) {
        return {
            "Usually routing, or a host that is down. A firewall can send this error, too: then "
            "look there for a rule that ends in \"reject\"."};
    }
    if (error_sender(result) == Sender::this_host) {
        return {
            "This host itself refused. Look for a rule that ends in \"reject\"; these rules "
            "let the port pass:",
            {FirewallPlace::client}};
    }
    if (!result.conclusion.by) {
        return {
            "A firewall on the way there, or on the server itself, may have refused; the "
            "sender of the error is not known. Look for a rule that ends in \"reject\", and "
            "accept the port before it:",
            {FirewallPlace::server, FirewallPlace::between}};
    }
    const auto sender = result.conclusion.by->to_string();
    if (error_sender(result) == Sender::device) {
        return {sender +
                    " sent the error, so look there for a rule that ends in \"reject\". If it is "
                    "a firewall between, or an address of the server itself, these rules before "
                    "that one let the port pass:",
                {FirewallPlace::between, FirewallPlace::server}};
    }
    if (result.conclusion.verdict == Verdict::closed) {
        return {
            "The target refused by itself, or a firewall did in its name: the same is seen "
            "where nothing listens on the port. If pt-server listens there and the refusal "
            "stays, look for a rule that ends in \"reject\"; these rules let the port pass:",
            {FirewallPlace::server}};
    }
    return {
        "The error carries the target's address: a firewall on the server itself sent it, or "
        "one on the way in its name. Look for a rule that ends in \"reject\", and accept the "
        "port before it:",
        {FirewallPlace::server, FirewallPlace::between}};
}

Advice for_data_reset(const Result& result) {
    const bool cut = result.conclusion.verdict == Verdict::cut;
    return {
        "The connection is established, then reset instead of an echo. A firewall that "
        "inspects data does this, or a proxy, or a rule that accepts only new connections "
        "and rejects the rest with a reset" +
            std::string{cut ? "" : "; or the service reset it, as it does not know the request"} +
            "; which one is not proven. If pt-server listens there and this stays, look for "
            "rules that let only part of a connection pass. All of it passes with:",
        {FirewallPlace::server, FirewallPlace::between, FirewallPlace::client}};
}

Advice for_untested(const Result& result) {
    return {"This result says nothing about a firewall" +
            std::string{result.local_error == EPERM || result.local_error == EACCES
                            ? ", but for one on this host that may have refused to send."
                            : "."}};
}

Advice advice(const Result& result) {
    switch (result.conclusion.evidence) {
        case Evidence::echo:
            return {
                "Every firewall on the path let the request and its reply pass. Where a "
                "firewall drops by default, it has rules such as these, one for the requests "
                "and one for the replies:",
                {FirewallPlace::server, FirewallPlace::between}};
        case Evidence::handshake:
        case Evidence::foreign_data:
            return {
                "Something answered, so requests pass as far as that. Whether it is the target, "
                "or a device that answers for it (proxy, port forwarder), is not proven. If "
                "pt-server listens there and this stays, look for rules with \"redirect\", "
                "\"dnat\" or \"tproxy\". What lets the port pass to the server:",
                {FirewallPlace::server, FirewallPlace::between}};
        case Evidence::foreign_answer:
            return {
                "Something else answers for pt-server: on a firewall or proxy on the way, or on "
                "the server itself, look for rules with \"redirect\", \"dnat\" or \"tproxy\" "
                "(nft list ruleset), and take the port out of them. Then these let it pass:",
                {FirewallPlace::server, FirewallPlace::between}};
        case Evidence::altered_echo:
            return {
                "The packets pass, but something rewrites their data: look for a proxy or a "
                "device that inspects and changes data (an application layer gateway), and "
                "take the port out of it. No rule that only accepts or drops does this; what "
                "lets the port pass without a change:",
                {FirewallPlace::server, FirewallPlace::between}};
        case Evidence::data_reset: return for_data_reset(result);
        case Evidence::data_lost:
            return {
                "The connection is established, data does not get an answer. A rule that accepts "
                "only new connections and drops the rest does this, and so does a firewall that "
                "inspects data, or a proxy; which one is not proven. Look for rules that let only "
                "part of a connection pass. All of it passes with:",
                {FirewallPlace::server, FirewallPlace::between, FirewallPlace::client}};
        case Evidence::reset:
            return {
                "The target refused by itself, or a firewall did in its name: the same is seen "
                "where nothing listens on the port. If pt-server listens there and the refusal "
                "stays, look for a rule with \"reject with tcp reset\"; these rules before it "
                "let the port pass:",
                {FirewallPlace::server, FirewallPlace::between}};
        case Evidence::forged_reset:
            return {
                "A firewall on the way there, or on the server itself, refused; which one is "
                "not proven. Look for a rule with \"reject with tcp reset\", and accept the "
                "port before it:",
                {FirewallPlace::server, FirewallPlace::between}};
        case Evidence::icmp_port_unreachable:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_host_unreachable:
        case Evidence::icmp_net_unreachable:
        case Evidence::icmp_time_exceeded: return for_refusal_by_icmp(result);
        case Evidence::no_route:
            return {"This host has no route to the address: no rule would change it."};
        case Evidence::silence: return for_silence(result);
        case Evidence::not_listening:
        case Evidence::local_error:
        case Evidence::interrupted:
        case Evidence::server_lost: return for_untested(result);
    }
    return {};
}

}  // namespace

bool is_on_one_host(const Result& result) {
    const auto& target = result.endpoint.address;
    return target.is_loopback() ||
           (result.local && result.local->address.bytes() == target.bytes());
}

FirewallAdvice firewall(const Result& result) {
    const auto found = advice(result);
    auto text = "  Firewall\n" + paragraph(found.text, 4);
    const bool one_host = is_on_one_host(result);
    for (const FirewallPlace place : found.places) {
        if (place == FirewallPlace::between && one_host) {
            continue;
        }
        text += rules(result, place, found.traffic);
    }
    if (one_host && !found.places.empty()) {
        text += paragraph("Both ends are on this host: no firewall is between them.", 4);
    }
    return {text, !found.places.empty()};
}

std::string about_rules() {
    return "The nft lines put rules at the start of the chains input, forward and output of the "
           "table \"inet filter\", as Debian's /etc/nftables.conf names them; \"nft list "
           "ruleset\" shows yours. They last until the next start. Use either nft or ufw: ufw "
           "accepts established and related packets by itself (\"ufw show before-rules\"). "
           "\"established\" are the packets of a connection that has been accepted, in both "
           "directions, UDP included; \"related\" are ICMP errors about them. If NAT rewrites "
           "addresses on the way, use those that the firewall in question sees.";
}

}  // namespace pt::client
