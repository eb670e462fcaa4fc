#include "client/cli/help.hpp"

#include "common/version/version_text.hpp"

namespace pt::client {

std::string help_text() {
    return R"(pt-client shows whether the network lets a port through, and what stops it if not.
It probes each port from ephemeral ports; pt-server at the far end sends an echo.

Usage:
  pt-client HOST SPEC...
  pt-client --host HOST [--host HOST]... SPEC...
  pt-client --host-file FILE SPEC...
  pt-client PROTOCOL://HOST:PORTS...
  pt-client --wait DURATION TARGET... [-- COMMAND [ARGUMENT]...]
  pt-client --resume FILE [HOST SPEC...]

Examples (at the far end first, for instance: pt-server tcp/443 udp/53):
  pt-client example.com tcp/443            one TCP port
  pt-client example.com 443 https          a bare number or name is TCP (a UDP-only name is UDP)
  pt-client example.com udp/53 53/udp      UDP; both forms mean the same
  pt-client example.com any/53             TCP 53 and UDP 53: two ports, two results
  pt-client 192.0.2.7 tcp/22,80,8000-8100  lists and ranges
  pt-client ::1 tcp/all                    every TCP port
  pt-client --host a.example --host b.example tcp/443 udp/123
  pt-client tcp://db:5432 udp://[fd00::1]:53 any://dns:domain
                                           whole targets: each host with ports of its own
  pt-client --wait 60s tcp://db:5432 tcp://cache:6379 -- ./start-app --fast
                                           run ./start-app once both answer
  pt-client example.com tcp/443 --explain  explain a probe step by step
  pt-client example.com tcp/443 --output json --require echo
                                           for a script: exit 0 only if pt-server answered
  pt-client example.com tcp/all --only open,cut
                                           show these; count all of them
  pt-client example.com tcp/all --output jsonl > run.jsonl
  pt-client example.com tcp/all --output jsonl --resume run.jsonl >> run.jsonl
                                           the first was killed; the second adds what is missing

Targets:
  --host HOST         add a host; every other word is then a port spec
  --host-file FILE    read hosts from a file, one per line, "#" starts a comment; -: standard input
  -4, --ipv4          use IPv4 addresses only
  -6, --ipv6          use IPv6 addresses only
  --all-addresses     probe every address of a name, not only the first
  --resume FILE       continue the scan whose json or jsonl output is in FILE, complete or not: its
                      results are kept, shown and counted (with jsonl, not shown if standard output
                      is FILE itself); names keep their addresses; without HOST SPEC..., use those
                      of FILE

Probing:
  --tries N           make up to N attempts per port (16)
  --timeout DURATION  wait up to DURATION for each port, all attempts included: 500ms, 3s, 1m
                      (3500ms); also the limit for looking up a name, but at least 2s (10s by
                      default and with --wait)
  --wait DURATION     wait up to DURATION until every port is reachable; unknown names are looked
                      up again, and one address of a name is enough. Each round gives a port 1s and
                      5 attempts, unless --timeout and --tries say otherwise. The command after "--"
                      then replaces this program, and standard output is the command's alone. If
                      interrupted, print the results so far
  --wait-for WHAT     answered: by any service (default); open: by pt-server. Over UDP only a reply
                      counts, and most other UDP services do not reply to pt
  --count N           request N echoes from each open port, for round-trip times and loss (1)
  --frame-size BYTES  send 3 more frames of 129 to 1472 bytes to each open port (N-1 with --count N)
                      and report whether packets of that size are dropped
  --concurrency N     probe N ports at once (as many as the descriptors allow)
  --rate N            start at most N attempts per second (no limit)
  --source ADDRESS    send from this address
  --source-port PORT  send from this port (ephemeral ports)
  --interface NAME    send through this network interface
  --dscp VALUE        mark packets, for example 46 or ef; report where the mark is changed
  --no-journal        do not ask pt-server what arrived: use the client's view alone
  --journal FILE      if no port is open to ask pt-server over, read what arrived from FILE, the
                      server's --journal-file; after the scan, or with --resume for an earlier one

Output:
  --output FORMAT     print table, json, jsonl (one line per result as it is decided) or csv (table)
  --only VERDICT      show only ports with this verdict, or with one of several, separated by
                      commas; the summary and the exit status count all
  --require echo      expect "open"; "answered" does not suffice
  --list              list the ports that pt-server holds, and why it does not hold others (table
                      or json); without a SPEC ask over its default ports, and for ::1 or 127.0.0.1
                      over any port that it listens on; exit 0 if there is a list
  --explain           explain a probe step by step after the table
  -h, --help          print this text
  --version           print the version

Verdicts:
  open         echo received: the port is let through, and pt-server is behind it
  answered     something answered, but it is not pt-server
  intercepted  something else answered for pt-server, or altered the echo
  cut          connected, then the data was stopped on the path
  closed       the target itself refused
  rejected     an intermediate device refused
  filtered     no answer to any attempt
  unreachable  there is no path to the host
  untested     nothing can be said about the network, for the reason that is given

Exit status: 0 every port as expected (open or answered), 1 at least one is not, 2 usage error,
3 at least one port could not be tested (or --list found no open port to ask over), 130 interrupted
by SIGINT, SIGTERM or SIGHUP: finished results are printed (SIGHUP is ignored under nohup). With a
command after --wait: its own, 126 if it cannot be run, 127 if the command is not found.
Results go to stdout, all else to stderr. Colour only on terminals, and not if NO_COLOR is set.
)";
}

std::string version_text() { return pt::version_text("pt-client", "none"); }

}  // namespace pt::client
