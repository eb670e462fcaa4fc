"""pt-server --journal-file and pt-client --journal: what arrived, for a client that could not ask."""

import json
import os
import stat
import tempfile
import time
import unittest

import programs
from programs import run_client


class JournalCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.journal = os.path.join(folder.name, "journal")
        self.results = os.path.join(folder.name, "run.jsonl")

    def lines(self):
        with open(self.journal, encoding="ascii") as file:
            return [json.loads(line) for line in file]

    def wait_for_sessions(self, number):
        deadline = time.monotonic() + programs.PATIENCE
        while len(self.lines()) != number + 1:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def run_to_file(self, *arguments):
        run = run_client("127.0.0.1", *arguments, "--output", "jsonl", "--timeout", "500ms",
                         "--no-journal")
        with open(self.results, "w", encoding="ascii") as file:
            file.write(run.stdout)
        return run


class Server(JournalCase):
    def test_writes_for_its_user_alone_what_arrived_and_what_it_holds(self):
        with programs.Server("tcp/0", "udp/0", "--journal-file", self.journal) as server:
            self.assertEqual(stat.S_IMODE(os.stat(self.journal).st_mode), 0o600)
            (header,) = self.lines()
            self.assertEqual(header["pt_journal"], 3)
            self.assertIn(f"tcp/{server.tcp} udp/{server.udp}", header["held"].values())
            run = self.run_to_file(f"udp/{server.udp}")
            self.wait_for_sessions(1)
            account = self.lines()[1]
            result = json.loads(run.stdout)
            self.assertEqual(account["session"], result["session"])
            self.assertEqual(account["arrived"], f"udp/{server.udp}")
            self.assertEqual(account["sources"], ["127.0.0.1"])
            # A slow machine sends again before the echo is read.
            self.assertIn(account["frames"], range(1, result["attempts"] + 1))
        self.assertEqual(sorted(os.listdir(self.folder)), ["journal", "run.jsonl"])

    def test_writes_the_last_at_the_end(self):
        with programs.Server("tcp/0", "--journal-file", self.journal) as server:
            time.sleep(1.5)
            for _ in range(3):
                run_client("127.0.0.1", f"tcp/{server.tcp}")
            self.assertEqual(server.stop()[2], 0)
        self.assertEqual(len(self.lines()), 4)

    def test_by_the_configuration_file(self):
        config = os.path.join(self.folder, "pt.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write(f"journal-file = {self.journal}\n")
        with programs.Server("tcp/0", "--config", config):
            self.assertEqual(len(self.lines()), 1)

    def test_a_place_where_none_can_be_is_2_and_reported_before_anything_is_bound(self):
        foreign = os.path.join(self.folder, "results.jsonl")
        with open(foreign, "w", encoding="ascii") as file:
            file.write('{"host": "a"}\n')
        for path, reason in (("/nonexistent/journal", "(No such file or directory): choose one that can"),
                             (self.folder, "is a directory"),
                             (foreign + "/journal", "(Not a directory): choose one that can"),
                             ("/dev/null", "exists and is not pt-server's"),
                             (foreign, "exists and is not pt-server's")):
            run = programs.run_server("--bind", "127.0.0.1", "tcp/0", "--journal-file", path)
            self.assertEqual((run.returncode, run.stdout), (2, ""))
            self.assertRegex(run.stderr, r"\Apt-server: [ -~]+\n\Z")
            self.assertIn(f"\"{path}\"", run.stderr)
            self.assertIn(reason, run.stderr)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        with open(foreign, encoding="ascii") as file:
            self.assertEqual(file.read(), '{"host": "a"}\n')

    def test_takes_the_place_of_one_of_an_earlier_server(self):
        for text in (None, ""):
            with programs.Server("tcp/0", "--journal-file", self.journal) as server:
                self.assertEqual(server.stop()[2], 0)
            if text is not None:
                with open(self.journal, "w", encoding="ascii") as file:
                    file.write(text)
        with programs.Server("tcp/0", "--journal-file", self.journal):
            self.assertEqual(len(self.lines()), 1)

    def test_what_cannot_be_written_later_is_logged_and_stops_nothing(self):
        folder = os.path.join(self.folder, "deep")
        os.mkdir(folder)
        with programs.Server("tcp/0", "--journal-file", os.path.join(folder, "journal"),
                             "--log-level", "warn") as server:
            os.unlink(os.path.join(folder, "journal"))
            os.rmdir(folder)
            for _ in range(3):
                self.assertEqual(run_client("127.0.0.1", f"tcp/{server.tcp}").returncode, 0)
                time.sleep(1.2)
            _, errors, code = server.stop()
        self.assertEqual((code, errors.count("\n")), (0, 1), errors)
        self.assertIn("No such file or directory", errors)


class Client(JournalCase):
    def test_old_results_are_concluded_anew(self):
        with programs.Server("tcp/0", "--journal-file", self.journal) as server, \
                programs.udp_silence() as (silent,):
            first = self.run_to_file(f"tcp/{server.tcp}", f"udp/{silent}")
            self.assertEqual(first.returncode, 1)
            self.wait_for_sessions(1)
            run = run_client("--resume", self.results, "--journal", self.journal, "--output",
                             "json")
        verdicts = {r["protocol"]: (r["verdict"], r["evidence"])
                    for r in json.loads(run.stdout)["results"]}
        self.assertEqual(verdicts, {"tcp": ("open", "echo"), "udp": ("untested", "not-listening")})
        self.assertEqual((run.returncode, run.stderr), (3, ""))

    def test_a_run_that_the_journal_does_not_know_stays_as_it_is(self):
        with programs.Server("tcp/0", "--journal-file", self.journal), \
                programs.udp_silence() as (silent,):
            self.run_to_file(f"udp/{silent}")
            run = run_client("--resume", self.results, "--journal", self.journal, "--output",
                             "jsonl")
        with open(self.results, encoding="ascii") as file:
            self.assertEqual(run.stdout, file.read())
        self.assertIn("no record of the scan", run.stderr)
        self.assertEqual((run.returncode, run.stderr.count("\n")), (1, 1))

    def test_wrong_files(self):
        for content, part in (("", "is empty"), ("hello\n", "line 1"), ("{}\n", "not a journal")):
            with open(self.journal, "w", encoding="ascii") as file:
                file.write(content)
            run = run_client("127.0.0.1", "tcp/1", "--journal", self.journal)
            self.assertEqual((run.returncode, run.stdout), (2, ""))
            self.assertRegex(run.stderr, r"\Apt-client: --journal [ -~]+\n\Z")
            self.assertIn(part, run.stderr)
            self.assertIn("written by pt-server --journal-file FILE", run.stderr)
        run = run_client("127.0.0.1", "tcp/1", "--journal", self.journal, "--no-journal")
        self.assertEqual(run.returncode, 2)
        run = run_client("127.0.0.1", "tcp/1", "--journal", "/nonexistent")
        self.assertIn("No such file", run.stderr)


if __name__ == "__main__":
    unittest.main()
