#!/usr/bin/env python3
"""pt-client over every port through real firewalls, with pt-server --all at the far end or no server.

Every verdict of every run is judged: one that is wrong among 131,070 fails. Exit: 0 all right, 1 a test
failed, 77 this machine cannot run it (an error when CI is set). Needs root.
"""

import argparse
import collections
import json
import os
import random
import shutil
import subprocess
import sys
import unittest

import isolate
import network
from scenario import ADDRESSES

SKIP = 77
EVERY = range(1, 65536)
SERVER = ADDRESSES["ipv4"]["server"]
BOTH = ["tcp", "udp"]

programs = {}


def drop(hook, what):
    return f"chain {hook} {{ type filter hook {hook} priority filter; {what} }}\n"


def listed(ports):
    return "{ " + ", ".join(map(str, sorted(ports))) + " }"


class EveryPort(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.net = network.Network()
        self.net.__enter__()
        self.addCleanup(self.net.close)

    def start_server(self, *arguments):
        self.net.set_up("server", ["sysctl", "-qw", "net.core.somaxconn=65535"])
        server = self.net.start("server", [programs["server"], "--all", "--log-level", "warn", *arguments])
        ready = server.wait_for_line("pt-server ready:")
        self.assertIn(f"{2 * len(EVERY)} ports listening, 0 not", ready)

    def run_client(self, *arguments, codes=(0, 1)):
        """The run's report and a counter of (protocol, verdict, direction)."""
        done = subprocess.run(
            self.net.inside("client", [programs["client"], "--output", "json", SERVER, *arguments]),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300)
        report = json.loads(done.stdout)
        counted = collections.Counter((one["protocol"], one["verdict"], one["direction"])
                                      for one in report["results"])
        self.assertIn(done.returncode, codes, f"{counted} {done.stderr}")
        print(f"{self.id().split('.')[-1]}: {report['duration_s']:.1f} s, {dict(counted)}", flush=True)
        return report, counted

    def ports(self, report, protocol, verdict):
        return {one["port"] for one in report["results"]
                if one["protocol"] == protocol and one["verdict"] == verdict}

    def test_thirty_seven_open_ports_are_found_and_no_other(self):
        chance = random.Random(37)
        open_ports = {protocol: set(chance.sample(EVERY, 37)) for protocol in BOTH}
        self.net.load_rules("router", drop("forward", "".join(
            f'iifname "to_client" {protocol} dport != {listed(ports)} drop;' for protocol, ports in
            open_ports.items())))
        self.start_server()
        report, counted = self.run_client("any/all")
        for protocol in BOTH:
            self.assertEqual(open_ports[protocol], self.ports(report, protocol, "open"))
            self.assertEqual(len(EVERY) - 37, counted[protocol, "filtered", "forward"])

    def test_one_dropped_port_in_a_hundred_is_named_and_no_other(self):
        dropped = set(range(100, 65536, 100))
        self.net.load_rules("router", drop(
            "forward", f'iifname "to_client" meta l4proto {{ tcp, udp }} th dport {listed(dropped)} drop;'))
        self.start_server()
        report, counted = self.run_client("any/all")
        for protocol in BOTH:
            self.assertEqual(dropped, self.ports(report, protocol, "filtered"))
            self.assertEqual(len(EVERY) - len(dropped), counted[protocol, "open", None])

    def test_a_firewall_that_drops_everything_is_told_as_that(self):
        self.net.load_rules("router", drop("forward", 'iifname "to_client" drop;'))
        for protocol in BOTH:
            with self.subTest(protocol=protocol):
                _, counted = self.run_client(f"{protocol}/all")
                self.assertEqual({(protocol, "filtered", "unknown"): len(EVERY)}, dict(counted))

    def test_chance_loss_of_15_percent_each_way_makes_no_wrong_verdict(self):
        self.net.load_rules("router", drop("forward", "numgen random mod 100 < 15 drop;"))
        self.start_server()
        _, counted = self.run_client("any/all", codes=(0,))
        self.assertEqual({(protocol, "open", None): len(EVERY) for protocol in BOTH}, dict(counted))

    def test_a_policer_slows_the_run_down_and_makes_no_port_filtered(self):
        self.net.load_rules("router", drop(
            "forward", "tcp flags syn / syn,ack limit rate over 6000/second burst 200 packets drop;"
                       'iifname "to_client" meta l4proto udp limit rate over 6000/second burst 200 packets drop;'))
        self.start_server()
        _, counted = self.run_client("any/all", codes=(0,))
        self.assertEqual({(protocol, "open", None): len(EVERY) for protocol in BOTH}, dict(counted))

    def test_closed_udp_ports_under_the_limit_of_icmp_errors_are_told_honestly(self):
        self.net.set_up("server", ["sysctl", "-qw", "net.ipv4.icmp_ratelimit=1000",
                                   "net.ipv4.icmp_ratemask=6168"])
        report, counted = self.run_client("udp/all")
        self.assertEqual(len(EVERY), counted["udp", "closed", None] + counted["udp", "filtered", "unknown"])
        self.assertGreater(counted["udp", "closed", None], 0)
        self.assertLess(counted["udp", "closed", None], 1000)
        self.assertIn("those ports may be closed", " ".join(report["notes"]))

    def test_closed_tcp_ports_are_all_told(self):
        _, counted = self.run_client("tcp/all")
        self.assertEqual({("tcp", "closed", None): len(EVERY)}, dict(counted))

    def test_closed_tcp_ports_are_all_told_under_loss(self):
        self.net.load_rules("router", drop("forward", "numgen random mod 100 < 15 drop;"))
        _, counted = self.run_client("tcp/all")
        self.assertEqual({("tcp", "closed", None): len(EVERY)}, dict(counted))

    def test_a_firewall_that_rejects_under_its_limit_of_icmp_errors(self):
        self.net.set_up("router", ["sysctl", "-qw", "net.ipv4.icmp_ratelimit=1000",
                                   "net.ipv4.icmp_ratemask=6168"])
        self.net.load_rules("router", drop(
            "forward", 'iifname "to_client" meta l4proto { tcp, udp } th dport 20000-65535 '
                       "reject with icmp admin-prohibited;"))
        self.start_server()
        report, counted = self.run_client("any/all")
        for protocol in BOTH:
            self.assertEqual(19999, counted[protocol, "open", None])
            self.assertEqual(len(EVERY) - 19999, counted[protocol, "rejected", None] +
                             counted[protocol, "filtered", "forward"])
            self.assertGreater(counted[protocol, "rejected", None], 0)
        self.assertEqual({ADDRESSES["ipv4"]["router"]},
                         {one["by"] for one in report["results"] if one["verdict"] == "rejected"})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pt-server", default="build/release/server/pt-server", metavar="PATH")
    parser.add_argument("--pt-client", default="build/release/client/pt-client", metavar="PATH")
    parser.add_argument("tests", nargs="*", metavar="TEST", help="as EveryPort.test_NAME; default: all")
    options = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    programs.update(server=os.path.abspath(options.pt_server), client=os.path.abspath(options.pt_client))
    missing = [tool for tool in ("ip", "nft", "sysctl") if not shutil.which(tool)]
    if missing or os.geteuid() != 0:
        print("cannot run here: " + (f"no {', '.join(missing)} (scripts/setup installs them)" if missing
                                     else "this needs root"), file=sys.stderr)
        return 1 if os.environ.get("CI") else SKIP

    def run():
        suite = unittest.defaultTestLoader.loadTestsFromNames(
            options.tests or ["EveryPort"], sys.modules[__name__])
        return 0 if unittest.TextTestRunner().run(suite).wasSuccessful() else 1

    return isolate.run(run)


if __name__ == "__main__":
    sys.exit(main())
