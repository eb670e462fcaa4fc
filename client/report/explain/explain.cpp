#include "client/report/explain/explain.hpp"

#include "client/conclude/hint.hpp"
#include "client/report/explain/answer.hpp"
#include "client/report/explain/diagram.hpp"
#include "client/report/explain/explain_groups.hpp"
#include "client/report/explain/firewall.hpp"
#include "client/report/explain/terms.hpp"
#include "client/report/explain/text_block.hpp"
#include "client/report/table_rows.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

std::string title(const Result& result) {
    return paragraph("Explanation of " + port_text(result.endpoint) + " on " + place_text(result),
                     0);
}

std::string packets(const Result& result) {
    const auto drawn = diagram(result);
    if (drawn.empty()) {
        return paragraph(is_connected(result)
                             ? "No diagram: a connection was established, but what it carried is "
                               "not known."
                             : "No diagram: nothing is known of a packet that left this host.");
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
                                    : "No question is open. After a change of the network, the "
                                      "same command shows what is different.",
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

std::string explanation(const ExplainGroup& group, const std::string& firewall_text) {
    const Result& result = *group.members.front();
    return '\n' + title(result) + group_ports(group) + paragraph(answer(result)) + '\n' +
           packets(result) + notes(result) + '\n' + firewall_text + '\n' + next(result);
}

}  // namespace

std::string explain(const ResultRefs& results, const ExplainFacts& facts) {
    if (results.empty()) {
        return "";
    }
    std::string out;
    bool has_rules = false;
    for (const auto& group : explain_groups(results)) {
        const auto advice = firewall(*group.members.front());
        out += explanation(group, advice.text);
        has_rules = has_rules || advice.has_rules;
    }
    out += terms(results, facts);
    return has_rules ? out + "\n  Firewall rules\n" + paragraph(about_rules(), 4) : out;
}

}  // namespace pt::client
