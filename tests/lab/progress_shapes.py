"""The scans of progress_test.py: what the network does with them, and what is asked of pt-client.

On `loopback`, rules are those of its input chain. `routed` is the lab's network of client, router and server; the
rules are the router's, for what comes from the client, and all of 10.77.8.0/23 is the server.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Shape:
    """`server`: arguments of pt-server, none: it does not run. `short`: part of the test that always runs."""
    rules: str
    client: list
    server: list | None = None
    short: bool = False
    routed: bool = False
    icmp_limits: bool = False  # those that Linux has by default
    delay: float = 0           # ms, each way


SYN = "tcp flags & (fin | syn | rst | ack) == syn"
SILENT = "meta l4proto { tcp, udp } drop;"
HALF = "th dport & 1 == 1 drop;"  # of the ports of both protocols, by their lowest bit
EVERY_SECOND_DEAD = "ip daddr & 0.0.0.1 == 1 drop;"
UPPER_DEAD = "ip daddr & 0.0.0.32 == 0.0.0.32 drop;"  # .32 to .63
MOST_DEAD = "ip daddr & 0.0.0.15 != 0 drop;"          # except .16, .32, ...


def policed(rate):
    """SYNs and datagrams."""
    limit = f"limit rate over {rate}/second burst 20 packets drop;"
    return f"{SYN} {limit} meta l4proto udp {limit}"


LOOPBACK = {
    "closed-tcp": Shape("", ["127.0.0.1", "tcp/1-65535"]),
    "closed-udp": Shape("", ["127.0.0.1", "udp/1-65535"]),
    "closed-both-paced": Shape("", ["127.0.0.1", "any/1-65535", "--rate", "20000"]),
    "open-tcp-count": Shape("", ["127.0.0.1", "tcp/1-20000", "--count", "16"], ["--all"]),
    "open-udp-count": Shape("", ["127.0.0.1", "udp/1-20000", "--count", "16"], ["--all"]),
    "lossy-udp-count": Shape("udp dport 8001-8200 numgen random mod 10 < 2 drop;",
                        ["127.0.0.1", "udp/8001-8200", "--count", "16"], ["udp/8001-8200"], short=True),
    "silent-tcp": Shape(SILENT, ["127.0.0.1", "tcp/1-4096"], short=True),
    "silent-udp": Shape(SILENT, ["127.0.0.1", "udp/1-4096"]),
    "silent-all-tcp": Shape(SILENT, ["127.0.0.1", "tcp/1-65535"]),
    "silent-all-any": Shape(SILENT, ["127.0.0.1", "any/1-65535"]),
    "silent-10s": Shape(SILENT, ["127.0.0.1", "any/1-1000", "--timeout", "10s"]),
    "silent-1s": Shape(SILENT, ["127.0.0.1", "any/1-65535", "--timeout", "1s"]),
    "silent-few-slots": Shape(SILENT, ["127.0.0.1", "tcp/1-2000", "--concurrency", "400"], short=True),
    "own-ports": Shape(SILENT, ["127.0.0.1", "udp/32768-60999"], short=True),
    "half-tcp": Shape(HALF, ["127.0.0.1", "tcp/1-65535"]),
    "half-udp": Shape(HALF, ["127.0.0.1", "udp/1-65535"]),
    "half-blocks": Shape("th dport > 32767 drop;", ["127.0.0.1", "any/1-65535"]),
    "half-blocks-slots": Shape("th dport > 2000 drop;",
                          ["127.0.0.1", "tcp/1-4000", "--concurrency", "300"]),
    "paced-closed": Shape("", ["127.0.0.1", "any/1-1000", "--rate", "200"], short=True),
    "paced-silent": Shape(SILENT, ["127.0.0.1", "tcp/1-300", "--rate", "300"]),
    "paced-half": Shape(HALF, ["127.0.0.1", "any/1-200", "--rate", "200"]),
    "paced-count": Shape("", ["127.0.0.1", "any/8001-8100", "--rate", "100", "--count", "10"],
                    ["any/8001-8100"]),
    "policed": Shape(f"{SYN} limit rate over 25/second burst 20 packets drop; "
                "meta l4proto udp udp dport 8001-8200 limit rate over 25/second burst 20 packets drop;",
                ["127.0.0.1", "any/8001-8200"], ["any/8001-8200"]),
    "policed-200": Shape(f"{SYN} limit rate over 200/second burst 20 packets drop; ",
                    ["127.0.0.1", "tcp/8001-8800"], ["tcp/8001-8800"]),
    "lossy-open": Shape("th dport 8001-12000 numgen random mod 10 < 3 drop;", ["127.0.0.1", "tcp/8001-12000"],
                   ["tcp/8001-12000"]),
    "lossy-mixed": Shape("numgen random mod 10 < 2 drop; th dport & 7 == 3 drop;", ["127.0.0.1", "any/1-20000"],
                    ["any/1-1000"]),
    "half-of-server": Shape(HALF, ["127.0.0.1", "any/1-4000"], ["--all"]),
    "two-hosts": Shape("", ["127.0.0.1", "127.0.0.2", "-p", "any/1-65535"]),
    "two-hosts-half": Shape(HALF, ["127.0.0.1", "127.0.0.2", "-p", "udp/1-20000"]),
    "second-host-dead": Shape("ip daddr 127.0.0.2 meta l4proto { tcp, udp } drop;",
                         ["127.0.0.1", "127.0.0.2", "-p", "tcp/1-65535"]),
    "hosts-dead": Shape("ip daddr 127.0.1.0/24 meta l4proto { tcp, udp } drop;",
                   ["127.0.0.1-20", "127.0.1.1-20", "-p", "tcp/1-1000"]),
    "hosts-dead-paced": Shape("ip daddr & 0.0.0.3 == 0.0.0.3 meta l4proto { tcp, udp } drop;",
                         ["127.0.0.1-40", "-p", "tcp/1-20", "--rate", "200"]),
    "hosts-dead-slots": Shape("ip daddr & 0.0.0.3 == 0.0.0.3 meta l4proto { tcp, udp } drop;",
                         ["127.0.0.1-40", "-p", "tcp/1-500", "--concurrency", "1000"]),
}

ROUTED = {name: dataclasses.replace(shape, routed=True) for name, shape in {
    "path-closed": Shape("", ["10.77.8.1", "any/1-20000"]),
    "path-dropped-half": Shape(HALF, ["10.77.8.1", "any/1-20000"]),
    "path-dropped-paced": Shape("th dport > 250 drop;", ["10.77.8.1", "tcp/1-500", "--rate", "200"]),
    "path-dropped-server": Shape(HALF, ["10.77.8.1", "any/1-1000"], ["--all"]),
    "dead-half": Shape(EVERY_SECOND_DEAD, ["10.77.8.1-60", "-p", "tcp/1-400"]),
    "dead-half-any": Shape(EVERY_SECOND_DEAD, ["10.77.8.1-60", "-p", "any/1-200"], ["--all"]),
    "dead-half-slots": Shape(EVERY_SECOND_DEAD, ["10.77.8.1-40", "-p", "tcp/1-250", "--concurrency", "1000"]),
    "dead-half-paced": Shape(EVERY_SECOND_DEAD, ["10.77.8.1-40", "-p", "tcp/1-20", "--rate", "200"], short=True),
    "dead-upper": Shape(UPPER_DEAD, ["10.77.8.1-63", "-p", "tcp/1-500"]),
    "dead-upper-slots": Shape(UPPER_DEAD, ["10.77.8.1-63", "-p", "tcp/1-250", "--concurrency", "1000"]),
    "dead-upper-paced": Shape(UPPER_DEAD, ["10.77.8.1-63", "-p", "tcp/1-10", "--rate", "200"]),
    "dead-most": Shape(MOST_DEAD, ["10.77.8.1-254", "-p", "tcp/1-100"]),
    "dead-most-slots": Shape(MOST_DEAD, ["10.77.8.1-254", "-p", "tcp/1-50", "--concurrency", "1000"]),
    "dead-most-paced": Shape(MOST_DEAD, ["10.77.8.1-254", "-p", "tcp/1-3", "--rate", "400"], ["--all"]),
    "dead-all": Shape(SILENT, ["10.77.8.1-254", "-p", "tcp/1-100"]),
    "many-hosts": Shape("", ["10.77.8.1-254", "10.77.9.1-254", "-p", "tcp/1-6", "--rate", "300"]),
    "policed-5": Shape(policed(5), ["10.77.8.1", "tcp/8001-8050"], ["any/8001-8200"]),
    "policed-25": Shape(policed(25), ["10.77.8.1", "any/8001-8200"], ["any/8001-8200"]),
    "policed-25-many": Shape(policed(25), ["10.77.8.1", "tcp/8001-8800"], ["tcp/8001-8800"]),
    "policed-25-half": Shape(HALF + policed(25), ["10.77.8.1", "tcp/8001-8100"], ["any/8001-8200"], short=True),
    "policed-200": Shape(policed(200), ["10.77.8.1", "any/8001-8800"], ["any/8001-8800"]),
    "policed-200-half": Shape(HALF + policed(200), ["10.77.8.1", "any/8001-8400"], ["any/8001-8400"]),
    "policed-1000": Shape(policed(1000), ["10.77.8.1", "tcp/1-20000"], ["--all"]),
    "policed-1000-closed": Shape(policed(1000), ["10.77.8.1", "tcp/1-20000"]),
    "policed-hosts": Shape(EVERY_SECOND_DEAD + policed(200), ["10.77.8.1-10", "-p", "tcp/8001-8100"], ["--all"]),
    "policed-count": Shape(policed(200), ["10.77.8.1", "udp/8001-8100", "--count", "20"], ["any/8001-8100"]),
    "icmp-limited": Shape("", ["10.77.8.1", "udp/1-2000"], icmp_limits=True),
    "icmp-limited-all": Shape("", ["10.77.8.1", "udp/1-65535"], icmp_limits=True),
    "icmp-limited-hosts": Shape("", ["10.77.8.1-20", "-p", "udp/1-50"], icmp_limits=True),
    "slow-path": Shape("", ["10.77.8.1", "any/1-10000"], ["--all"], delay=100),
    "slow-path-half": Shape(HALF, ["10.77.8.1", "any/1-4000"], ["--all"], delay=100),
    "very-slow-path": Shape("", ["10.77.8.1", "tcp/1-10000"], delay=300),
}.items()}

SHAPES = LOOPBACK | ROUTED
