#include "client/cli/explain_options.hpp"

#include <utility>

#include "client/cli/apply_options.hpp"
#include "client/cli/option_rules.hpp"
#include "client/cli/option_table.hpp"
#include "client/options/target_words.hpp"
#include "common/options/port_spec_chapter.hpp"

namespace pt::client {
namespace {

std::vector<Row> examples() {
    return {
        {"pt-client explain", "an exchange over loopback, step by step"},
        {"pt-client explain example.com tcp/443",
         "a probe: the same as pt-client example.com tcp/443 --explain"},
        {"pt-client explain example.com any/53", "TCP 53 beside UDP 53"},
    };
}

std::vector<Chapter> chapters() {
    return {
        port_spec_chapter(),
        {.title = "Exit status",
         .rows = {{"0", "explained; with targets: every port as expected (open or answered)"},
                  {"1", "at least one port is not"},
                  {"2", "usage error"},
                  {"3", "loopback cannot be used, or a port could not be tested"},
                  {"130", "interrupted by SIGINT, SIGTERM or SIGHUP"}}},
    };
}

}  // namespace

const Program& explain_program() {
    static const Program program{
        .name = "explain",
        .purpose = "teach what a port is, by a real exchange",
        .description =
            "pt-client explain, without a host, opens a listener on 127.0.0.1, sends it a request "
            "as a browser does, over TCP and over UDP, and explains each step: addresses and ports "
            "of both ends, times, states, and what a firewall in between would change. It takes "
            "port 80, or another one where it may not. With targets it scans them and explains "
            "each result: the answer, a diagram of the packets, rules for nft and ufw, and what to "
            "try next.",
        .usage = {"pt-client explain", "pt-client explain HOST SPEC...",
                  "pt-client explain PROTOCOL://HOST:PORTS..."},
        .examples_note = "",
        .examples = examples(),
        .options = options_of(explain_option_table()),
        .chapters = chapters(),
        .takes_hosts = true};
    return program;
}

Expected<std::variant<Options, Lesson, Notice>> parse_explain_options(int argc,
                                                                      const char* const argv[]) {
    using Parsed = Expected<std::variant<Options, Lesson, Notice>>;
    if (argc == 1) {
        return Parsed{Lesson{}};
    }
    Draft draft;
    draft.options.explain = true;
    std::vector<std::string> words;
    auto notice = read_options(argc, argv, explain_program(), explain_option_table(), draft, words);
    if (!notice) {
        return notice.error();
    }
    if (*notice) {
        return Parsed{**std::move(notice)};
    }
    auto complaint = settle_journal(draft);
    if (complaint.empty()) {
        complaint = take_target_words(words, "pt-client explain", draft.options);
    }
    if (complaint.empty()) {
        complaint = settle_family(draft);
    }
    if (!complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    return Parsed{std::move(draft.options)};
}

}  // namespace pt::client
