#include "server/cli/options.hpp"

namespace pt::server {

std::string help_text() {
    return R"(pt-server listens on TCP and UDP ports and echoes the frames of pt-client, which so proves
whether the network lets a port through. To anything else it stays silent.

Usage:
  pt-server [OPTION]... [SPEC]...

Examples (and at the other end, for instance: pt-client THIS-HOST tcp/443 udp/53):
  pt-server                            ports that firewalls often treat in ways of their own: tcp
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

Where to listen:
  --all                  every port of both protocols, as tcp/all and udp/all; with the capabilities
                         CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW (as root) by a few sockets that
                         take no port from any program, also none that starts later; without them
                         by a socket for each port, all but the ephemeral range
  --except SPEC          ports to leave alone; more than one is allowed
  --bind ADDRESS         an address of this host; more than one is allowed (all, IPv4 and IPv6)
  --config FILE          more settings from a file: lines of "name = value" with the names of these
                         options, and "listen = SPEC" for ports; the command line outweighs it,
                         ports add up
  --strict               give up, exit 1, if any port cannot be had

How to serve:
  --max-connections N    TCP connections at once (as many as the descriptors allow); beyond that
                         the oldest one that has delivered nothing makes room
  --threads N            serve with N threads, each with sockets of its own on every port (1)
  --journal-file FILE    keep what arrives in FILE too, at most two seconds old, for pt-client
                         --journal FILE: tells which way packets were lost where no port at all
                         is open to ask over; only this user may read it

For who starts it:
  --ready-fd N           write "ready" and a newline to descriptor N, and close it, once all sockets
                         are open (as s6 and others have it)
  --ready-file FILE      make FILE then; it goes when the server stops

What to say:
  --log-level LEVEL      trace, debug, info, warn, error or off (info)
  --log-format FORMAT    text or json, one line for each event (text)
  -h, --help             this text
  --version              the version

With CAP_BPF and CAP_NET_ADMIN (as root) the kernel records each TCP attempt (SYN) that arrives, so
that pt-client is told exactly which way packets were lost; without them half-open handshakes are
polled, and some directions stay unknown. Once its ports are open, the server gives up all
capabilities.

At the start a table says what became of each port; it ends with the line "pt-server ready".
SIGINT, SIGTERM or SIGHUP stops the server (under nohup, SIGHUP does not): it answers what has
arrived and prints totals. A second one stops it at once. Table and totals go to stdout, the log to
stderr.

Exit status: 0 stopped by a signal, 1 a port could not be had (--strict), 2 wrong usage,
3 no port at all could be had, or a failure of this machine.
)";
}

std::string version_text() { return "pt-server " PT_VERSION "\n"; }

}  // namespace pt::server
