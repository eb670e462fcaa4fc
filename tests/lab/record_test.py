#!/usr/bin/env python3
"""Whether a SYN arrived, by pt-server's record: exact and sampled, with every way to lose a SYN-ACK.

An exact record gives the strongest answer each time; a sampled one, kept without privilege, may say that it
does not know, and never anything false. Exit: 0 all right, 1 a test failed, 77 this machine cannot run it
(an error when CI is set). Root, or a user who may make user namespaces.
"""

import json
import os
import subprocess
import sys
import unittest

import launch
import network
from launch import programs
from scenario import ADDRESSES, FAMILIES

LOST, OPEN = 8001, 8002
UNPRIVILEGED = ["setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
# What becomes of the port's packets: direction, host, then a rule of a chain or a command line.
RULES = [
    ("forward", "router", "forward", f'iifname "to_client" tcp dport {LOST} drop'),
    ("forward", "server", "input", f"tcp dport {LOST} drop"),
    ("return", "router", "forward", f'iifname "to_server" tcp sport {LOST} drop'),
    ("return", "router", "forward", f'iifname "to_server" tcp sport {LOST} reject with tcp reset'),
    ("return", "router", "forward", f'iifname "to_server" tcp sport {LOST} reject with icmpx admin-prohibited'),
    ("return", "server", "output", f"tcp sport {LOST} drop"),
    ("return", "server", "output", f"tcp sport {LOST} reject with tcp reset"),
]
COMMANDS = [
    ("return", ["rule", "add", "ipproto", "tcp", "sport", str(LOST), "unreachable", "pref", "50"]),
    ("return", ["rule", "add", "ipproto", "tcp", "sport", str(LOST), "blackhole", "pref", "50"]),
]


def direction(net, family, server_command):
    """Of the port whose packets are lost, with the kind of the record; the other port must be open."""
    server = net.start("server", server_command)
    server.wait_for_line("pt-server ready:")
    address = ADDRESSES[family]["server"]
    done = subprocess.run(net.inside("client", [programs["client"], "--output", "json", address,
                                                f"tcp/{LOST},{OPEN}"]),
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
    results = {one["port"]: one for one in json.loads(done.stdout)["results"]}
    if results[OPEN]["verdict"] != "open":
        raise AssertionError(f"{done.stdout} {done.stderr}\n{server.output()}")
    lost = results[LOST]
    return f"{lost['verdict']} {lost['direction']}", lost["record"]


def each_path(family):
    """(what is lost, direction, network) for each; the network is gone behind it."""
    for truth, host, hook, rule in RULES:
        with network.Network() as net:
            net.load_rules(host, f"chain lost {{ type filter hook {hook} priority filter; {rule}; }}")
            yield f"{family} {host} {hook}: {rule}", truth, net
    for truth, command in COMMANDS:
        with network.Network() as net:
            net.set_up("server", ["ip", "-6" if family == "ipv6" else "-4", *command])
            yield f"{family} server: {' '.join(command)}", truth, net
    with network.Network() as net:
        net.set_up("server", ["sysctl", "-qw", "net.ipv4.tcp_syncookies=2"])
        net.load_rules("router", "chain lost { type filter hook forward priority filter; "
                                 f'iifname "to_server" tcp sport {LOST} drop; }}')
        yield f"{family} with SYN cookies", "return", net


class Record(unittest.TestCase):
    def assert_exact(self, *arguments):
        for family in FAMILIES:
            for what, truth, net in each_path(family):
                said, record = direction(net, family, [programs["server"], *arguments])
                if record != "exact" and not os.environ.get("CI"):
                    self.skipTest("no exact record here: it takes CAP_BPF and CAP_NET_ADMIN")
                with self.subTest(what):
                    self.assertEqual((f"filtered {truth}", "exact"), (said, record))

    def test_exact_with_a_socket_for_each_port(self):
        self.assert_exact(f"tcp/{LOST},{OPEN}")

    def test_exact_with_every_port_and_threads(self):
        self.assert_exact("--all", "--threads", "2")

    def test_sampled_is_never_wrong(self):
        for family in FAMILIES:
            for what, truth, net in each_path(family):
                said, record = direction(net, family, [*UNPRIVILEGED, programs["server"],
                                                       f"tcp/{LOST},{OPEN}"])
                with self.subTest(what):
                    self.assertEqual("sampled", record)
                    self.assertIn(said, [f"filtered {truth}", "filtered unknown"])


if __name__ == "__main__":
    sys.exit(launch.main(sys.modules[__name__], ["Record"], ["ip", "nft", "sysctl", "setpriv"]))
