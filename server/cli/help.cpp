#include "server/cli/options.hpp"

namespace pt::server {

std::string help_text() {
    return R"(pt-server listens on TCP and UDP ports and echoes the frames of pt-client, which proves whether the
network lets a port through. It does not reply to anything else.

Usage:
  pt-server [OPTION]... [SPEC]...

Examples (at the other end, for instance: pt-client THIS-HOST tcp/443 udp/53):
  pt-server                            ports that firewalls often treat specially: tcp
                                       22, 25, 53, 80, 110, 143, 443, 3389 and udp 53, 123
  pt-server tcp/443                    one TCP port
  pt-server 443 https 443/tcp          the same, three times: a bare number or name is TCP
  pt-server tcp/53 udp/53              two ports: TCP 53 and UDP 53 are not the same
  pt-server any/53                     both of them at once
  pt-server tcp/22,80,8000-8100        lists and ranges
  pt-server tcp/0                      a port that the kernel chooses; the table shows which
  pt-server --bind 192.0.2.7 --bind ::1 tcp/8080
  pt-server --all                      every TCP and UDP port that no other program uses
  pt-server tcp/all --except tcp/8080  every TCP port but that one
  pt-server --config /etc/pt-server.conf

Ports:
  --all                  listen on every port of both protocols, like tcp/all udp/all; with CAP_BPF,
                         CAP_NET_ADMIN and CAP_NET_RAW (as root) through a few sockets that never
                         take over a port that another program uses, now or later; without them
                         through one socket per port, except the ephemeral range
  --except SPEC          do not listen on these ports; may be repeated
  --bind ADDRESS         listen on this address only; may be repeated (all, IPv4 and IPv6)
  --config FILE          read more settings from a file: lines of "name = value" with the names of
                         these options, and "listen = SPEC" for ports; the command line takes
                         precedence, ports are added
  --strict               exit with status 1 if any port cannot be bound

Service:
  --max-connections N    accept up to N TCP connections at once (as many as the descriptors allow);
                         beyond that close the oldest one that has delivered nothing
  --threads N            use N threads, each with its own socket on every port (1)
  --journal-file FILE    also write what arrives to FILE, at most two seconds later, for pt-client
                         --journal FILE: shows in which direction packets were lost if no port is
                         open to ask over; readable by this user only

Readiness:
  --ready-fd N           write "ready" and a newline to descriptor N and close it, once all sockets
                         are open (as s6 does)
  --ready-file FILE      create FILE once all sockets are open; remove it when the server stops

Output:
  --log-level LEVEL      log at trace, debug, info, warn, error or off (info)
  --log-format FORMAT    log as text or json, one line per event (text)
  -h, --help             print this text
  --version              print the version

With CAP_BPF and CAP_NET_ADMIN (as root) the kernel records each TCP attempt (SYN) that arrives, so
that pt-client learns exactly in which direction packets were lost; without them the server polls
half-open handshakes, and some directions stay unknown. Once its ports are open, the server drops
all capabilities; with --config it keeps CAP_NET_BIND_SERVICE, for ports that SIGHUP opens.

At the start the server prints a table with the state of each port; it ends with "pt-server ready".
SIGINT or SIGTERM stops the server: it answers what has arrived and prints totals. A second signal
stops it at once. Table and totals go to stdout, the log to stderr.

SIGHUP reads the --config file again: ports that it newly names are opened, those that it no longer
names are closed, all others stay as they are; other settings need a restart. If the file has an
error, nothing changes. Without --config SIGHUP is ignored.

Exit status: 0 stopped by a signal, 1 failed to bind a port (--strict), 2 usage error,
3 failed to bind any port, or a failure of this machine.
)";
}

std::string version_text() { return "pt-server " PT_VERSION "\n"; }

}  // namespace pt::server
