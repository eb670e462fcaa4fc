#include "client/cli/option_table.hpp"
#include "client/cli/wait_options.hpp"
#include "common/options/port_spec_chapter.hpp"

namespace pt::client {
namespace {

std::vector<Row> examples() {
    return {
        {"pt-client wait tcp://db:5432 tcp://cache:6379 -- ./start-app --fast",
         "run ./start-app once both answer"},
        {"pt-client wait --for 5m db.example tcp/5432,5433", "exit 0 once both ports answer"},
        {"pt-client wait --until open example.com tcp/443 udp/53", "until pt-server answers"},
        {"pt-client wait tcp://db:5432 --output json && ./start-app",
         "results as JSON, then the command"},
    };
}

std::vector<Chapter> chapters() {
    return {
        port_spec_chapter(),
        {.title = "Exit status",
         .text = "With a command, once every target is reachable: its own, 126 if it cannot be "
                 "run, 127 if the command is not found.",
         .rows = {{"0", "every target is reachable"},
                  {"1", "at least one is not"},
                  {"2", "usage error"},
                  {"3", "at least one could not be tested: its name is not known, for example"},
                  {"130",
                   "interrupted by SIGINT, SIGTERM or SIGHUP: the results so far are printed"}}},
        {.title = "Output streams",
         .text = "Progress goes to stderr, results to stdout. With a command, stdout is the "
                 "command's alone: results go to stderr, and only if a target is missing."},
    };
}

}  // namespace

const Program& wait_program() {
    static const Program program{
        .name = "wait",
        .purpose = "wait until every target is reachable, then exit or run a command",
        .description =
            "pt-client wait probes the targets in rounds until every port is reachable. A target "
            "is HOST SPEC... or PROTOCOL://HOST:PORTS, as for a scan. Ports that are reachable "
            "are not probed again. Unknown names are looked up again, and one address of a name "
            "is enough. The command after \"--\" then replaces this program.",
        .usage = {"pt-client wait [--for DURATION] [--until answered|open] TARGET... "
                  "[-- COMMAND [ARGUMENT]...]"},
        .examples_note = "",
        .examples = examples(),
        .options = options_of(wait_option_table()),
        .chapters = chapters(),
        .takes_hosts = true,
        .takes_command = true};
    return program;
}

}  // namespace pt::client
