"""What tests with floods beside pt-server share: the network, the server, the flood, and echoes that are timed."""

import json
import pathlib
import sys
import unittest

import network
from launch import programs
from scenario import ADDRESSES

FLOODER = str(pathlib.Path(__file__).resolve().parent / "flooder.py")
# Before all other programs of the machine, which are no promise of pt-server's; the flood is not.
FIRST = ["chrt", "--rr", "5"]
UNPRIVILEGED = ["setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
SERVER = ADDRESSES["ipv4"]["server"]
RULES = """chain forward { type filter hook forward priority filter;
    ip daddr { 10.99.0.0/16, 10.128.0.0/9 } drop;
    tcp sport 2002 drop; tcp dport 2003 drop; udp sport 2012 drop; udp dport 2013 drop; }
    chain output { type filter hook output priority filter; icmp type destination-unreachable drop; }"""


def p99(times):
    return sorted(times)[len(times) * 99 // 100]


class FloodCase(unittest.TestCase):
    def setUp(self):
        self.net = self.enterContext(network.Network())
        self.net.replace_rules("router", RULES)

    def start_server(self, *arguments, before=()):
        server = self.net.start("server", [*FIRST, *before, programs["server"], "tcp/2001-2009,8000-8019",
                                           "udp/2011-2019,8000-8019", *arguments])
        server.wait_for_line("pt-server ready:")
        return server

    def start_flood(self, kind, *arguments):
        flood = self.net.start("router", [sys.executable, FLOODER, kind, "--server", SERVER, *arguments])
        flood.wait_for_line("ready")
        return flood

    def echoes(self, seconds):
        """p99 by protocol, in ms."""
        measured = self.net.start("client", [*FIRST, sys.executable, FLOODER, "echoes", "--server", SERVER,
                                             "--ports", "8001", "--seconds", str(seconds)])
        measured.wait_for_line("ready")
        yield
        measured.wait(seconds + 20)
        times = json.loads(measured.wait_for_line("times ").removeprefix("times "))
        yield {protocol: p99(found) for protocol, found in times.items()}
