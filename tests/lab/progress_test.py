#!/usr/bin/env python3
"""The time left that pt-client shows on a terminal, against the time that was really left.

Scans over loopback and over the lab's router, in network namespaces; nftables drops or limits what is to be silent
or slow (progress_shapes.py). From two seconds after the start on, and while more than one second is left, that time
must be within a factor of two of what is shown: of the nearer end, where a range is shown. The ends of a range are
no more than a factor of four apart. Nothing need be shown. Machines that are busy have half a second more.

    progress_test.py --pt-client PATH --pt-server PATH            the test: a few short scans
    progress_test.py ... --measure [SHAPE ...]                    all shapes, or these: worst ratios, as a table

Exit: 0 all right, 1 a test failed, 77 this machine cannot run it (an error when CI is set).
"""

import argparse
import contextlib
import os
import pty
import re
import select
import subprocess
import sys
import time

import isolate
from network import Network
from progress_shapes import SHAPES
from topology import Topology

LINE = re.compile(r"([\d,]+) of ([\d,]+) ports[^\r]*?(?:(?:([\d,]+) to )?([\d,]+) (s|min) left)?\s*\r")
FROM = 2.0
TO = 1.0
FACTOR = 2.0
MAX_RANGE = 4.0
SLACK = 0.5
CHAIN = "chain {0} {{ type filter hook {0} priority filter;\n{1}\n}}"


class Loopback:
    """The namespace that we are in."""

    def load_rules(self, rules):
        table = CHAIN.format("input", rules)
        subprocess.run(["nft", "-f", "-"], input=f"table inet lab {{\n{table}\n}}\n", text=True, check=True)

    @staticmethod
    def on_client(argv):
        return argv

    on_server = on_client


class Routed:
    def __init__(self, network):
        self.network = network
        network.set_up("router", ["ip", "route", "add", "10.77.8.0/23", "via", "10.77.2.2"])
        network.set_up("server", ["ip", "route", "add", "local", "10.77.8.0/23", "dev", "lo"])

    def load_rules(self, rules):
        self.network.load_rules("router", CHAIN.format("forward", 'iifname != "to_client" accept;' + rules))

    def on_client(self, argv):
        return self.network.inside("client", argv)

    def on_server(self, argv):
        return self.network.inside("server", argv)


@contextlib.contextmanager
def path_of(shape):
    if not shape.routed:
        subprocess.run(["nft", "flush", "ruleset"], check=True)
        yield Loopback()
        return
    with Network(Topology(delayed=shape.delay > 0), shape.icmp_limits,
                 ["--delay", str(shape.delay)] if shape.delay else ()) as network:
        yield Routed(network)


def ends_of(found):
    """Of the time left, in seconds."""
    _, _, low, high, unit = found.groups()
    if not high:
        return None
    unit = 60 if unit == "min" else 1
    return tuple(int((text or high).replace(",", "")) * unit for text in (low, high))


def shown(argv):
    """What the line said: (seconds since the start, both ends in seconds or None, text), and how long the scan took."""
    leader, follower = pty.openpty()
    began = time.monotonic()
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
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
                lines.append((now, ends_of(found), line.strip()))
    process.wait()
    os.close(leader)
    return lines, time.monotonic() - began


def wrong_by(ends, real):
    """By which factor the real time is beyond the nearer end."""
    return max(ends[0] / real, real / ends[1], 1)


def measure(programs, name):
    """Of one shape: worst ratio, the same with the slack granted, share without a time, duration, a line."""
    shape = SHAPES[name]
    with path_of(shape) as path:
        if shape.rules:
            path.load_rules(shape.rules)
        process = None
        if shape.server:
            process = subprocess.Popen(path.on_server([programs.pt_server, *shape.server]),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(1.5)
        try:
            lines, duration = shown(path.on_client([programs.pt_client, *shape.client]))
        finally:
            if process:
                process.kill()
                process.wait()
    if programs.verbose:
        for now, _, line in lines:
            print(f"    {now:7.2f} s  {duration - now:7.2f} left: {line}")
    judged = [(duration - now, ends, line) for now, ends, line in lines if now >= FROM and duration - now >= TO]
    said = [one for one in judged if one[1]]
    worst = max(said, key=lambda one: wrong_by(one[1], one[0]), default=None)
    excess = max((max((low - SLACK) / real, (real - SLACK) / high) for real, (low, high), _ in said), default=0)
    return {"worst": wrong_by(worst[1], worst[0]) if worst else None, "excess": excess,
            "range": max((high / low for _, (low, high), _ in said), default=1),
            "silent": 1 - len(said) / len(judged) if judged else 0, "duration": duration,
            "line": f"{worst[0]:.1f} s left, shown: {worst[2]}" if worst else ""}


def main(programs):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    names = programs.shapes or [name for name in SHAPES if programs.measure is not None or SHAPES[name].short]
    failures = 0
    for name in names:
        found = measure(programs, name)
        worst = f"{found['worst']:.2f}" if found["worst"] else "-"
        print(f"{name:20} {found['duration']:6.1f} s  worst {worst:>6}  range {found['range']:.1f}  "
              f"no time {found['silent']:4.0%}  {found['line']}", flush=True)
        failures += found["excess"] > FACTOR or found["range"] > MAX_RANGE
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
