#include <span>

#include "client/cli/apply_option.hpp"
#include "client/cli/option_table.hpp"

/// Options of the commands that report on results: check, diff and report.
namespace pt::client {

std::span<const Definition<Draft>> check_option_table() {
    static const auto table = [] {
        auto all =
            with_names({"ipv4", "ipv6", "all-addresses", "tries", "timeout", "count", "concurrency",
                        "rate", "source", "source-port", "interface", "dscp", "key"});
        constexpr std::string_view section = "Check";
        all.insert(
            all.begin(),
            {{{.name = "only",
               .value = "NAME",
               .section = section,
               .help = "run only the test of this name",
               .repeatable = true},
              apply::only_test},
             {{.name = "from",
               .value = "PLACE",
               .section = section,
               .help = "run only the tests whose \"from\" is PLACE (without it: those that "
                       "have none)"},
              apply::from},
             {{.name = "output",
               .value = "FORMAT",
               .section = section,
               .help = "print table, json, markdown, html, junit (XML for CI systems) or tap "
                       "(table)",
               .kind = ValueKind::word,
               .words = format_words(ReportOf::check)},
              apply::output<ReportOf::check>},
             {{.name = "output-file",
               .letter = 'o',
               .value = "FILE",
               .section = section,
               .help = "write a report to FILE as well, in the format of its suffix: .txt "
                       "(table), .json, .md (markdown), .html, .xml (junit), .tap; FILE is "
                       "replaced at the end, in one step",
               .kind = ValueKind::file,
               .repeatable = true},
              apply::output_file<ReportOf::check>}});
        for (auto& last : with_names({"quiet", "color", "help", "version"})) {
            last.option.section = section;
            all.insert(all.begin() + 4, last);
        }
        return all;
    }();
    return table;
}

std::span<const Definition<Draft>> diff_option_table() {
    static const auto table = [] {
        auto all = with_names({"output", "output-file", "quiet", "color", "help", "version"});
        auto& output = all[0];
        output.option.help =
            "print table, json, jsonl (one line per change), csv, markdown or html (table)";
        output.option.words = format_words(ReportOf::comparison);
        output.apply = apply::output<ReportOf::comparison>;
        auto& file = all[1];
        file.option.help =
            "write a report to FILE as well, in the format of its suffix: .txt (table), .json, "
            ".jsonl, .csv, .md (markdown), .html; FILE is replaced at the end, in one step";
        file.apply = apply::output_file<ReportOf::comparison>;
        return all;
    }();
    return table;
}

std::span<const Definition<Draft>> report_option_table() {
    static const auto table = [] {
        auto all = with_names({"output", "output-file", "only", "require", "verbose", "quiet",
                               "color", "help", "version"});
        all[0].option.help =
            "print table, json, jsonl (one line per result), csv, markdown, html, junit (XML for "
            "CI "
            "systems), tap, or policy: what was found, for pt-client check to expect (table)";
        all[2].option.help =
            "show only ports with this verdict, or with one of several, separated by commas; the "
            "summary counts all";
        all[3].option.help = "junit, tap: only \"open\" passes; \"answered\" does not suffice";
        return all;
    }();
    return table;
}

}  // namespace pt::client
