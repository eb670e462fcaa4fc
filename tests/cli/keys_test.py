"""Keys: who has one is answered and believed, and nobody in between can forge a reply or a record."""

import json
import os
import re
import signal
import stat
import subprocess
import tempfile
import unittest

import programs
from meddler import Meddler
from programs import CLIENT, run_client, run_server


# Started as root it becomes a user who cannot read the files of these tests again.
STAYS_WHO_IT_IS = ("--user", "root") if os.geteuid() == 0 else ()


class KeyCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def new_key(self, name):
        """The id of a new key in that file."""
        done = run_client("keygen", self.path(name))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return re.fullmatch(r"key ([0-9a-f]{8})\n", done.stdout)[1]

    def text(self, name):
        with open(self.path(name), encoding="ascii") as file:
            return file.read()

    def write(self, name, text, mode=0o600):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(self.path(name), mode)

    def server(self, *arguments):
        return self.enterContext(programs.Server(*arguments))


class Files(KeyCase):
    def test_keygen_makes_a_file_for_this_user_alone(self):
        key_id = self.new_key("pt.key")
        self.assertEqual(stat.S_IMODE(os.stat(self.path("pt.key")).st_mode), 0o600)
        self.assertRegex(self.text("pt.key"),
                         rf"\A# Key {key_id} of pt, [^\n]*\npt-key-1 [0-9a-f]{{64}}\n\Z")
        self.assertNotEqual(self.new_key("other.key"), key_id)

    def test_keygen_replaces_no_file(self):
        self.new_key("pt.key")
        before = self.text("pt.key")
        done = run_client("keygen", self.path("pt.key"))
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"\Apt-client: keygen \"[^\n]*\": exists, and is not replaced[^\n]*\n\Z")
        self.assertEqual(self.text("pt.key"), before)

    def test_keygen_says_where_it_cannot_write_or_was_called_wrongly(self):
        done = run_client("keygen", self.path("none/pt.key"))
        self.assertEqual(done.returncode, 3)
        self.assertIn("No such file or directory", done.stderr)
        for words in ([], ["a", "b"], [""]):
            done = run_client("keygen", *words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("keygen: expected one FILE", done.stderr)

    def test_a_file_that_others_know_is_refused(self):
        self.new_key("pt.key")
        for mode, said in ((0o644, "can be read by every user"), (0o620, "can be written by others")):
            os.chmod(self.path("pt.key"), mode)
            for option, done in (
                    ("--key", run_client("127.0.0.1", "tcp/9", "--key", self.path("pt.key"))),
                    ("--keys", run_server("tcp/0", "--keys", self.path("pt.key")))):
                self.assertEqual((done.returncode, done.stdout), (2, ""), mode)
                self.assertRegex(done.stderr, rf"\Apt-(client|server): {option} \"[^\n]*{said}[^\n]*\n\Z")
        os.chmod(self.path("pt.key"), 0o640)  # a group of its own, as services have
        self.assertEqual(run_client("127.0.0.1", "tcp/9", "--key", self.path("pt.key")).returncode, 1)

    def test_a_wrong_file_is_one_line_that_tells_no_secret(self):
        self.new_key("pt.key")
        secret = self.text("pt.key").split()[-1]
        self.write("wrong.key", f"\npt-key-1 {secret[:60]}\n")
        done = run_client("127.0.0.1", "tcp/9", "--key", self.path("wrong.key"))
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"\Apt-client: --key \"[^\n]*\", line 2: expected a secret of 64 [^\n]*\n\Z")
        self.assertNotIn(secret[:16], done.stderr)
        for name, said in ((self.path("none"), "No such file or directory"), (self.folder, "is not a regular file"),
                           ("/dev/zero", "is not a regular file")):
            done = run_server("tcp/0", "--keys", name)
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr)

    def test_a_key_that_is_not_valid_today_is_refused_by_the_client(self):
        self.new_key("pt.key")
        self.write("old.key", self.text("pt.key").rstrip() + " until=2020-01-01\n")
        done = run_client("127.0.0.1", "tcp/9", "--key", self.path("old.key"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("none of its keys is valid today", done.stderr)


class Replies(KeyCase):
    def scan(self, server, *options):
        done = run_client("127.0.0.1", f"tcp/{server.tcp}", f"udp/{server.udp}", "--output", "json",
                          "--timeout", "1s", *options)
        return done.returncode, json.loads(done.stdout)

    def test_both_ends_have_the_key(self):
        key_id = self.new_key("pt.key")
        server = self.server("tcp/0", "udp/0", "--keys", self.path("pt.key"))
        code, report = self.scan(server, "--key", self.path("pt.key"), "--count", "3")
        self.assertEqual(code, 0)
        for result in report["results"]:
            self.assertEqual((result["verdict"], result["key"]), ("open", key_id))
            self.assertEqual((result["frames_sent"], result["frames_lost"]), (3, 0))

    def test_who_has_no_key_or_another_one_gets_nothing(self):
        self.new_key("pt.key")
        other = self.new_key("other.key")
        server = self.server("tcp/0", "udp/0", "--keys", self.path("pt.key"))
        for options in ([], ["--key", self.path("other.key")]):
            code, report = self.scan(server, *options)
            self.assertEqual(code, 1)
            self.assertEqual([result["verdict"] for result in report["results"]], ["answered", "filtered"])
            self.assertEqual([result["direction"] for result in report["results"]], [None, "unknown"])
            self.assertEqual([result["key"] for result in report["results"]], [None, None])
        self.assertRegex(" ".join(report["notes"]), rf"no reply was made with the key {other}: ")
        totals = server.stop()[0]
        self.assertRegex(totals, r"\d+ udp ignored: without a key")
        self.assertRegex(totals, r"\d+ udp ignored: unknown key")

    def test_a_server_without_keys_answers_nobody_who_wants_one(self):
        self.new_key("pt.key")
        server = self.server("tcp/0", "udp/0")
        code, report = self.scan(server, "--key", self.path("pt.key"))
        self.assertEqual(code, 1, "answered does not suffice for who has a key")
        self.assertEqual([result["verdict"] for result in report["results"]], ["answered", "filtered"])

    @unittest.skipUnless(os.geteuid() == 0, "the server stays who it is")
    def test_keys_that_cannot_be_read_again_are_told_at_the_start(self):
        self.new_key("pt.key")
        server = self.server("udp/0", "--keys", self.path("pt.key"))
        server.process.send_signal(signal.SIGHUP)
        self.assertEqual(self.scan_udp(server), 0, "those of before stay")
        _, errors, _ = server.stop()
        self.assertIn("cannot be read any more by the user that pt-server runs as", errors)
        self.assertIn("SIGHUP: the keys are unchanged", errors)

    def scan_udp(self, server):
        return run_client("127.0.0.1", f"udp/{server.udp}", "--key", self.path("pt.key")).returncode

    def test_a_key_that_has_run_out_is_told(self):
        self.new_key("pt.key")
        self.write("old.key", self.text("pt.key").rstrip() + " until=2020-01-01\n")
        server = self.server("udp/0", "--keys", self.path("old.key"), *STAYS_WHO_IT_IS)
        self.assertEqual(self.scan_udp(server), 1)
        self.assertIn("is valid now: nobody is answered", server.stop()[1])

    def test_a_policy_may_ask_for_the_key(self):
        self.new_key("pt.key")
        server = self.server("tcp/0", "--keys", self.path("pt.key"))
        self.write("policy.yaml", "version: 1\ntests:\n  - name: proved\n    to: 127.0.0.1\n    proof: key\n"
                   f"    open: tcp/{server.tcp}\n")
        done = run_client("check", self.path("policy.yaml"), "--key", self.path("pt.key"))
        self.assertEqual(done.returncode, 0, done.stdout)
        done = run_client("check", self.path("policy.yaml"))
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn('test "proved" has "proof: key": give the key by --key FILE', done.stderr)

    def test_keys_are_changed_without_losing_a_probe(self):
        """Two clients scan all the time, while the server takes a new key and gives up the old one."""
        self.new_key("old.key")
        self.new_key("new.key")
        self.write("keys", self.text("old.key"))
        server = self.server("tcp/0", "udp/0", "--keys", self.path("keys"), *STAYS_WHO_IT_IS)
        ports = (f"tcp/{server.tcp}", f"udp/{server.udp}")

        def watch(key):
            return subprocess.Popen(
                [CLIENT, "watch", "127.0.0.1", *ports, "--every", "100ms", "--output", "jsonl", "--key",
                 self.path(key)], text=True, stdout=subprocess.PIPE, env=programs.environment())

        def end(run):
            run.send_signal(signal.SIGINT)
            out, _ = run.communicate(timeout=programs.PATIENCE)
            return [json.loads(line) for line in out.splitlines()]

        def reload(text):
            self.write("keys", text)
            server.process.send_signal(signal.SIGHUP)

        old = self.enterContext(watch("old.key"))
        self.assertTrue(programs.soon(lambda: self.scan(server, "--key", self.path("old.key"))[0] == 0))
        reload(self.text("old.key") + self.text("new.key"))
        self.assertTrue(programs.soon(lambda: self.scan(server, "--key", self.path("new.key"))[0] == 0))
        new = self.enterContext(watch("new.key"))
        for _ in range(5):
            self.assertEqual(self.scan(server, "--key", self.path("old.key"))[0], 0)
            self.assertEqual(self.scan(server, "--key", self.path("new.key"))[0], 0)
        events = end(old)
        reload(self.text("new.key"))
        self.assertTrue(programs.soon(lambda: self.scan(server, "--key", self.path("old.key"))[0] == 1))
        events += end(new)
        summaries = [event for event in events if event["event"] == "summary"]
        self.assertEqual(len(summaries), 4, events)
        for event in summaries:
            self.assertEqual(event["outages"], [], event)
        reload("pt-key-1 wrong\n")  # what cannot be read changes nothing
        self.assertEqual(self.scan(server, "--key", self.path("new.key"))[0], 0)


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
