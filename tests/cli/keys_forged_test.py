"""With keys nobody on the path can forge a reply or a record; without them he can."""

import json
import unittest

import programs
from keys import KeyCase
from meddler import Meddler
from programs import run_client


class Forgery(KeyCase):
    """Between client and server, on every path there is, sits someone who changes what he likes."""

    def setUp(self):
        super().setUp()
        self.new_key("pt.key")

    def results(self, meddler, *options):
        done = run_client(meddler.address, *(f"udp/{port}" for port in meddler.ports), "--output", "json",
                          "--timeout", "2s", *options)
        return {result["port"]: result for result in json.loads(done.stdout)["results"]}

    def test_open_is_forged_without_a_key_and_not_with_one(self):
        server = self.server("udp/0", "--keys", self.path("pt.key"))
        plain = self.server("udp/0")
        for options, genuine in (([], plain.udp), (["--key", self.path("pt.key")], server.udp)):
            meddler = Meddler({genuine: Meddler.forward})
            forged = meddler.add(Meddler.forge_echo)
            with meddler:
                found = self.results(meddler, *options)
            self.assertEqual(found[genuine]["verdict"], "open", options)
            if options:
                self.assertNotEqual(found[forged]["verdict"], "open")
            else:
                self.assertEqual(found[forged]["verdict"], "open", "the forger of this test is no good")

    def test_a_record_is_forged_without_a_key_and_not_with_one(self):
        """The middle drops what is sent to one port, and would have the client believe that it came."""
        for options in ([], ["--key", self.path("pt.key")]):
            keys = ["--keys", self.path("pt.key")] if options else []
            server = self.server("udp/0", f"udp/{programs.closed_port()}", *keys)
            first, second = sorted(server.ports["udp"])
            with Meddler({first: Meddler.forge_record(second), second: Meddler.drop}) as meddler:
                found = self.results(meddler, *options)
            self.assertEqual(found[first]["verdict"], "open")
            self.assertEqual(found[second]["verdict"], "filtered")
            self.assertEqual(found[second]["direction"], "unknown" if options else "return")

    def test_whose_copy_of_a_request_comes_first_does_not_silence_it(self):
        server = self.server("udp/0", "--keys", self.path("pt.key"))
        with Meddler({server.udp: Meddler.copy_first}) as meddler:
            (found,) = self.results(meddler, "--key", self.path("pt.key")).values()
        self.assertEqual(found["verdict"], "open")

    def test_nothing_is_recorded_for_a_recorded_request(self):
        server = self.server("udp/0", "--keys", self.path("pt.key"), "--journal-file", self.path("journal"))
        with Meddler({server.udp: Meddler.forward}) as meddler:
            self.results(meddler, "--key", self.path("pt.key"))
            self.assertEqual(meddler.send_again(server.udp, 5), 5)
        server.stop()
        (account,) = [json.loads(line) for line in self.text("journal").splitlines()[1:]]
        self.assertEqual(account["duplicates"], 5)

    def test_watch_counts_what_the_key_proves(self):
        meddler = Meddler({})
        forged = meddler.add(Meddler.forge_echo)
        with meddler:
            done = run_client("watch", meddler.address, f"udp/{forged}", "--for", "3s", "--every", "100ms",
                              "--output", "jsonl", "--key", self.path("pt.key"))
        (summary,) = [event for event in map(json.loads, done.stdout.splitlines()) if event["event"] == "summary"]
        self.assertIn(summary["available_percent"], (0, None), summary)

    def test_watch_waits_for_the_reply_behind_a_forged_one(self):
        server = self.server("udp/0", "--keys", self.path("pt.key"))
        with Meddler({server.udp: Meddler.forge_first}) as meddler:
            done = run_client("watch", meddler.address, f"udp/{server.udp}", "--for", "2s", "--every", "100ms",
                              "--output", "jsonl", "--key", self.path("pt.key"))
        (summary,) = [event for event in map(json.loads, done.stdout.splitlines()) if event["event"] == "summary"]
        self.assertEqual((summary["available_percent"], summary["outages"]), (100, []), summary)

    def test_resumed_results_were_proved_by_the_key(self):
        server = self.server("udp/0", "--keys", self.path("pt.key"))
        plain = self.server("udp/0")
        scan = ("127.0.0.1", f"udp/{plain.udp}", f"udp/{server.udp}", "--output", "jsonl", "--timeout", "1s")
        self.write("old.jsonl", run_client(*scan).stdout)
        plain.stop()
        done = run_client(*scan, "--key", self.path("pt.key"), "--resume", self.path("old.jsonl"))
        found = {result["port"]: result["verdict"] for result in map(json.loads, done.stdout.splitlines())}
        self.assertEqual(found, {plain.udp: "closed", server.udp: "open"})


if __name__ == "__main__":
    unittest.main()
