#include "server/cli/help.hpp"

#include "common/net/log_key.hpp"
#include "common/options/port_spec_chapter.hpp"
#include "server/cli/option_table.hpp"

namespace pt::server {
namespace {

std::vector<Row> examples() {
    return {
        {"pt-server",
         "ports that firewalls often treat specially: tcp 22, 25, 53, 80, 110, 143, 443, 3389 and "
         "udp 53, 123"},
        {"pt-server tcp/443", "one TCP port"},
        {"pt-server 443 https 443/tcp", "the same, three times: a bare number or name is TCP"},
        {"pt-server tcp/53 udp/53", "two ports: TCP 53 and UDP 53 are not the same"},
        {"pt-server any/53", "both of them at once"},
        {"pt-server tcp/22,80,8000-8100", "lists and ranges"},
        {"pt-server tcp/0", "a port that the kernel chooses; the table shows which"},
        {"pt-server --bind 192.0.2.7 --bind ::1 tcp/8080", "on these two addresses only"},
        {"pt-server --all", "every TCP and UDP port that no other program uses"},
        {"pt-server tcp/all --except tcp/8080", "every TCP port but that one"},
        {"pt-server --config /etc/pt-server.conf", "more settings from a file"},
    };
}

std::vector<Row> log_fields() {
    std::vector<Row> rows{{"time", "RFC 3339, UTC, to the millisecond"},
                          {"level", "trace, debug, info, warn or error"},
                          {"message", "the sentence that --log-format text prints"}};
    for (const auto& row : net::log_keys) {
        rows.push_back({row.name, row.meaning});
    }
    return rows;
}

std::vector<Chapter> chapters() {
    return {
        port_spec_chapter(),
        {.title = "Capabilities",
         .text = "With CAP_BPF and CAP_NET_ADMIN (as root) the kernel records each TCP attempt "
                 "(SYN) that arrives, so that pt-client learns exactly in which direction packets "
                 "were lost; without them the server polls half-open handshakes, and some "
                 "directions stay unknown. Once its ports are open, the server drops all "
                 "capabilities; with --config it keeps CAP_NET_BIND_SERVICE, for ports that SIGHUP "
                 "opens. If root starts it, it then runs as another user (--user). The kernel ends "
                 "it with SIGSYS if it makes a system call that it does not need."},
        {.title = "Output and signals",
         .text = "At the start the server prints a table with the state of each port; it ends "
                 "with \"pt-server ready\". SIGINT or SIGTERM stops the server: it answers what "
                 "has arrived and prints totals. A second signal stops it at once. Table and "
                 "totals go to stdout, the log to stderr."},
        {.title = "Reload",
         .text = "SIGHUP reads the --config file again: ports that it newly names are opened, "
                 "those that it no longer names are closed, all others stay as they are; other "
                 "settings need a restart. If the file has an error, nothing changes. Without "
                 "--config SIGHUP is ignored."},
        {.title = "Log fields",
         .text =
             "With --log-format json each line of the log is an object with time, level and "
             "message, followed by the facts of the message as fields. A field without a value is "
             "null. Texts are printable ASCII; "
             "those of more than 4,096 bytes are cut and end with \"...\". A later version may "
             "add fields; none is renamed or removed.",
         .rows = log_fields(),
         .in_help = false},
        {.title = "Exit status",
         .rows = {{"0", "stopped by a signal"},
                  {"1", "failed to bind a port (--strict)"},
                  {"2", "usage error"},
                  {"3", "failed to bind any port, or a failure of this machine"}}},
    };
}

}  // namespace

const Program& program() {
    static const Program program{
        .name = "pt-server",
        .purpose = "answer pt-client on TCP and UDP ports",
        .description =
            "pt-server listens on TCP and UDP ports and echoes the frames of pt-client, which "
            "proves whether the network lets a port through. It does not reply to anything else.",
        .usage = {"pt-server [OPTION]... [SPEC]..."},
        .examples_note = "at the other end, for instance: pt-client THIS-HOST tcp/443 udp/53",
        .examples = examples(),
        .options = options_of(option_table()),
        .chapters = chapters()};
    return program;
}

const ConfigFile& config_file() {
    static const ConfigFile file{
        .name = "pt-server.conf",
        .purpose = "settings of pt-server",
        .description =
            {"pt-server reads this file if it is started with --config FILE. No file is read "
             "otherwise.",
             "Each line is \"name = value\". \"#\" starts a comment; empty lines do not count. A "
             "setting without a value on the command line is true or false here: \"strict = "
             "true\". The command line takes precedence; ports are added to those that it names. "
             "A line that is not understood is an error that names the file and the line: "
             "pt-server exits with status 2."},
        .example =
            "# Two ports, on one address\n"
            "listen = tcp/443\n"
            "listen = udp/53\n"
            "bind = 192.0.2.7\n"
            "strict = true\n"
            "log-format = json\n"};
    return file;
}

}  // namespace pt::server
