#include "client/cli/list_options.hpp"

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
        {"pt-client list example.com", "ask over the default ports of pt-server"},
        {"pt-client list example.com tcp/8443", "ask over this port"},
        {"pt-client list 127.0.0.1", "a health check: exit 0 if pt-server answers here"},
        {"pt-client list example.com tcp/443 --output json", "for a script"},
    };
}

std::vector<Chapter> chapters() {
    return {
        port_spec_chapter(),
        {.title = "Exit status",
         .rows = {{"0", "every host has a list, and every port of SPEC is open or answered"},
                  {"1", "at least one port of SPEC is not"},
                  {"2", "usage error"},
                  {"3",
                   "a port of SPEC could not be tested, or no port was open to ask pt-server over"},
                  {"130", "interrupted by SIGINT, SIGTERM or SIGHUP"}}},
    };
}

}  // namespace

const Program& list_program() {
    static const Program program{
        .name = "list",
        .purpose = "list the ports that pt-server holds",
        .description =
            "pt-client list asks pt-server which ports it holds, why it does not hold others, and "
            "whether its record of TCP attempts is exact. It asks over the ports of SPEC; without "
            "one, over pt-server's default ports, and for ::1 or 127.0.0.1 over any port that has "
            "a listener.",
        .usage = {"pt-client list HOST [SPEC...]",
                  "pt-client list --host HOST [--host HOST]... [SPEC...]"},
        .examples_note = "",
        .examples = examples(),
        .options = options_of(list_option_table()),
        .chapters = chapters(),
        .takes_hosts = true};
    return program;
}

ParsedOptions parse_list_options(int argc, const char* const argv[]) {
    Draft draft;
    draft.options.list = true;
    std::vector<std::string> words;
    auto notice = read_options(argc, argv, list_program(), list_option_table(), draft, words);
    if (!notice) {
        return notice.error();
    }
    if (*notice) {
        return **std::move(notice);
    }
    auto complaint = take_target_words(words, "pt-client list", draft.options);
    if (complaint.empty()) {
        complaint = settle_family(draft);
    }
    if (!complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    return std::move(draft.options);
}

}  // namespace pt::client
