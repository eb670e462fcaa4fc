#include "client/cli/help.hpp"

namespace pt::client {

std::string help_text() {
    return R"(pt-client shows whether the network lets a port through, and what stops it if not.
It tries each port from ports of its own; pt-server at the far end sends an echo back.

Usage:
  pt-client HOST SPEC...
  pt-client --host HOST [--host HOST]... SPEC...
  pt-client --host-file FILE SPEC...
  pt-client PROTOCOL://HOST:PORTS...
  pt-client --wait DURATION TARGET... [-- COMMAND [ARGUMENT]...]
  pt-client --resume FILE [HOST SPEC...]

Examples (at the far end first, for instance: pt-server tcp/443 udp/53):
  pt-client example.com tcp/443            one TCP port
  pt-client example.com 443 https          a bare number or name is TCP (a name of UDP alone: UDP)
  pt-client example.com udp/53 53/udp      UDP; both ways to write it mean the same
  pt-client example.com any/53             TCP 53 and UDP 53: two ports, two results
  pt-client 192.0.2.7 tcp/22,80,8000-8100  lists and ranges
  pt-client ::1 tcp/all                    every TCP port
  pt-client --host a.example --host b.example tcp/443 udp/123
  pt-client tcp://db:5432 udp://[fd00::1]:53 any://dns:domain
                                           whole targets: each host with ports of its own
  pt-client --wait 60s tcp://db:5432 tcp://cache:6379 -- ./start-app --fast
                                           run ./start-app once both answer
  pt-client example.com tcp/443 --explain  tell the whole story of a probe
  pt-client example.com tcp/443 --output json --require echo
                                           for a script: exit 0 only if pt-server answered
  pt-client example.com tcp/all --only open,cut
                                           show these; count all of them
  pt-client example.com tcp/all --output jsonl > run.jsonl
  pt-client example.com tcp/all --output jsonl --resume run.jsonl >> run.jsonl
                                           the first was killed: the second adds what is missing

What to try:
  --host HOST         one more host; then every other word is a port spec
  --host-file FILE    hosts from a file, one a line, "#" starts a comment; -: standard input
  -4, --ipv4          IPv4 addresses only
  -6, --ipv6          IPv6 addresses only
  --all-addresses     every address of a name, not the first alone
  --resume FILE       take up the run whose json or jsonl output FILE holds, whole or cut: what it
                      says of the network is not asked again, but shown and counted as if it were
                      (with jsonl, not shown where standard output is FILE itself); names keep
                      their addresses; without HOST SPEC..., those of FILE

How to try it:
  --tries N           attempts for each port (16)
  --timeout DURATION  time for each port with all its tries, as 500ms, 3s or 1m (3500ms); looking
                      a name up takes as long at most, but no less than 2s (10s by default and with
                      --wait)
  --wait DURATION     try again until every port is reachable, for so long at most; names that are
                      not known yet are looked up again, and one address of a name is enough. Each
                      port then has 1s and 5 tries in each round, unless told otherwise. What stands
                      behind "--" is then run in this program's place; standard output is then that
                      command's alone. Interrupted, it reports what it has found so far
  --wait-for WHAT     answered: by whatever listens there (default); open: by pt-server. Over UDP
                      only an answer counts, and most services but pt-server keep silent to pt
  --count N           echoes to ask of each open port, for round-trip times and loss (1)
  --concurrency N     ports tried at once (as many as the descriptors allow)
  --rate N            attempts started in a second (no limit)
  --source ADDRESS    the address to send from
  --source-port PORT  the port to send from (ephemeral ports)
  --interface NAME    the network interface to send through
  --dscp VALUE        mark packets, as 46 or ef; tells where the mark is changed on the way
  --no-journal        do not ask pt-server what arrived: one end's view alone
  --journal FILE      where no port is open to ask pt-server over: read what arrived from FILE, which
                      its --journal-file wrote; after the run, or with --resume for an earlier one

What to say:
  --output FORMAT     table, json, jsonl (a line for each result as it is decided) or csv (table)
  --only VERDICT      show only ports with this verdict, or one of several with commas between;
                      the summary and the exit status count all
  --require echo      only "open" is as expected; "answered" is not
  --list              the ports that pt-server holds, and why it does not hold others, in a table or
                      as json; without a SPEC it asks over any of its default ports, and on this
                      machine itself, as ::1 or 127.0.0.1, over any that it listens on, and exits 0
                      where it has the list
  --explain           tell the story of a probe after the table
  -h, --help          this text
  --version           the version

Verdicts:
  open         our echo came back: the port is let through, and pt-server is behind it
  answered     something answered, but it is not pt-server
  intercepted  something answered in the place of pt-server, or changed the echo
  cut          connected, then the data was stopped on the way
  closed       the target itself refused
  rejected     something in between refused
  filtered     no answer to any attempt
  unreachable  there is no way to the host
  untested     nothing can be said about the network, for the reason that is given

Exit status: 0 every port as expected (open or answered), 1 at least one is not, 2 wrong usage,
3 at least one port could not be tested (or --list had none to ask over), 130 interrupted by
SIGINT, SIGTERM or SIGHUP: what is finished is printed (nohup keeps SIGHUP away). With a
command behind --wait: its own, or 126 where it cannot be run, 127 where there is none of that name.
Results go to stdout, all else to stderr. Colour is for terminals, and off where NO_COLOR is set.
)";
}

std::string version_text() { return "pt-client " PT_VERSION "\n"; }

}  // namespace pt::client
