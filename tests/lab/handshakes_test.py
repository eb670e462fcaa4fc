#!/usr/bin/env python3
"""Runs that follow each other from one address, runs that outlast what the kernel remembers, and a
server that stands still: what pt-server tells of TCP handshakes must be of the run that asks.

The rules of the router change between runs, so that this is no scenario of `run`. Exit: 0 all right, 1 a
test failed, 77 this machine cannot run it (an error when CI is set). Root, or a user who may make user
namespaces.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import isolate
import network
from scenario import ADDRESSES, FAMILIES

SKIP = 77
OPEN, TRIED = 8000, range(8001, 8021)
PORTS = f"tcp/{OPEN},{TRIED[0]}-{TRIED[-1]}"
TRIED_PORTS = f"{TRIED[0]}-{TRIED[-1]}"
FORWARD = f'iifname "to_client" tcp dport {TRIED_PORTS} drop;'
RETURN = f'iifname "to_server" tcp sport {TRIED_PORTS} drop;'
REPEAT = 20

programs = {}


def chain(what):
    return f"chain forward {{ type filter hook forward priority filter; {what} }}"


def for_each_family(test):
    """Both at once, each in a network of its own; the story of the first that fails."""
    def run_all(self):
        failures = []

        def run(family):
            try:
                with network.Network() as net:
                    test(self, Site(net, family))
            except BaseException as failure:  # pylint: disable=broad-except
                failures.append(f"{family}: {failure}")
        threads = [threading.Thread(target=run, args=[family]) for family in FAMILIES]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], failures, "\n".join(failures))
    return run_all


class Site:
    """A network with pt-server in it."""

    def __init__(self, net, family):
        self.net = net
        self.address = ADDRESSES[family]["server"]
        self.server = None

    def start_server(self, *arguments):
        self.server = self.net.start("server", [programs["server"], *(arguments or [PORTS])])
        self.server.wait_for_line("pt-server ready:")

    def rules(self, what):
        self.net.replace_rules("router", chain(what))

    def client(self, *arguments):
        return self.net.inside("client", [programs["client"], "--output", "json", self.address, *arguments])

    def run(self, *arguments, code=1):
        """The results by port."""
        done = subprocess.run(self.client(*arguments), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False, timeout=300)
        if done.returncode != code or "Sanitizer" in done.stderr:
            raise AssertionError(f"exit code {done.returncode}, expected {code}: {done.stdout} {done.stderr}"
                                 f"\n{self.server.output()}")
        return {one["port"]: one for one in json.loads(done.stdout)["results"]}

    def directions(self, *arguments, **more):
        """Of all ports but the open one, which must be that: "VERDICT DIRECTION" and how many are."""
        results = self.run(*arguments, **more)
        if OPEN in results:
            assert results.pop(OPEN)["verdict"] == "open"
        said = [f"{one['verdict']} {one['direction']}" for one in results.values()]
        return {words: said.count(words) for words in set(said)}


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


class StandingStill(unittest.TestCase):
    """A server that is stopped in mid-run says so when it goes on."""

    def stopped_for(self, site, seconds, arguments, code):
        with subprocess.Popen(site.client(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as client:
            time.sleep(0.7)  # the open ports tried first have answered by now
            site.server.signal(signal.SIGSTOP)
            time.sleep(seconds)
            site.server.signal(signal.SIGCONT)
            said, errors = client.communicate(timeout=60)
        self.assertEqual(code, client.returncode, said + errors)
        return {(one["protocol"], one["port"]): one for one in json.loads(said)["results"]}

    @for_each_family
    def test_what_it_left_unanswered_is_untested(self, site):
        site.start_server("any/8000-8020")
        site.rules('iifname "to_client" tcp dport 8001 drop; iifname "to_client" tcp dport 8002 '
                   "reject with tcp reset;")
        results = self.stopped_for(site, 5, ["any/8000-8020", "--rate", "20"], 3)
        verdicts = {one["verdict"] for one in results.values()}
        self.assertLessEqual({"open", "untested"}, verdicts)
        self.assertLessEqual(verdicts, {"open", "untested", "rejected"})
        self.assertEqual("untested", results["tcp", 8001]["verdict"])
        # A queue that is full resets, too: a server that stalled may be behind it.
        self.assertIn(results["tcp", 8002]["evidence"], ("forged-reset", "server-lost"))
        for one in results.values():
            if one["verdict"] == "untested":
                self.assertEqual("server-lost", one["evidence"])
                self.assertIn("stalled", " ".join(one["notes"]))

    @for_each_family
    def test_where_all_answer_in_the_end_it_changes_nothing(self, site):
        site.start_server("any/8000-8020")
        results = self.stopped_for(site, 1.5, ["any/8000-8020", "--rate", "20", "--timeout", "8s"], 0)
        self.assertEqual({"open"}, {one["verdict"] for one in results.values()})

    @for_each_family
    def test_less_than_a_second_is_no_standing_still(self, site):
        site.start_server("any/8000-8020")
        site.rules(FORWARD)
        results = self.stopped_for(site, 0.6, ["any/8000-8020"], 1)
        self.assertEqual({"forward"}, {one["direction"] for key, one in results.items()
                                       if key[0] == "tcp" and key[1] != OPEN})

    @for_each_family
    def test_the_journal_file_tells_of_it(self, site):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "journal")
            site.start_server("any/8000-8020", "--journal-file", file)
            site.rules('iifname "to_server" drop;')
            results = self.stopped_for(site, 4.5, ["any/8000-8020", "--journal", file], 3)
            self.assertEqual({"server-lost"}, {one["evidence"] for one in results.values()})


class Long(unittest.TestCase):
    """Longer than the kernel keeps a handshake that is not completed: 63 s."""

    @for_each_family
    def test_the_first_handshakes_of_a_long_run_are_remembered(self, site):
        """One attempt a second, one on each port; the open port is tried first, then last."""
        site.start_server("tcp/8001-8080")
        arguments = ["tcp/8001-8080", "--tries", "1", "--rate", "1"]
        for drop, opened, said in [('iifname "to_client" tcp dport != 8001 drop;', 8001, "forward"),
                                   ('iifname "to_server" tcp sport != 8080 drop;', 8080, "return")]:
            site.rules(drop)
            for last_try in (False, True):
                began = time.monotonic()
                results = site.run(*arguments)
                self.assertGreater(time.monotonic() - began, 75)
                self.assertEqual("open", results.pop(opened)["verdict"])
                directions = {one["direction"] for one in results.values()}
                notes = {note for one in results.values() for note in one["notes"]}
                self.assertLessEqual(directions, {said, "unknown"}, notes)
                # When the first handshake began is known within bounds: now and then it is too near to them.
                if directions == {said} or last_try:
                    break
            self.assertEqual({said}, directions, notes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pt-server", default="build/dev/server/pt-server", metavar="PATH")
    parser.add_argument("--pt-client", default="build/dev/client/pt-client", metavar="PATH")
    parser.add_argument("tests", nargs="*", metavar="TEST", help="default: Following StandingStill")
    options = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    programs.update(server=os.path.abspath(options.pt_server), client=os.path.abspath(options.pt_client))
    missing = [tool for tool in ("ip", "nft", "sysctl") if not shutil.which(tool)]
    if missing:
        print(f"cannot run here: no {', '.join(missing)} (scripts/setup installs them)", file=sys.stderr)
        return 1 if os.environ.get("CI") else SKIP

    def run():
        suite = unittest.defaultTestLoader.loadTestsFromNames(
            options.tests or ["Following", "StandingStill"], sys.modules[__name__])
        return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1

    try:
        return isolate.run(run)
    except isolate.NotPermitted as error:
        print(f"cannot run here: {error}", file=sys.stderr)
        return 1 if os.environ.get("CI") else SKIP


if __name__ == "__main__":
    sys.exit(main())
