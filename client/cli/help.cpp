#include "client/cli/help.hpp"

#include <algorithm>

#include "client/cli/check_options.hpp"
#include "client/cli/diff_options.hpp"
#include "client/cli/explain_options.hpp"
#include "client/cli/keygen_options.hpp"
#include "client/cli/list_options.hpp"
#include "client/cli/option_table.hpp"
#include "client/cli/report_options.hpp"
#include "client/cli/wait_options.hpp"
#include "client/cli/watch_options.hpp"
#include "common/options/port_spec_chapter.hpp"

namespace pt::client {
namespace {

std::vector<Row> examples() {
    return {
        {"pt-client example.com tcp/443", "one TCP port"},
        {"pt-client example.com 443 https", "a bare number or name is TCP (ntp, snmp ... are UDP)"},
        {"pt-client example.com udp/53 53/udp", "UDP; both forms mean the same"},
        {"pt-client example.com:443 db.example:5432", "hosts with ports of their own"},
        {"pt-client -p 22,443 10.0.0.0/28 web.example",
         "ports by -p, hosts as words; a network without its first and last address"},
        {"pt-client example.com any/53", "TCP 53 and UDP 53: two ports, two results"},
        {"pt-client 192.0.2.7 tcp/22,80,8000-8100", "lists and ranges"},
        {"pt-client ::1 tcp/all", "every TCP port"},
        {"pt-client --host a.example --host b.example tcp/443 udp/123", "several hosts"},
        {"pt-client tcp://db:5432 udp://[fd00::1]:53 any://dns:domain",
         "whole targets: each host with ports of its own"},
        {"pt-client example.com tcp/443 --explain",
         "explain the result: diagram, firewall rules, terms"},
        {"pt-client example.com tcp/443 -v", "what to look for in a firewall log or a capture"},
        {"pt-client example.com tcp/443 --output json --require echo",
         "for a script: exit 0 only if pt-server answered"},
        {"pt-client example.com tcp/all --only open,cut", "show these; count all of them"},
        {"pt-client --host-file hosts.txt 22,443 -o scan.json -o scan.md",
         "print the table, save the results, and write them for a ticket"},
        {"pt-client example.com tcp/all --output jsonl > run.jsonl", ""},
        {"pt-client example.com tcp/all --output jsonl --resume run.jsonl >> run.jsonl",
         "the first was killed; the second adds what is missing"},
    };
}

std::vector<Chapter> chapters() {
    return {
        port_spec_chapter(),
        {.title = "Verdicts",
         .rows = {{"open", "echo received: the port is let through, and pt-server is behind it"},
                  {"answered", "something answered, but it is not pt-server"},
                  {"intercepted", "something else answered for pt-server, or altered the echo"},
                  {"cut", "connected, then the data was stopped on the path"},
                  {"closed", "the target itself refused"},
                  {"rejected", "an intermediate device refused"},
                  {"filtered", "no answer to any attempt"},
                  {"unreachable", "there is no path to the host"},
                  {"untested",
                   "nothing can be said about the network, for the reason that is given"}}},
        {.title = "Exit status",
         .rows = {{"0", "every port as expected (open or answered)"},
                  {"1", "at least one is not"},
                  {"2", "usage error"},
                  {"3", "at least one port could not be tested"},
                  {"130",
                   "interrupted by SIGINT, SIGTERM or SIGHUP: finished results are printed "
                   "(SIGHUP is ignored under nohup)"}}},
        {.title = "Output streams", .text = "Results go to stdout, all else to stderr."},
    };
}

}  // namespace

const Program& program() {
    static const Program program{
        .name = "pt-client",
        .purpose = "show whether the network lets a port through",
        .description =
            "pt-client shows whether the network lets a port through, and what stops it if not. It "
            "probes each port from ephemeral ports; pt-server at the far end sends an echo.",
        .usage = {"pt-client HOST SPEC...", "pt-client --host HOST [--host HOST]... SPEC...",
                  "pt-client --host-file FILE SPEC...", "pt-client -p SPEC HOST...",
                  "pt-client HOST:PORTS...", "pt-client PROTOCOL://HOST:PORTS...",
                  "pt-client --resume FILE [HOST SPEC...]"},
        .examples_note = "at the far end first, for instance: pt-server tcp/443 udp/53",
        .examples = examples(),
        .options = options_of(option_table()),
        .chapters = chapters(),
        .takes_hosts = true,
        .commands = {check_program(), diff_program(), explain_program(), report_program(),
                     wait_program(), watch_program(), list_program(), keygen_program()},
        .default_command = "scan"};
    return program;
}

std::vector<std::string_view> command_words() {
    std::vector<std::string_view> words{program().default_command, help_word};
    for (const auto& command : program().commands) {
        words.push_back(command.name);
    }
    return words;
}

bool is_command(std::string_view word) {
    const auto words = command_words();
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace pt::client
