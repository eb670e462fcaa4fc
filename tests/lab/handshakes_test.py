#!/usr/bin/env python3
"""What pt-server tells of TCP handshakes is of the run that asks, not of one before it.

Runs follow each other from one address, or outlast what the kernel remembers. The rules of the router change
between runs, so that this is no scenario of `run`. Exit: 0 all right, 1 a test failed, 77 this machine cannot
run it (an error when CI is set). Root, or a user who may make user namespaces.
"""

import os
import subprocess
import sys
import tempfile
import time
import unittest

import launch
from handshakes import FORWARD, OPEN, PORTS, RETURN, TRIED, TRIED_PORTS, for_each_family

REPEAT = 20


def all_of(words):
    return {words: len(TRIED)}


class Following(unittest.TestCase):
    """One run right behind another, with other rules in between."""

    @for_each_family
    def test_what_never_arrived_is_not_taken_for_the_run_before(self, site):
        site.start_server()
        for turn in range(REPEAT):
            site.rules(RETURN)
            self.assertEqual(all_of("filtered return"), site.directions(PORTS, "--timeout", "1500ms"), turn)
            site.rules(FORWARD)
            self.assertEqual(all_of("filtered forward"), site.directions(PORTS, "--timeout", "1500ms"), turn)

    @for_each_family
    def test_with_the_usual_patience(self, site):
        site.start_server()
        for rules, said in [(RETURN, "return"), (FORWARD, "forward"), (RETURN, "return")]:
            site.rules(rules)
            self.assertEqual(all_of(f"filtered {said}"), site.directions(PORTS))

    @for_each_family
    def test_two_tries_are_enough(self, site):
        site.start_server()
        for turn in range(REPEAT):
            for rules, said in [(FORWARD, "forward"), (RETURN, "return")]:
                site.rules(rules)
                self.assertEqual(all_of(f"filtered {said}"),
                                 site.directions(PORTS, "--tries", "2", "--timeout", "1s"), turn)

    def assert_right_or_unknown(self, said, words):
        self.assertEqual(len(TRIED), said.get(words, 0) + said.get("filtered unknown", 0), said)

    @for_each_family
    def test_a_single_try_is_never_told_the_wrong_way(self, site):
        """It may have come from the very port of a handshake that still stands, as one in a thousand
        does after a few runs: it leaves no trace then, and where one stands none means nothing. Where
        the machine has hundreds of thousands of connections, it may also not be dated well enough."""
        site.start_server()
        single = [PORTS, "--tries", "1", "--timeout", "700ms"]
        site.rules(FORWARD)
        self.assertEqual(all_of("filtered forward"), site.directions(*single))
        for _ in range(REPEAT):
            site.rules(RETURN)
            self.assert_right_or_unknown(site.directions(*single), "filtered return")
            site.rules(FORWARD)
            self.assert_right_or_unknown(site.directions(*single), "filtered forward")

    @for_each_family
    def test_after_a_run_that_was_killed(self, site):
        site.start_server()
        for turn in range(REPEAT // 2):
            site.rules(RETURN)
            with subprocess.Popen(site.client(PORTS), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
                time.sleep(0.2 + 0.05 * turn)
                first.kill()
            site.rules(FORWARD)
            self.assert_right_or_unknown(site.directions(PORTS, "--timeout", "1s"), "filtered forward")

    @for_each_family
    def test_from_one_source_port(self, site):
        """A SYN from the very port of a handshake that still stands leaves no trace: that is not known."""
        site.start_server()
        arguments = [f"tcp/{OPEN},{TRIED_PORTS}", "--source-port", "40000", "--timeout", "1s"]
        site.rules(RETURN)
        self.assert_right_or_unknown(site.directions(*arguments), "filtered return")
        for rules, said in [(RETURN, "return"), (FORWARD, "forward"), (RETURN, "return")]:
            site.rules(rules)
            self.assert_right_or_unknown(site.directions(*arguments), f"filtered {said}")

    @for_each_family
    def test_the_server_drops_its_own_replies(self, site):
        """Its kernel then gives a handshake up after a second."""
        site.start_server()
        site.net.load_rules("server", "chain output { type filter hook output priority filter; "
                                      f"tcp sport {TRIED_PORTS} drop; }}")
        for arguments in ([], ["--timeout", "6s"]):
            self.assertEqual(all_of("filtered return"), site.directions(PORTS, *arguments))

    @for_each_family
    def test_no_port_is_open_and_the_journal_is_read_from_its_file(self, site):
        """Without an echo, what came shortly before the first frame may be anybody's."""
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "journal")
            site.start_server(PORTS, "udp/9000", "--journal-file", file)
            arguments = [f"tcp/{TRIED_PORTS}", "udp/9000", "--journal", file, "--timeout", "1s"]
            mute = 'iifname "to_server" udp sport 9000 drop;'
            for rules, right in [(RETURN, "return"), (FORWARD, "forward"), (RETURN, "return")]:
                site.rules(rules + mute)
                said = site.directions(*arguments)
                # The UDP port's reply is always lost.
                said["filtered return"] -= 1
                self.assert_right_or_unknown(said, f"filtered {right}")
                time.sleep(10)


class Long(unittest.TestCase):
    """Longer than the kernel keeps a handshake that is not completed: 63 s."""

    @for_each_family
    def test_the_first_handshakes_of_a_long_run_are_remembered(self, site):
        """One attempt a second, one on each port; the open port is tried first, then last."""
        arguments = ["tcp/8001-8080", "--tries", "1", "--rate", "1"]
        for drop, opened, said in [('iifname "to_client" tcp dport != 8001 drop;', 8001, "forward"),
                                   ('iifname "to_server" tcp sport != 8080 drop;', 8080, "return")]:
            site.rules(drop)
            for last_try in (False, True):
                site.start_server("tcp/8001-8080")  # a new one, whose record holds nothing of an earlier scan
                began = time.monotonic()
                results = site.run(*arguments)
                self.assertGreater(time.monotonic() - began, 75)
                site.server.stop()
                self.assertEqual("open", results.pop(opened)["verdict"])
                directions = {one["direction"] for one in results.values()}
                notes = {note for one in results.values() for note in one["notes"]}
                self.assertLessEqual(directions, {said, "unknown"}, notes)
                # When the first handshake began is known within bounds: now and then it is too near to them.
                if directions == {said} or last_try:
                    break
            self.assertEqual({said}, directions, notes)


if __name__ == "__main__":
    sys.exit(launch.main(sys.modules[__name__], ["Following"], ["ip", "nft", "sysctl"]))
