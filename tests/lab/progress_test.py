#!/usr/bin/env python3
"""The time left that pt-client shows on a terminal, against the time that was really left.

Scans over loopback in a network namespace; nftables drops or limits what is to be silent or slow. From two
seconds after the start on, and while more than two seconds are left, the shown time must be within a factor
of two of the time that is left. Machines that are busy have half a second more.

    progress_test.py --pt-client PATH --pt-server PATH            the test: a few short scans
    progress_test.py ... --measure [SHAPE ...]                    all shapes, or these: worst ratios, as a table

Exit: 0 all right, 1 a test failed, 77 this machine cannot run it (an error when CI is set).
"""

import argparse
import os
import pty
import re
import select
import subprocess
import sys
import time

import isolate

TABLE = "table inet lab {{\nchain input {{\ntype filter hook input priority filter;\n{}\n}}\n}}"
SYN = "tcp flags & (fin | syn | rst | ack) == syn"
SILENT = "meta l4proto { tcp, udp } drop;"
HALF = "th dport & 1 == 1 drop;"  # of the ports of both protocols, by their lowest bit
LINE = re.compile(r"([\d,]+) of ([\d,]+) ports[^\r]*?(?:([\d,]+) (s|min) left)?\s*\r")
FROM = TO = 2.0
FACTOR = 2.0
SLACK = 0.5

# name: (rules, arguments of pt-client, arguments of pt-server or none, part of the short test)
SHAPES = {
    "closed-tcp": ("", ["127.0.0.1", "tcp/1-65535"], None, False),
    "closed-udp": ("", ["127.0.0.1", "udp/1-65535"], None, False),
    "closed-both-paced": ("", ["127.0.0.1", "any/1-65535", "--rate", "20000"], None, False),
    "open-tcp-count": ("", ["127.0.0.1", "tcp/1-20000", "--count", "16"], ["--all"], False),
    "open-udp-count": ("", ["127.0.0.1", "udp/1-20000", "--count", "16"], ["--all"], False),
    "lossy-udp-count": ("udp dport 8001-8200 numgen random mod 10 < 2 drop;",
                        ["127.0.0.1", "udp/8001-8200", "--count", "16"], ["udp/8001-8200"], True),
    "silent-tcp": (SILENT, ["127.0.0.1", "tcp/1-4096"], None, True),
    "silent-udp": (SILENT, ["127.0.0.1", "udp/1-4096"], None, False),
    "silent-all-tcp": (SILENT, ["127.0.0.1", "tcp/1-65535"], None, False),
    "silent-all-any": (SILENT, ["127.0.0.1", "any/1-65535"], None, False),
    "silent-10s": (SILENT, ["127.0.0.1", "any/1-1000", "--timeout", "10s"], None, False),
    "silent-1s": (SILENT, ["127.0.0.1", "any/1-65535", "--timeout", "1s"], None, False),
    "silent-few-slots": (SILENT, ["127.0.0.1", "tcp/1-2000", "--concurrency", "400"], None, True),
    "own-ports": (SILENT, ["127.0.0.1", "udp/32768-60999"], None, True),
    "half-tcp": (HALF, ["127.0.0.1", "tcp/1-65535"], None, False),
    "half-udp": (HALF, ["127.0.0.1", "udp/1-65535"], None, False),
    "half-blocks": ("th dport > 32767 drop;", ["127.0.0.1", "any/1-65535"], None, False),
    "half-blocks-slots": ("th dport > 2000 drop;",
                          ["127.0.0.1", "tcp/1-4000", "--concurrency", "300"], None, False),
    "paced-closed": ("", ["127.0.0.1", "any/1-1000", "--rate", "200"], None, True),
    "paced-silent": (SILENT, ["127.0.0.1", "tcp/1-300", "--rate", "300"], None, False),
    "paced-half": (HALF, ["127.0.0.1", "any/1-200", "--rate", "200"], None, False),
    "paced-count": ("", ["127.0.0.1", "any/8001-8100", "--rate", "100", "--count", "10"],
                    ["any/8001-8100"], False),
    "policed": (f"{SYN} limit rate over 25/second burst 20 packets drop; "
                "meta l4proto udp udp dport 8001-8200 limit rate over 25/second burst 20 packets drop;",
                ["127.0.0.1", "any/8001-8200"], ["any/8001-8200"], False),
    "policed-200": (f"{SYN} limit rate over 200/second burst 20 packets drop; ",
                    ["127.0.0.1", "tcp/8001-8800"], ["tcp/8001-8800"], False),
    "lossy-open": ("th dport 8001-12000 numgen random mod 10 < 3 drop;", ["127.0.0.1", "tcp/8001-12000"],
                   ["tcp/8001-12000"], False),
    "lossy-mixed": ("numgen random mod 10 < 2 drop; th dport & 7 == 3 drop;", ["127.0.0.1", "any/1-20000"],
                    ["any/1-1000"], False),
    "half-of-server": (HALF, ["127.0.0.1", "any/1-4000"], ["--all"], False),
    "two-hosts": ("", ["127.0.0.1", "127.0.0.2", "-p", "any/1-65535"], None, False),
    "two-hosts-half": (HALF, ["127.0.0.1", "127.0.0.2", "-p", "udp/1-20000"], None, False),
    "second-host-dead": ("ip daddr 127.0.0.2 meta l4proto { tcp, udp } drop;",
                         ["127.0.0.1", "127.0.0.2", "-p", "tcp/1-65535"], None, False),
    "hosts-dead": ("ip daddr 127.0.1.0/24 meta l4proto { tcp, udp } drop;",
                   ["127.0.0.1-20", "127.0.1.1-20", "-p", "tcp/1-1000"], None, False),
    "hosts-dead-paced": ("ip daddr & 0.0.0.3 == 0.0.0.3 meta l4proto { tcp, udp } drop;",
                         ["127.0.0.1-40", "-p", "tcp/1-20", "--rate", "200"], None, False),
    "hosts-dead-slots": ("ip daddr & 0.0.0.3 == 0.0.0.3 meta l4proto { tcp, udp } drop;",
                         ["127.0.0.1-40", "-p", "tcp/1-500", "--concurrency", "1000"], None, False),
}


