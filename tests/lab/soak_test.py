#!/usr/bin/env python3
"""pt-server under mixed load for long: scans, clients that are killed, floods and reloads, one round after the other.

Descriptors stay what they are, memory stays what it is once the tables are full, which takes two minutes, and no
scan reports anything untrue. Prints one line a round. Lasts for PT_SOAK_MINUTES (1). Exit: 0 all right, 1 a test failed, 77 this machine cannot
run it (an error when CI is set). Root, or a user who may make user namespaces.
"""

import itertools
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import launch
import network
from flood_case import FLOODER, RULES, SERVER
from floods_test import DIRECTIONS, SCAN
from launch import programs

MINUTES = float(os.environ.get("PT_SOAK_MINUTES", "1"))
MAX_GROWTH = 1024  # KiB
MAX_MEMORY = 40 * 1024
# Connections that send nothing are closed after 5 s, and those of scans that were killed.
QUIET = 6.5
FLOODS = [["sessions", "--ports", "8000-8009", "--count", "30000", "--rate", "10000"],
          ["syn", "--ports", "8000-8009", "--count", "30000", "--rate", "10000"],
          ["networks", "--ports", "8000-8009", "--count", "30000", "--rate", "10000"],
          ["silent", "--ports", "8000", "--count", "1500", "--rate", "500"]]


class Soak(unittest.TestCase):
    def setUp(self):
        self.net = self.enterContext(network.Network())
        self.net.replace_rules("router", RULES)
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        # Read again by the user that pt-server has become.
        folder.chmod(0o755)
        self.config = folder / "pt-server.conf"
        self.configure()
        self.server = self.net.start("server", [programs["server"], "--config", str(self.config)])
        self.server.wait_for_line("pt-server ready:")

    def configure(self, *more):
        ports = ["tcp/2001-2009,8000-8009", "udp/2011-2019,8000-8009", *more]
        self.config.write_text("".join(f"listen = {one}\n" for one in ports), encoding="ascii")
        self.config.chmod(0o644)

    def used(self):
        """KiB of memory, and how many descriptors."""
        proc = pathlib.Path("/proc") / str(self.server.pid)
        memory = next(line for line in (proc / "status").read_text(encoding="ascii").splitlines()
                      if line.startswith("VmRSS:"))
        return int(memory.split()[1]), len(list((proc / "fd").iterdir()))

    def start_scan(self, *arguments):
        return subprocess.Popen(self.net.inside("client", [programs["client"], "--output", "json", SERVER, *SCAN,
                                                           *arguments]),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def check_scan(self, scan):
        results = json.loads(scan.communicate(timeout=60)[0])["results"]
        self.assertEqual(18, len(results))
        for one in results:
            truth = DIRECTIONS.get((one["protocol"], one["port"]))
            self.assertEqual("filtered" if truth else "open", one["verdict"], one)
            self.assertIn(one["direction"], {truth, "unknown"} if truth else {None}, one)

    def round(self, flood, port):
        """Scans beside a flood: one to its end, one that is killed, one that is interrupted."""
        flooding = self.net.start("router", [sys.executable, FLOODER, flood[0], "--server", SERVER, *flood[1:]])
        flooding.wait_for_line("ready")
        self.configure(f"tcp/{port}")
        self.server.signal(signal.SIGHUP)
        scans = [self.start_scan() for _ in range(3)]
        time.sleep(0.7)
        scans[1].kill()
        scans[2].send_signal(signal.SIGINT)
        for scan in scans[1:]:
            scan.communicate(timeout=20)
        self.check_scan(scans[0])
        flooding.stop()
        time.sleep(QUIET)

    def test_p8_memory_and_descriptors_stay_what_they_were(self):
        until = time.monotonic() + MINUTES * 60
        used = []
        for number in itertools.count():
            if number >= len(FLOODS) and time.monotonic() > until:
                break
            flood = FLOODS[number % len(FLOODS)]
            self.round(flood, 3000 + number % 2)
            used.append(self.used())
            print(f"round {number + 1}, {flood[0]}: {used[-1][0]} KiB, {used[-1][1]} descriptors", flush=True)
        self.assertLess(max(kib for kib, _ in used), MAX_MEMORY)
        full = 3 * len(FLOODS)  # after so many rounds, the tables are
        if len(used) > full:
            growth = max(kib for kib, _ in used[full:]) - max(kib for kib, _ in used[:full])
            print(f"{len(used)} rounds: {growth} KiB more than after the first {full}", flush=True)
            self.assertLess(growth, MAX_GROWTH)
        self.assertEqual(1, len({descriptors for _, descriptors in used}), used)
        self.assertEqual(0, self.server.stop())


if __name__ == "__main__":
    sys.exit(launch.main(sys.modules[__name__], ["Soak"], ["ip", "nft", "sysctl"]))
