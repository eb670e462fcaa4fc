#include "client/report/check_text.hpp"

#include "client/policy/policy_values.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {

std::string place_text(const CheckedPorts& ports) {
    std::string text = describe(*ports.host) + ' ' + describe(ports.ports);
    return ports.count == 1 ? text : text + " (" + counted(ports.count, "port") + ')';
}

std::string finding_text(const CheckedPorts& ports) {
    std::string text = "expected " + describe(*ports.wanted);
    if (ports.result != nullptr) {
        const Conclusion& conclusion = ports.result->conclusion;
        text += "; found " + std::string{to_string(conclusion.verdict)};
        text +=
            conclusion.direction ? " (" + std::string{to_string(*conclusion.direction)} + ')' : "";
        text += ": " + describe(*ports.result);
    }
    return ports.judgement.reason.empty() ? text : text + "; " + ports.judgement.reason;
}

}  // namespace pt::client