def shown(client, arguments):
    """What the line said: (seconds since the start, seconds left or None), and how long the scan took."""
    leader, follower = pty.openpty()
    began = time.monotonic()
    process = subprocess.Popen([client, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=follower, env={"TERM": "xterm", "PATH": os.environ["PATH"]})
    os.close(follower)
    lines, text = [], ""
    while True:
        select.select([leader], [], [])
        now = time.monotonic() - began
        try:
            text += os.read(leader, 65536).decode("ascii", "replace")
        except OSError:  # EIO: the last holder of the other end is gone
            break
        *whole, text = text.split("\r")
        for line in whole:
            found = LINE.match(line + "\r")
            if found:
                left = found[3] and int(found[3].replace(",", "")) * (60 if found[4] == "min" else 1)
                lines.append((now, left, line.strip()))
    process.wait()
    os.close(leader)
    return lines, time.monotonic() - began


def wrong_by(left, real):
    return max(left / real, real / max(left, 0.01))


def measure(programs, name):
    """Of one shape: (worst ratio, the same with the slack granted, share without a time, duration, the line)."""
    rules, arguments, server, _ = SHAPES[name]
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    if rules:
        subprocess.run(["nft", "-f", "-"], input=TABLE.format(rules), text=True, check=True)
    process = None
    if server:
        process = subprocess.Popen([programs.pt_server, *server], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(1.5)
    try:
        lines, duration = shown(programs.pt_client, arguments)
    finally:
        if process:
            process.kill()
            process.wait()
    if programs.verbose:
        for now, left, line in lines:
            print(f"    {now:7.2f} s  {duration - now:7.2f} left: {line}")
    judged = [(now, left, line) for now, left, line in lines if now >= FROM and duration - now >= TO]
    said = [(left, duration - now, line) for now, left, line in judged if left is not None]
    worst = max(said, key=lambda one: wrong_by(one[0], one[1]), default=None)
    excess = max((max((left - SLACK) / real, (real - SLACK) / max(left, 0.01)) for left, real, _ in said),
                 default=0)
    return {"worst": wrong_by(worst[0], worst[1]) if worst else None, "excess": excess,
            "silent": 1 - len(said) / len(judged) if judged else 0, "duration": duration,
            "line": f"{worst[1]:.1f} s left, shown: {worst[2]}" if worst else ""}


def main(programs):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    names = programs.shapes or [name for name in SHAPES if programs.measure is not None or SHAPES[name][3]]
    failures = 0
    for name in names:
        found = measure(programs, name)
        worst = f"{found['worst']:.2f}" if found["worst"] else "-"
        print(f"{name:20} {found['duration']:6.1f} s  worst {worst:>6}  no time {found['silent']:4.0%}  "
              f"{found['line']}", flush=True)
        failures += found["excess"] > FACTOR or found["silent"] > 0.5
    return 1 if failures else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--pt-client", required=True)
    parser.add_argument("--pt-server", required=True)
    parser.add_argument("--measure", action="store_const", const=True)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("shapes", nargs="*", choices=[[], *SHAPES], metavar="SHAPE")
    chosen = parser.parse_args()
    try:
        sys.exit(isolate.run(lambda: main(chosen)))
    except isolate.NotPermitted as error:
        print(f"skipped: {error}", file=sys.stderr)
        sys.exit(1 if os.environ.get("CI") else 77)
