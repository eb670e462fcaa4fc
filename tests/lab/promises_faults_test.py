#!/usr/bin/env python3
"""What pt promises when somebody forges errors (P9), the server is killed or stopped (P12, P13), and clocks are
set (P14).

The names of the tests have the promises' numbers (server/README.md), and each prints what it measured. Exit:
0 all right, 1 a test failed, 77 this machine cannot run it (an error when CI is set). Needs root.
PT_PROMISE_RUNS: how many times P12 kills a server, by default 4.
"""

import collections
import contextlib
import json
import os
import pathlib
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import launch
import network
from all_ports import frame, is_echo, make_socket
from flood_case import FLOODER
from launch import programs
from scenario import ADDRESSES

HERE = pathlib.Path(__file__).resolve().parent
SERVER, CLIENT = (ADDRESSES["ipv4"][name] for name in ("server", "client"))
FORWARD, RETURN = range(8101, 8201), range(8201, 8301)
RULES = f"""chain forward {{ type filter hook forward priority filter;
    meta l4proto {{ tcp, udp }} th dport {FORWARD[0]}-{FORWARD[-1]} drop;
    meta l4proto {{ tcp, udp }} th sport {RETURN[0]}-{RETURN[-1]} drop; }}"""
TIMEOUT = 2
YEARS = 10 * 366 * 86400
JUMPS = (YEARS, 3600, -YEARS, -3600)


def truth(port):
    if port in FORWARD:
        return ("filtered", "forward")
    return ("filtered", "return") if port in RETURN else ("open", None)


