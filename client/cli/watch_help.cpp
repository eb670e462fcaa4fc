#include "client/cli/option_table.hpp"
#include "client/cli/watch_options.hpp"
#include "common/options/port_spec_chapter.hpp"

namespace pt::client {
namespace {

std::vector<Row> examples() {
    return {
        {"pt-client watch db.example tcp/5432", "until Ctrl-C: changes, then a summary"},
        {"pt-client watch --for 2h fw.example tcp/443 udp/53", "through a maintenance window"},
        {"pt-client watch --until open --for 10m db.example tcp/5432", "exit 0 once it is open"},
        {"pt-client watch db.example tcp/5432 -- ./notify", "run ./notify at each change"},
        {"pt-client watch db.example tcp/5432 --output jsonl", "an event on each line"},
    };
}

std::vector<Chapter> chapters() {
    return {
        port_spec_chapter(),
        {.title = "New and established flows",
         .text = "Each attempt is a new connection, or a UDP flow from a new source port. In "
                 "addition one connection and one UDP flow are kept for each port on which "
                 "pt-server replies, with a frame every twentieth of --every. A firewall that "
                 "tracks connections often drops new ones while established ones continue; both "
                 "are reported. An outage takes five attempts in a row without an answer, "
                 "more where attempts are lost by chance, or three refusals; one echo ends it. It "
                 "begins between the two times that its line gives. After each change a scan finds "
                 "out why, and over which direction."},
        {.title = "Command",
         .text = "The command is run at each change, one at a time and in order, with standard "
                 "output to stderr. Its environment tells of the change. At the end those that "
                 "wait for their turn are started at once.",
         .rows = {{"PT_HOST, PT_ADDRESS", "the host as given, and its address"},
                  {"PT_PROTOCOL, PT_PORT", "tcp or udp, and the number"},
                  {"PT_FLOW", "new or established"},
                  {"PT_BEFORE, PT_STATE",
                   "open, answered, refused, unreachable, no-route, no-reply or unknown; PT_STATE "
                   "is ended "
                   "where an established connection has ended"},
                  {"PT_EARLIEST, PT_LATEST", "the change lies between them (RFC 3339)"}}},
        {.title = "Exit status",
         .rows = {{"0", "every port was available all the time, or --until is met"},
                  {"1", "a port was not available at times, or --until is not met in time"},
                  {"2", "usage error"},
                  {"3",
                   "a port was not watched, or not all the time: its name is not known, or this "
                   "machine was not able to make attempts"},
                  {"130", "interrupted by SIGINT, SIGTERM or SIGHUP: the summary is printed"}}},
    };
}

}  // namespace

const Program& watch_program() {
    static const Program program{
        .name = "watch",
        .purpose = "report when ports open or close, and for how long",
        .description =
            "pt-client watch makes attempts on every port all the time and prints a line for each "
            "change; on a terminal also a table of the present state. At the end it prints for "
            "each port how long it was available, its outages, and round-trip times. A port is "
            "available if it answers; once pt-server's echo was received, only an echo counts. "
            "Time in which this machine was paused or asleep is not counted.",
        .usage = {"pt-client watch [--every DURATION] [--for DURATION] [--until open|blocked] "
                  "TARGET... [-- COMMAND [ARGUMENT]...]"},
        .examples_note = "",
        .examples = examples(),
        .options = options_of(watch_option_table()),
        .chapters = chapters(),
        .takes_hosts = true,
        .takes_command = true};
    return program;
}

}  // namespace pt::client
