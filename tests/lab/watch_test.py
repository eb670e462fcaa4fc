#!/usr/bin/env python3
"""pt-client watch while a firewall's rules change at known times.

The clocks of the test and of pt-client are the same machine's, so that what an event says of the time of a
change is compared with when the rule was loaded. Exit: 0 all right, 1 a test failed, 77 this machine cannot
run it (an error when CI is set). Root, or a user who may make user namespaces.
"""

import datetime
import json
import random
import signal
import sys
import time
import unittest

import launch
import network
from launch import programs
from scenario import ADDRESSES
from topology import Topology

TCP, UDP, OTHER, UDP_OTHER = 8001, 8002, 8003, 8004
# What the rules let through of connections that were tracked before them.
TRACKED = "chain tracked {{ type filter hook forward priority filter; {} }}"
ESTABLISHED = "ct state established,related accept; "
DROP_NEW = f'iifname "to_client" tcp dport {TCP} drop; iifname "to_client" udp dport {UDP} drop; '
NEAR_SECONDS = 0.02  # nft returns, or an event is written, so much later


def seconds(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()


class Watched:
    """pt-client watch, and its events as they are printed."""

    def __init__(self, net, specs, *options):
        self.net = net
        server = net.start("server", [programs["server"], f"tcp/{TCP},{OTHER},443", f"udp/{UDP},{UDP_OTHER}"])
        server.wait_for_line("pt-server ready:")
        self.server = server
        self.process = net.start("client", [programs["client"], "watch", "--output", "jsonl", *options,
                                            ADDRESSES["ipv4"]["server"], *specs])

    def events(self, kind=None, **wanted):
        events = [json.loads(line) for line in self.process.lines()]
        return [one for one in events if kind in (None, one["event"])
                and all(one.get(key) == value for key, value in wanted.items())]

    def wait_for(self, count, kind, **wanted):
        """As many events of the kind; AssertionError if they do not come in time."""
        end = time.monotonic() + 20
        while len(found := self.events(kind, **wanted)) < count:
            if time.monotonic() > end:
                raise AssertionError(f"{count} {kind} {wanted} expected:\n{self.process.output()}")
            time.sleep(0.01)
        return found

    def set_rules(self, rules):
        """When the rules were loaded: between these."""
        before = time.time()
        self.net.replace_rules("router", TRACKED.format(rules))
        return before, time.time()


class Watch(unittest.TestCase):
    def assert_between(self, change, loaded):
        """The change lies between two attempts, and so does the rule."""
        before, after = loaded
        self.assertLessEqual(seconds(change["earliest"]), after + NEAR_SECONDS)
        self.assertGreaterEqual(seconds(change["latest"]), before - NEAR_SECONDS)

    def test_new_flows_are_blocked_while_established_ones_continue(self):
        with network.Network() as net:
            net.load_rules("router", TRACKED.format(ESTABLISHED))
            watched = Watched(net, [f"tcp/{TCP},{OTHER}", f"udp/{UDP}"])
            watched.wait_for(3, "verdict", verdict="open")
            time.sleep(1.5)
            loaded = watched.set_rules(ESTABLISHED + DROP_NEW)
            for protocol, port in (("tcp", TCP), ("udp", UDP)):
                change = watched.wait_for(1, "change", protocol=protocol, port=port, after="no-reply")[0]
                self.assertEqual(("new", "open"), (change["flow"], change["other_flow"]))
                self.assert_between(change, loaded)
                verdict = watched.wait_for(1, "verdict", protocol=protocol, port=port, verdict="filtered")[0]
                self.assertEqual("forward", verdict["direction"])
            self.assertEqual([], watched.events("change", flow="established"))

            loaded = watched.set_rules(DROP_NEW)
            for protocol, port in (("tcp", TCP), ("udp", UDP)):
                change = watched.wait_for(1, "change", protocol=protocol, flow="established", after="no-reply")[0]
                self.assert_between(change, loaded)
                # A twentieth of the interval.
                self.assertLess(seconds(change["latest"]) - seconds(change["earliest"]), 0.2)

            loaded = watched.set_rules("")
            for protocol, port in (("tcp", TCP), ("udp", UDP)):
                change = watched.wait_for(1, "change", protocol=protocol, flow="new", before="no-reply")[0]
                self.assertEqual("open", change["after"])
                self.assert_between(change, loaded)
            watched.process.signal(signal.SIGINT)
            summary = watched.wait_for(3, "summary")
            outages = {(one["protocol"], one["port"]): one["outage_count"] for one in summary}
            self.assertEqual({("tcp", TCP): 1, ("udp", UDP): 1, ("tcp", OTHER): 0}, outages)

    def test_a_reset_ends_the_established_connection(self):
        with network.Network() as net:
            watched = Watched(net, [f"tcp/{TCP},{OTHER}"])
            watched.wait_for(2, "verdict", verdict="open")
            time.sleep(1.5)
            watched.set_rules(f"tcp dport {TCP} reject with tcp reset;")
            end = watched.wait_for(1, "established-end", port=TCP)[0]
            self.assertEqual("reset", end["reason"])
            watched.wait_for(1, "change", flow="new", port=TCP, after="refused")
            verdict = watched.wait_for(1, "verdict", port=TCP, verdict="rejected")[0]
            self.assertEqual("forged-reset", verdict["evidence"])
            self.assertEqual([], watched.events("established-end", port=OTHER))

    def test_an_established_connection_outlives_a_long_outage(self):
        """TCP sends again after a pause of its own, which may be long by then."""
        with network.Network() as net:
            watched = Watched(net, [f"tcp/{TCP}"])
            watched.wait_for(1, "verdict", verdict="open")
            time.sleep(1.5)
            watched.set_rules(f"tcp dport {TCP} drop;")
            watched.wait_for(1, "change", flow="established", after="no-reply")
            time.sleep(12)
            before, after = watched.set_rules("")
            back = watched.wait_for(1, "change", flow="established", before="no-reply")[0]
            self.assertEqual("open", back["after"])
            self.assertIsNone(back["earliest"])
            self.assertGreaterEqual(seconds(back["latest"]), before - NEAR_SECONDS)
            self.assertEqual([], watched.events("established-end"))
            outage = watched.wait_for(1, "change", flow="new", before="no-reply")[0]["outage_ms"] / 1000
            self.assertAlmostEqual(13.5, outage, delta=2)

    def test_a_change_is_reported_within_an_interval(self):
        """A hundred times, at random moments of the interval; all but a few despite a busy machine."""
        interval, slack, changes = 0.5, 0.05, 100
        moments = random.Random(1)
        late = []
        with network.Network() as net:
            watched = Watched(net, [f"tcp/{TCP}", f"udp/{UDP}"], "--every", "500ms")
            watched.wait_for(2, "change", after="open")
            for count in range(changes // 2):
                blocks = count % 2 == 0
                time.sleep(0.1 + moments.random() * interval)
                loaded = watched.set_rules(f"meta l4proto {{ tcp, udp }} th dport {{ {TCP}, {UDP} }} drop;" if blocks else "")
                wanted = "no-reply" if blocks else "open"
                so_far = count // 2 + (1 if blocks else 2)
                for protocol in ("tcp", "udp"):
                    change = watched.wait_for(so_far, "change", flow="new", after=wanted, protocol=protocol)[so_far - 1]
                    self.assert_between(change, loaded)
                    late.append(seconds(change["time"]) - loaded[1])
        late.sort()
        print(f"reported after {late[0]:.3f} to {late[-1]:.3f} s, median {late[changes // 2]:.3f} s")
        self.assertLessEqual(late[changes - 1 - changes // 20], interval + slack)

    def test_a_pause_of_the_client_between_many_frames(self):
        """At 100ms frames are under way at any time, whose replies wait when the client goes on."""
        with network.Network(Topology(delayed=True), relay=["--delay", "30"]) as net:
            watched = Watched(net, [f"tcp/{TCP}", f"udp/{UDP}"], "--every", "100ms")
            watched.wait_for(2, "change", before="unknown", after="open")
            for _ in range(4):
                time.sleep(1)
                watched.process.signal(signal.SIGSTOP)
                time.sleep(0.7)
                watched.process.signal(signal.SIGCONT)
            watched.wait_for(4, "pause")
            time.sleep(0.5)
            self.assertEqual([], watched.events("change", before="open"))

    def test_a_stalled_server_is_not_blamed_on_the_network(self):
        with network.Network() as net:
            watched = Watched(net, [f"tcp/{TCP}", f"udp/{UDP}"])
            watched.wait_for(2, "verdict", verdict="open")
            time.sleep(1.5)
            watched.server.signal(signal.SIGSTOP)
            time.sleep(12)
            watched.server.signal(signal.SIGCONT)
            watched.wait_for(1, "change", protocol="udp", before="no-reply", after="open")
            time.sleep(1)
            for verdict in watched.events("verdict"):
                self.assertNotIn(verdict["verdict"], ("rejected", "cut"), verdict)
                self.assertNotIn(verdict["direction"], ("forward", "return"), verdict)

    def test_a_pause_of_the_client_is_no_outage(self):
        with network.Network() as net:
            watched = Watched(net, [f"tcp/{TCP}", f"udp/{UDP}"])
            watched.wait_for(2, "verdict", verdict="open")
            time.sleep(1.5)
            watched.process.signal(signal.SIGSTOP)
            time.sleep(3)
            watched.process.signal(signal.SIGCONT)
            pause = watched.wait_for(1, "pause")[0]
            self.assertAlmostEqual(3000, pause["duration_ms"], delta=500)
            time.sleep(2)
            watched.process.signal(signal.SIGINT)
            for summary in watched.wait_for(2, "summary"):
                self.assertEqual((0, 100.0), (summary["outage_count"], summary["available_percent"]))
            self.assertEqual([], watched.events("change", before="open"))

    def test_a_host_that_is_far_away(self):
        """A new TCP connection takes two round trips, of 520 ms each, until its echo is there."""
        with network.Network(Topology(delayed=True), relay=["--delay", "260"]) as net:
            watched = Watched(net, [f"tcp/{TCP}", f"udp/{UDP}"])
            watched.wait_for(2, "change", before="unknown", after="open")
            time.sleep(8)
            watched.process.signal(signal.SIGINT)
            for summary in watched.wait_for(2, "summary"):
                self.assertEqual((0, 0, 100.0), (summary["outage_count"], summary["unanswered"],
                                                 summary["available_percent"]))
                self.assertAlmostEqual(520, summary["rtt_p50_ms"], delta=40)

    def test_another_destination_is_noticed(self):
        with network.Network() as net:
            watched = Watched(net, [f"tcp/{TCP}"])
            watched.wait_for(1, "verdict", verdict="open")
            time.sleep(3)
            net.load_rules("router", "chain to_other { type nat hook prerouting priority dstnat; "
                                     f'iifname "to_client" tcp dport {TCP} dnat ip to '
                                     f"{ADDRESSES['ipv4']['server']}:{OTHER}; }}")
            verdict = watched.wait_for(2, "verdict")[1]
            self.assertIn("DNAT", " ".join(verdict["notes"]))

    def test_ends_when_all_is_open_or_proved_to_be_blocked(self):
        with network.Network() as net:
            net.load_rules("router", TRACKED.format(f"tcp dport {TCP} drop;"))
            watched = Watched(net, [f"tcp/{TCP}"], "--until", "open")
            watched.wait_for(1, "change", after="no-reply")
            watched.set_rules("")
            self.assertEqual(0, watched.process.wait(20))
        with network.Network() as net:
            net.load_rules("router", TRACKED.format(f"udp dport {UDP} drop;"))
            watched = Watched(net, [f"udp/{UDP},{UDP_OTHER}"], "--until", "blocked")
            watched.wait_for(1, "verdict", port=UDP, direction="forward")
            watched.set_rules(f"udp dport {{ {UDP}, {UDP_OTHER} }} drop;")
            watched.wait_for(1, "summary")
            self.assertEqual(0, watched.process.wait(20))
            self.assertEqual("forward", watched.events("verdict")[-1]["direction"])
            outages = {one["port"]: one["outages"][0]["verdict"] for one in watched.events("summary")}
            self.assertEqual({"filtered (forward)"}, set(outages.values()))

    def test_the_direction_is_proved_beside_connections_of_its_own(self):
        """The scan asks pt-server over ports that refuse, while watch holds a connection."""
        with network.Network() as net:
            watched = Watched(net, [f"tcp/{TCP}"], "--until", "blocked")
            watched.wait_for(1, "verdict", verdict="open")
            watched.set_rules(f"tcp dport {TCP} drop;")
            self.assertEqual(0, watched.process.wait(20))
            self.assertEqual("forward", watched.events("verdict")[-1]["direction"])


if __name__ == "__main__":
    sys.exit(launch.main(sys.modules[__name__], ["Watch"], ["ip", "nft", "sysctl"]))