class Faults(unittest.TestCase):
    def setUp(self):
        self.net = self.enterContext(network.Network())

    def start(self, *arguments):
        server = self.net.start("server", [programs["server"], *arguments])
        server.wait_for_line("pt-server ready:")
        return server

    def client(self, *arguments):
        return self.net.inside("client", [programs["client"], SERVER, *arguments])

    def scan(self, *arguments):
        done = subprocess.run(self.client("--output", "json", *arguments), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False, timeout=120)
        self.assertNotIn("Sanitizer", done.stderr)
        return json.loads(done.stdout)

    def errors_at_client(self):
        text = subprocess.run(self.net.inside("client", ["cat", "/proc/net/snmp"]), check=True, capture_output=True,
                              text=True).stdout
        names, values = (line.split() for line in text.splitlines() if line.startswith("Icmp:"))
        return int(values[names.index("InDestUnreachs")])

    def aim(self, *arguments):
        forger = self.net.start("router", [sys.executable, str(HERE / "forgers.py"), "aimed", "--client", CLIENT,
                                           "--server", SERVER, *arguments])
        forger.wait_for_line("ready")
        return forger

    def test_p9_forged_errors_change_no_verdict_of_1000(self):
        """With the right ports, and all of the datagram but its nonce. With the nonce they do: so they arrive."""
        ports = "7501-8500"
        self.net.replace_rules("router", RULES.replace("8101-8200", "8001-8200").replace("8201-8300", "8201-8500"))
        self.start(f"udp/{ports}", "tcp/7501")
        forger = self.aim()
        found = self.scan(f"udp/{ports}")["results"]
        wrong = [one for one in found if one["verdict"] != ("open" if one["port"] < 8001 else "filtered") or
                 one["direction"] not in ((None,) if one["port"] < 8001 else
                                          ("forward" if one["port"] < 8201 else "return", "unknown"))]
        arrived = self.errors_at_client()
        forger.stop()
        print(f"P9: {len(wrong)} of {len(found)} verdicts changed by {arrived} forged errors", flush=True)
        self.assertEqual(([], 1000), (wrong, len(found)))
        self.assertGreater(arrived, 1000)
        self.aim("--nonce")
        for one in self.scan("udp/8001-8010")["results"]:
            self.assertIn(one["verdict"], ("closed", "rejected"), one)

    def kill(self, after, silent=False):
        """The host refuses afterwards, as hosts do; or it is `silent`, as one that is gone. Seconds, results."""
        ports = range(8001, 8061)
        self.net.replace_rules("server", "")
        server = self.start(f"any/{ports[0]}-{ports[-1]}", "--log-level", "warn")
        with subprocess.Popen(self.client(f"any/{ports[0]}-{ports[-1]}", "--rate", "400", "--timeout", f"{TIMEOUT}s",
                                          "--output", "jsonl"),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as client:
            lines = []
            reader = threading.Thread(target=lambda: lines.extend(client.stdout))
            reader.start()
            while not lines and client.poll() is None:
                time.sleep(0.01)
            time.sleep(after)
            if silent:
                self.net.replace_rules("server", "chain output { type filter hook output priority filter; drop; }")
            server.signal(signal.SIGKILL)
            killed = time.monotonic()
            finished = list(lines)
            code = client.wait(60)
            took = time.monotonic() - killed
            reader.join()
        server.wait(10)
        self.assertEqual(2 * len(ports), len(lines))
        self.assertEqual(finished, lines[:len(finished)], "finished results are kept")
        results = [json.loads(line) for line in lines]
        self.assertEqual({"open"}, {json.loads(line)["verdict"] for line in finished})
        self.assertEqual(3 if any(one["verdict"] == "untested" for one in results) else 1, code)
        return took, results

    def test_p12_a_killed_server_is_reported(self):
        """At the end of the scan: one of more ports, or slower, takes as long as --rate gives its attempts."""
        runs = int(os.environ.get("PT_PROMISE_RUNS", "4"))
        chance, slowest, found = random.Random(runs), 0.0, collections.Counter()
        for _ in range(runs):
            took, results = self.kill(chance.uniform(0, 0.15))
            slowest = max(slowest, took)
            verdicts = collections.Counter((one["verdict"], one["evidence"]) for one in results)
            self.assertEqual({("open", "echo"), ("untested", "server-lost")}, verdicts.keys())
            found += verdicts
        print(f"P12: killed {runs} times: all reported within {slowest:.2f} s, timeout {TIMEOUT} s; "
              + ", ".join(f"{count} {verdict}" for (verdict, _), count in found.items()), flush=True)
        self.assertLess(slowest, 2 * TIMEOUT)

    def test_p12_a_host_that_is_gone_is_reported_as_what_it_may_be(self):
        """It looks like a firewall that begins to drop: filtered, in no certain direction, and a note names both."""
        _, results = self.kill(0.1, silent=True)
        silent = [one for one in results if one["verdict"] != "open"]
        self.assertGreater(len(silent), 0)
        for one in silent:
            self.assertEqual(("filtered", "unknown"), (one["verdict"], one["direction"]))
            self.assertIn("pt-server ended", " ".join(one["notes"]))

    def test_p13_sigterm_under_load_answers_what_has_arrived(self):
        """What lies in its queues as SIGTERM comes: it is stopped meanwhile, so that it has read none of it."""
        server = self.start("any/8001-8019")
        flood = self.net.start("router", [sys.executable, FLOODER, "sessions", "--server", SERVER,
                                          "--ports", "8010-8019", "--count", "400000", "--rate", "20000"])
        flood.wait_for_line("ready")
        with contextlib.ExitStack() as stack:
            socks = [stack.enter_context(make_socket(self.net, "client", "ipv4", socket.SOCK_STREAM))
                     for _ in range(500)]
            for number, sock in enumerate(socks):
                sock.connect((SERVER, 8001 + number % 5))
            time.sleep(0.5)
            server.signal(signal.SIGSTOP)
            for number, sock in enumerate(socks):
                sock.sendall(frame(8001 + number % 5, socket.IPPROTO_TCP, session=number + 1))
            time.sleep(0.3)
            began = time.monotonic()
            server.signal(signal.SIGTERM)
            server.signal(signal.SIGCONT)
            code = server.wait(20)
            took = time.monotonic() - began
            echoes = sum(is_echo(self.received(sock), 8001 + number % 5) for number, sock in enumerate(socks))
        print(f"P13: SIGTERM under 20,000 datagrams a second: exit {code} after {took:.2f} s; {echoes} of {len(socks)} "
              "requests that had arrived answered", flush=True)
        self.assertEqual((0, len(socks)), (code, echoes))
        self.assertLess(took, 5)

    @staticmethod
    def received(sock):
        data = b""
        with contextlib.suppress(OSError):
            while more := sock.recv(2048):
                data += more
        return data


class Clocks(unittest.TestCase):
    def setUp(self):
        library = os.environ.get("PT_CLOCK_LIBRARY", str(HERE.parents[1] / "build/dev/tests/lab/libclock_jump.so"))
        if not os.path.exists(library):
            launch.leave_out(self, f"no {library}: build the target clock_jump")
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        self.clocks = {host: folder / host for host in ("client", "server")}
        for file in self.clocks.values():
            file.write_bytes(bytes(8))
        self.shifted = {host: ["env", f"LD_PRELOAD={library}", f"PT_CLOCK_JUMP={file}",
                               "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0"]
                        for host, file in self.clocks.items()}

    def jump(self, host, seconds):
        with open(self.clocks[host], "r+b") as file:
            file.write(struct.pack("=q", seconds))

    def numbers(self, value, path=""):
        if isinstance(value, dict):
            for key, one in value.items():
                yield from self.numbers(one, f"{path}/{key}")
        elif isinstance(value, list):
            for one in value:
                yield from self.numbers(one, path)
        elif isinstance(value, (int, float)):
            yield path, value

    def scan_while_clocks_jump(self, host):
        """The report of a scan during which the clock of a host is set again and again, and the server's log."""
        ports = "any/8099-8102,8199-8202"
        with network.Network() as net:
            net.replace_rules("router", RULES)
            server = net.start("server", [*self.shifted["server"], programs["server"], "--log-format", "json", ports])
            server.wait_for_line("pt-server ready:")
            argv = net.inside("client", [*self.shifted["client"], programs["client"], "--output", "json", SERVER, ports,
                                         "--rate", "10"])
            with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as client:
                for jump in [0, *JUMPS] * 80:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        client.wait(0.15)
                        break
                    self.jump(host, jump)
                self.reports[host] = json.load(client.stdout)
            self.jump("server", YEARS)
            self.codes[host] = server.stop()
            self.logs[host] = server.output()

    def test_p14_clocks_that_are_set_change_nothing(self):
        self.reports, self.codes, self.logs = {}, {}, {}
        with contextlib.ExitStack() as stack:
            for host in self.clocks:
                thread = threading.Thread(target=self.scan_while_clocks_jump, args=[host])
                stack.callback(thread.join)
                thread.start()
        self.assertEqual({"client": 0, "server": 0}, self.codes)
        results = [one for report in self.reports.values() for one in report["results"]]
        wrong = [one for one in results if (one["verdict"], one["direction"]) != truth(one["port"])]
        negative = [one for report in self.reports.values() for one in self.numbers(report) if one[1] < 0]
        print("P14: clocks set by an hour and by ten years, there and back, at each end: "
              f"{len(wrong)} of {len(results)} verdicts wrong, {len(negative)} negative numbers", flush=True)
        self.assertEqual(([], [], 32), (wrong, negative, len(results)))
        # Both have really read other clocks.
        year = time.gmtime().tm_year
        self.assertNotEqual({str(year)}, {one["time"][:4] for one in self.reports["client"]["results"]})
        self.assertIn(f'"time":"{year + 10}-', self.logs["server"])


if __name__ == "__main__":
    sys.exit(launch.main(sys.modules[__name__], ["Faults", "Clocks"], ["ip", "nft", "sysctl"], needs_root=True))
