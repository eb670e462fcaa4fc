#include "client/cli/report_options.hpp"

#include <utility>
#include <vector>

#include "client/cli/apply_options.hpp"
#include "client/cli/option_rules.hpp"
#include "client/cli/option_table.hpp"

namespace pt::client {
namespace {

std::vector<Row> examples() {
    return {
        {"pt-client db.example any/1-1024 --output json > scan.json", "a scan, saved"},
        {"pt-client report scan.json", "its table"},
        {"pt-client report scan.json -o scan.md -o scan.csv",
         "the table, and files for a ticket and a spreadsheet"},
        {"pt-client report scan.jsonl --only filtered,rejected --output markdown",
         "what is blocked, to be pasted"},
        {"xz -dc scan.json.xz | pt-client report - --output junit > report.xml",
         "from standard input"},
    };
}

std::vector<Chapter> chapters() {
    return {
        {.title = "What a file holds",
         .text =
             "A report shows what the file holds and nothing else. jsonl has the results alone: no "
             "start, no duration and no notes on the scan. A file that was written with --only "
             "lacks the other results. Of a list, the ports that pt-server holds are left out. Of "
             "several results for the same port the last one counts that is not \"untested\"."},
        {.title = "Exit status",
         .rows = {{"0", "the report was made, whatever it says"},
                  {"2", "usage error, or a file that is no output of a scan"},
                  {"3", "a report could not be written"}}},
    };
}

}  // namespace

const Program& report_program() {
    static const Program program{
        .name = "report",
        .purpose = "make reports from the saved results of a scan",
        .description =
            "pt-client report reads the results that a scan printed (--output json or jsonl) and "
            "prints or writes them in any format. It probes nothing.",
        .usage = {"pt-client report FILE"},
        .examples_note = "",
        .examples = examples(),
        .options = options_of(report_option_table()),
        .chapters = chapters(),
        .takes_files = true};
    return program;
}

Expected<std::variant<SavedReportOptions, Notice>> parse_report_options(int argc,
                                                                        const char* const argv[]) {
    Draft draft;
    std::vector<std::string> words;
    auto notice = read_options(argc, argv, report_program(), report_option_table(), draft, words);
    if (!notice) {
        return notice.error();
    }
    if (*notice) {
        return **std::move(notice);
    }
    if (auto complaint = settle_output(draft); !complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    if (words.size() != 1 || words.front().empty()) {
        return UsageError{
            "one file of results is expected; usage: pt-client report FILE, with a file as of: "
            "pt-client HOST SPEC... --output json > FILE"};
    }
    return SavedReportOptions{std::move(words.front()), std::move(draft.options)};
}

}  // namespace pt::client
