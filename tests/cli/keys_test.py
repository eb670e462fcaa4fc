"""Keys: their files, and who is answered by whom."""

import json
import os
import signal
import stat
import subprocess
import unittest

import programs
from keys import STAYS_WHO_IT_IS, KeyCase
from programs import CLIENT, run_client, run_server


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

    def test_who_has_no_key_reads_that_it_may_take_one(self):
        self.new_key("pt.key")
        server = self.server("tcp/0", "--keys", self.path("pt.key"))
        said = run_client("127.0.0.1", f"tcp/{server.tcp}").stdout
        self.assertIn("a pt-server with --keys answers only those who have one", said)

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
        server = self.server("tcp/0", "udp/0", "--keys", self.path("keys"), "--threads", "2", *STAYS_WHO_IT_IS)
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


if __name__ == "__main__":
    unittest.main()
