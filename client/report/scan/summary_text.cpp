#include "client/report/scan/summary_text.hpp"

#include "client/report/table_rows.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {

std::string tally_text(const Tally& tally, Style style, const std::string& of_what) {
    if (tally.total() == 0) {
        return "0 ports: nothing was tested";
    }
    std::string text = counted(tally.total(), "port") + of_what + ':';
    const char* separator = " ";
    for (const auto verdict : all_verdicts) {
        if (tally.count(verdict) > 0) {
            text += separator + grouped_number(tally.count(verdict)) + ' ' +
                    painted(style, colour_of(verdict), std::string{to_string(verdict)});
            separator = ", ";
        }
    }
    return text;
}

std::string interrupted_text(const Tally& tally) {
    return tally.count(Verdict::untested) > 0
               ? "Interrupted: ports that were not finished are untested."
               : "Interrupted: these are the results until then.";
}

std::string duration_suffix(const RunSummary& summary) {
    return summary.duration ? "; " + duration_text(*summary.duration) : "";
}

}  // namespace pt::client
