#include "client/cli/diff_options.hpp"

#include <utility>

#include "client/cli/apply_options.hpp"
#include "client/cli/option_table.hpp"

namespace pt::client {
namespace {

std::vector<Row> examples() {
    return {
        {"pt-client db.example any/1-1024 --output json > before.json", "before the change"},
        {"pt-client db.example any/1-1024 --output json > after.json", "and after it"},
        {"pt-client diff before.json after.json", "what is open now, and what is blocked"},
        {"pt-client db.example any/1-1024 --baseline before.json",
         "the same without the second file: scan and compare"},
        {"pt-client diff before.jsonl after.jsonl -o changes.csv -o changes.md",
         "for a spreadsheet, and for a ticket"},
    };
}

std::vector<Chapter> chapters() {
    return {
        {.title = "Changes",
         .text =
             "Round-trip times, numbers of attempts, hops and ephemeral ports are not compared. "
             "A remark says what a difference does not prove: a direction that only one of the "
             "scans could find out is no change of the network.",
         .rows = {{"newly open", "an answer where there was a block or a refusal"},
                  {"newly blocked", "a block where there was an answer or a refusal"},
                  {"changed",
                   "another verdict, evidence, direction or device, or other rewritten "
                   "addresses (NAT)"},
                  {"not comparable",
                   "untested in one of the scans, or missing as its file was cut"},
                  {"only before, only after", "ports that one of the scans did not probe"},
                  {"removed host, new host", "hosts that one of the scans did not probe"}}},
        {.title = "Exit status",
         .rows = {{"0", "nothing differs"},
                  {"1", "something does"},
                  {"2", "usage error, or a file that is no output of a scan"},
                  {"3", "nothing differs, but something could not be compared"},
                  {"130", "interrupted"}}},
    };
}

/// Two files; a complaint, or "".
std::string take_words(std::vector<std::string> words, DiffOptions& options) {
    if (words.size() != 2 || words[0].empty() || words[1].empty()) {
        return "two files of results are compared; usage: pt-client diff BEFORE AFTER, with files "
               "as of: pt-client HOST SPEC... --output json > FILE";
    }
    if (words[0] == "-" && words[1] == "-") {
        return "standard input (\"-\") can be one of the two files, not both";
    }
    options.before = std::move(words[0]);
    options.after = std::move(words[1]);
    return "";
}

}  // namespace

const Program& diff_program() {
    static const Program program{
        .name = "diff",
        .purpose = "compare two scans: what is newly open, newly blocked or changed",
        .description =
            "pt-client diff compares the saved results of two scans, port by port. Neighbouring "
            "ports with the same change are shown together.",
        .usage = {"pt-client diff FILE FILE"},
        .examples_note = "",
        .examples = examples(),
        .options = options_of(diff_option_table()),
        .chapters = chapters(),
        .takes_files = true};
    return program;
}

Expected<std::variant<DiffOptions, Notice>> parse_diff_options(int argc, const char* const argv[]) {
    Draft draft;
    std::vector<std::string> words;
    auto notice = read_options(argc, argv, diff_program(), diff_option_table(), draft, words);
    if (!notice) {
        return notice.error();
    }
    if (*notice) {
        return **std::move(notice);
    }
    DiffOptions options;
    options.output = draft.options.output;
    options.quiet = draft.options.quiet;
    options.color = draft.options.color;
    options.output_files = std::move(draft.options.output_files);
    auto complaint = take_words(std::move(words), options);
    if (!complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    return options;
}

}  // namespace pt::client
