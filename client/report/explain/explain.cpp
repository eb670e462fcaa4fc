#include "client/report/explain/explain.hpp"

#include "client/conclude/hint.hpp"
#include "client/report/explain/answer.hpp"
#include "client/report/explain/diagram.hpp"
#include "client/report/explain/explain_groups.hpp"
#include "client/report/explain/firewall.hpp"
#include "client/report/explain/terms.hpp"
#include "client/report/explain/text_block.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

std::string title(const Result& result) {
    const auto address = result.endpoint.address.to_string();
    auto text = "Explanation of " + port_text(result.endpoint) + " on " + short_host(result.host);
    if (!result.endpoint.address.is_unspecified() && address != result.host) {
        text += " (" + address + ')';
    }
    return paragraph(text, 0);
}

std::string packets(const Result& result) {
    const auto drawn = diagram(result);
    if (drawn.empty()) {
        return paragraph("No diagram: no packet of the last attempt left this host.");
    }
    const auto count = result.attempts == 1
                           ? "1 attempt"
                           : counted(result.attempts, "attempt") + ", one of them drawn";
    return "  Packets (" + count + ")\n" + drawn;
}

std::string notes(const Result& result) {
    std::string text;
    for (const auto& note : result.notes) {
        text += paragraph("Note: " + safe_text(note) + '.', 4);
    }
    return text;
}

std::string next(const Result& result) {
    const auto reason = hint_reason(result);
    std::string text = "  Next\n";
    if (!reason.empty()) {
        text += paragraph(reason, 4);
    }
    if (!result.hint && reason.empty()) {
        return text + paragraph(result.conclusion.verdict == Verdict::untested
                                    ? "Remove the reason that the answer names; the same command "
                                      "then tests the port."
                                    : "The result leaves no question to pt. After a change of the "
                                      "network, the same command shows what is different.",
                                4);
    }
    if (!result.hint) {
        return text;
    }
    if (!result.hint->on_server.empty()) {
        text += paragraph("on " + short_host(result.host) + ':', 4) +
                command_lines(safe_text(result.hint->on_server), 6);
    }
    if (!result.hint->command.empty()) {
        text += paragraph(result.hint->on_server.empty() ? "here:" : "then here:", 4) +
                command_lines(safe_text(result.hint->command), 6);
    }
    return text;
}

std::string explanation(const ExplainGroup& group) {
    const Result& result = *group.members.front();
    return '\n' + title(result) + group_ports(group) + paragraph(answer(result)) + '\n' +
           packets(result) + notes(result) + '\n' + firewall(result) + '\n' + next(result);
}

}  // namespace

std::string explain(const ResultRefs& results, const ExplainFacts& facts) {
    if (results.empty()) {
        return "";
    }
    std::string out;
    for (const auto& group : explain_groups(results)) {
        out += explanation(group);
    }
    const bool has_rules = out.find("nft insert") != std::string::npos;
    out += terms(results, facts);
    return has_rules ? out + "\n  Firewall rules\n" + paragraph(about_rules(), 4) : out;
}

}  // namespace pt::client
