#!/usr/bin/env python3
"""What a server that stalls in mid-run left unanswered is untested, and never said to be filtered.

It is stopped (SIGSTOP) once the first ports have answered. Exit: 0 all right, 1 a test failed, 77 this
machine cannot run it (an error when CI is set). Root, or a user who may make user namespaces.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import launch
from handshakes import FORWARD, OPEN, for_each_family


class StalledServer(unittest.TestCase):
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
    def test_less_than_a_second_is_no_stall(self, site):
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


if __name__ == "__main__":
    sys.exit(launch.main(sys.modules[__name__], ["StalledServer"], ["ip", "nft", "sysctl"]))
