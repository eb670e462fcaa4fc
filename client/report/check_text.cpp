#include "client/report/check_text.hpp"

#include "client/policy/policy_values.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {

std::string place_text(const PolicyHost& host, const CheckedPorts& ports) {
    std::string text = describe(host);
    if (ports.result != nullptr && !ports.result->endpoint.address.is_unspecified()) {
        const auto address = ports.result->endpoint.address.to_string();
        text += address == host.host ? "" : " (" + address + ')';
    }
    text += ' ' + describe(ports.ports);
    return ports.count() == 1 ? text : text + " (" + counted(ports.count(), "port") + ')';
}

std::string finding_text(const Wanted& wanted, const CheckedPorts& ports) {
    std::string text = "expected " + describe(wanted);
    if (ports.result != nullptr) {
        const Conclusion& conclusion = ports.result->conclusion;
        text += "; found " + std::string{to_string(conclusion.verdict)};
        text +=
            conclusion.direction ? " (" + std::string{to_string(*conclusion.direction)} + ')' : "";
        text += ": " + describe(*ports.result);
    }
    return ports.judgement.reason.empty() ? text : text + "; " + ports.judgement.reason;
}

std::string expectation_text(const CheckedExpectation& checked) {
    constexpr std::size_t max_ports = 60;
    PortSet ports;
    for (const auto& [protocol, first, last] : checked.expectation->ports) {
        ports.insert(protocol, first, last);
    }
    std::string text = ports.to_string();
    if (text.size() > max_ports) {
        text = text.substr(0, text.rfind(',', max_ports)) + ",... (" +
               counted(ports.size(), "port") + ')';
    }
    return describe(*checked.host) + ' ' + text + ' ' + describe(checked.expectation->wanted);
}

std::string complaints_text(const CheckedExpectation& checked) {
    constexpr std::size_t max_complaints = 20;
    std::string text;
    std::size_t count = 0;
    for (const CheckedPorts& ports : checked.ports) {
        if (ports.judgement.outcome == Outcome::passed) {
            continue;
        }
        if (++count > max_complaints) {
            return text + "; ...";
        }
        text += (text.empty() ? "" : "; ") + std::string{to_string(ports.judgement.outcome)} +
                ": " + place_text(*checked.host, ports) + ": " +
                finding_text(checked.expectation->wanted, ports);
    }
    return text;
}

}  // namespace pt::client
