#!/usr/bin/env python3
"""What pt-server promises under floods: echoes in time, and nothing untrue about a scan beside one.

The names of the tests have the promises' numbers. Each prints what it measured. Beside a flood a direction may
be unknown, but never false. Exit: 0 all right, 1 a test failed, 77 this machine cannot run it (an error when CI
is set). Root, or a user who may make user namespaces.
"""

import json
import subprocess
import sys
import time

import launch
from flood_case import FIRST, FLOODER, SERVER, UNPRIVILEGED, FloodCase
from launch import programs

DIRECTIONS = {("tcp", 2002): "return", ("tcp", 2003): "forward", ("udp", 2012): "return", ("udp", 2013): "forward"}
SCAN = ["tcp/2001-2009", "udp/2011-2019"]
MAX_P99 = 10.0  # ms


class Floods(FloodCase):
    def scan(self, *arguments, ports=()):
        """The ports whose directions are known; that of each must be right, and all other ports open."""
        done = subprocess.run(self.net.inside("client", [programs["client"], "--output", "json", SERVER,
                                                         *(ports or SCAN), *arguments]),
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
        known = set()
        for one in json.loads(done.stdout)["results"]:
            truth = DIRECTIONS.get((one["protocol"], one["port"]))
            if truth is None:
                self.assertEqual("open", one["verdict"], one)
            else:
                self.assertEqual("filtered", one["verdict"], one)
                self.assertIn(one["direction"], {truth, "unknown"}, one)
                known |= {(one["protocol"], one["port"])} if one["direction"] == truth else set()
        return known

    def beside(self, what, flood, *arguments):
        """Echoes and a scan beside a flood, and then the server's end."""
        server = self.server
        self.start_flood(flood, *arguments)
        time.sleep(2.5)
        measuring = self.echoes(6)
        next(measuring)
        known = self.scan()
        found = next(measuring)
        began = time.monotonic()
        server.stop()
        ended = time.monotonic() - began
        print(f"{what}: p99 " + ", ".join(f"{protocol} {time:.2f} ms" for protocol, time in found.items())
              + f"; {len(known)} of {len(DIRECTIONS)} directions known; ended in {ended:.2f} s", flush=True)
        for protocol, slow in found.items():
            self.assertLess(slow, MAX_P99, protocol)
        self.assertLess(ended, 3)
        return known

    def test_p5_half_open_connections_with_a_sampled_record(self):
        self.server = self.start_server(before=UNPRIVILEGED)
        self.beside("50,000 half-open connections", "syn", "--ports", "8000-8019", "--count", "50000")

    def test_p5_a_flood_of_syns_with_a_sampled_record(self):
        self.server = self.start_server(before=UNPRIVILEGED)
        self.beside("a flood of SYNs", "syn", "--ports", "8000-8019", "--count", "400000", "--rate", "40000")

    def test_p8_a_flood_of_sessions(self):
        """That of a scan proves its address, and is recorded: no direction over UDP is unknown. Those over TCP may
        be, as the echoes that are measured come from the same address."""
        self.server = self.start_server()
        known = self.beside("a flood of sessions", "sessions", "--ports", "8010-8019", "--count", "200000",
                            "--rate", "20000")
        self.assertLessEqual({("udp", 2012), ("udp", 2013)}, known)

    def test_p8_a_scan_over_udp_alone_beside_a_flood_of_sessions(self):
        """Its first requests are not recorded; the cookie of the first echo has all others recorded."""
        self.start_server()
        for kind, name in (("sessions", "one network"), ("networks", "32,768 networks")):
            flood = self.start_flood(kind, "--ports", "8010-8019", "--count", "200000", "--rate", "20000")
            time.sleep(0.5)
            known = self.scan("--concurrency", "1", ports=["udp/2011,2012", "udp/2013"])
            print(f"a scan over UDP alone beside a flood of sessions from {name}: {len(known)} of 2 directions known",
                  flush=True)
            self.assertEqual({("udp", 2012), ("udp", 2013)}, known)
            # So few attempts that none but that on the open port gets a cookie before the queries.
            known = self.scan("--tries", "4", ports=["udp/2011", "udp/2013"])
            self.assertEqual({("udp", 2013)}, known)
            flood.stop()

    def test_p6_connections_that_send_nothing_from_one_host(self):
        """With 500 descriptors: they take the place of each other, not of those that others have just opened."""
        self.start_server(before=["prlimit", "--nofile=500:500"])
        self.start_flood("silent", "--ports", "8000", "--count", "8000", "--rate", "1000")
        time.sleep(2)
        paused = self.net.start("client", [*FIRST, sys.executable, FLOODER, "paused", "--server", SERVER,
                                           "--ports", "8001"])
        line = paused.wait_for_line("echoes ")
        print(f"1,000 silent connections a second, 500 descriptors: {line} of 10 after 0.8 s", flush=True)
        self.assertEqual("echoes 10", line)


if __name__ == "__main__":
    sys.exit(launch.main(sys.modules[__name__], ["Floods"], ["ip", "nft", "sysctl", "setpriv", "chrt", "prlimit"],
                         needs_root=True))
