"""A run that was broken off is taken up: what stands is not asked again, and nothing is lost."""

import json
import os
import signal
import subprocess
import tempfile
import unittest

import programs
from programs import run_client


def lines_of(path):
    with open(path, encoding="ascii") as file:
        return file.read().splitlines()


def ports_of(lines):
    return sorted((r["protocol"], r["port"]) for r in map(json.loads, lines))


class ResumeCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "run.jsonl")

    def write(self, text):
        with open(self.path, "w", encoding="ascii") as file:
            file.write(text)

    def append(self, *arguments):
        """As in: pt-client ... >> FILE"""
        with open(self.path, "ab") as out:
            return subprocess.run([programs.CLIENT, *arguments], stdout=out, check=False,
                                  stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
                                  timeout=programs.PATIENCE, env=programs.environment())

    def check_refused(self, *parts):
        run = run_client("--resume", self.path)
        self.assertEqual((run.returncode, run.stdout), (2, ""), run.stderr)
        self.assertRegex(run.stderr, r"\Apt-client: [ -~]+\n\Z")
        for part in parts:
            self.assertIn(part, run.stderr)


class Killed(ResumeCase):
    def test_lines_are_whole_after_kill_9_and_the_rest_is_added(self):
        """Thousands of ports, killed at a moment of no choosing."""
        with programs.Server("tcp/0") as server:
            low = max(1024, server.tcp - 3000)
            spec = f"tcp/{low}-{low + 6000}"
            with open(self.path, "wb") as out:
                with programs.started(programs.CLIENT, "127.0.0.1", spec, "--output", "jsonl",
                                      "--rate", "3000", stdout=out) as run:
                    while os.path.getsize(self.path) < 200_000:
                        self.assertIsNone(run.poll())
                    run.send_signal(signal.SIGKILL)
                    run.wait()
            lines = lines_of(self.path)
            if not self.whole():
                lines.pop()
            before = len(ports_of(lines))
            self.assertGreater(before, 100)
            run = self.append("127.0.0.1", spec, "--resume", self.path, "--output", "jsonl")
            self.assertEqual(run.returncode, 1, run.stderr)
        after = ports_of(filter(self.is_json, lines_of(self.path)))
        self.assertEqual(after, [("tcp", port) for port in range(low, low + 6001)])

    def whole(self):
        with open(self.path, "rb") as file:
            return file.read().endswith(b"\n")

    @staticmethod
    def is_json(line):
        try:
            json.loads(line)
        except ValueError:
            return False
        return True


class Results(ResumeCase):
    @classmethod
    def setUpClass(cls):
        cls.server = programs.Server("tcp/0", "udp/0")
        cls.addClassCleanup(cls.server.kill)
        cls.specs = [f"tcp/{cls.server.tcp},{programs.closed_port()}", f"udp/{cls.server.udp}"]

    def first_run(self, output="jsonl"):
        run = run_client("127.0.0.1", *self.specs, "--output", output)
        self.write(run.stdout)
        return run.stdout

    def test_all_that_stands_is_printed_unchanged_and_nothing_is_sent(self):
        before = self.first_run()
        run = run_client("--resume", self.path, "--output", "jsonl", "--source", "192.0.2.1")
        self.assertEqual(sorted(run.stdout.splitlines()), sorted(before.splitlines()))
        self.assertEqual((run.returncode, run.stderr), (1, ""))

    def test_json_reads_back_to_the_same_results_and_summary(self):
        before = json.loads(self.first_run("json"))
        after = json.loads(run_client("--resume", self.path, "--output", "json").stdout)
        for key in ("host", "server_instance", "results", "summary"):
            self.assertEqual(after[key], before[key])

    def test_results_carry_the_session_of_their_own_run(self):
        self.first_run()
        whole = lines_of(self.path)
        self.write(whole[0] + "\n" + whole[1][:100])
        run = run_client("127.0.0.1", *self.specs, "--resume", self.path, "--output", "json")
        self.assertIn("cut short", run.stderr)
        sessions = [result["session"] for result in json.loads(run.stdout)["results"]]
        self.assertEqual(len(set(sessions)), 2)
        self.assertEqual(sessions.count(json.loads(whole[0])["session"]), 1)

    def test_a_cut_line_stays_on_a_line_of_its_own(self):
        self.first_run()
        whole = lines_of(self.path)
        self.write(whole[0] + "\n" + whole[1][:100])
        run = self.append("127.0.0.1", *self.specs, "--resume", self.path, "--output", "jsonl")
        self.assertEqual(run.returncode, 1)
        lines = lines_of(self.path)
        self.assertEqual((len(lines), lines[:2]), (4, [whole[0], whole[1][:100]]))
        self.assertEqual(ports_of([lines[0], *lines[2:]]), ports_of(whole))
        # Once more: nothing is missing now, and nothing is added.
        run = self.append("127.0.0.1", *self.specs, "--resume", self.path, "--output", "jsonl")
        self.assertEqual((run.returncode, lines_of(self.path)), (1, lines))

    def test_another_file_gets_all_of_it(self):
        before = self.first_run()
        self.write("".join(line + "\n" for line in before.splitlines()[:1]))
        run = run_client("127.0.0.1", *self.specs, "--resume", self.path, "--output", "jsonl")
        self.assertEqual(ports_of(run.stdout.splitlines()), ports_of(before.splitlines()))

    def test_what_was_interrupted_is_asked_again(self):
        before = self.first_run().replace('"verdict": "open", "evidence": "echo"',
                                          '"verdict": "untested", "evidence": "interrupted"')
        self.write(before)
        run = run_client("--resume", self.path, "--output", "json")
        self.assertEqual(json.loads(run.stdout)["summary"]["open"], 2)

    def test_ports_of_a_cut_file_are_told_to_be_left_out(self):
        before = self.first_run()
        for text in (before[:-20], before + "{"):
            self.write(text)
            run = run_client("--resume", self.path, "--output", "jsonl")
            self.assertRegex(run.stderr, r"\Apt-client: --resume \"[^\"]+\": [ -~]+\n\Z")
            self.assertIn("left out: give HOST SPEC... to have them tried", run.stderr)
        document = self.first_run("json").splitlines(keepends=True)
        self.write("".join(document[:-3]))
        run = run_client("--resume", self.path)
        self.assertIn("its end is missing; ports that stood there are left out", run.stderr)
        run = run_client("127.0.0.1", *self.specs, "--resume", self.path)
        self.assertRegex(run.stderr, r"\Apt-client: --resume \"[^\"]+\": its end is missing\n\Z")

    def test_a_file_laid_out_anew_is_refused_with_the_command_that_mends_it(self):
        document = json.loads(self.first_run("json"))
        self.write(json.dumps(document, indent=2))
        self.check_refused("laid out", "jq -c '.results[]? // .' FILE")

    def test_a_verdict_that_the_evidence_does_not_give_is_refused(self):
        self.write(self.first_run().replace('"evidence": "echo"', '"evidence": "silence"'))
        self.check_refused("silence does not go with", "open")

    def test_an_empty_file_is_a_run_that_has_not_begun(self):
        self.write("")
        run = self.append("127.0.0.1", *self.specs, "--resume", self.path, "--output", "jsonl")
        self.assertEqual((run.returncode, len(lines_of(self.path))), (1, 3), run.stderr)
        self.write("")
        self.check_refused("holds no result")

    def test_hostile_files(self):
        for text, part in (("\x1b[2J", "line 1"), ("{}\n", "\"host\""), ("[" * 100_000, "line 1"),
                           ('{"host":' * 10_000, "line 1"), ('{"a": ' + "[" * 50 + "}\n", "JSON"),
                           ('{"host": "' + "x" * 100_000, "longer than"),
                           ("\n\nGET / HTTP/1.0\n", "line 3")):
            self.write(text)
            self.check_refused(self.path, part, "pt-client HOST SPEC... --output jsonl > FILE")
        self.path = "/nonexistent"
        self.check_refused("cannot be read: No such file")
        self.path = "/dev/zero"
        self.check_refused("line 1")
        self.path = "/"
        self.check_refused("Is a directory")


class Only(ResumeCase):
    def test_shows_some_and_counts_all(self):
        with programs.Server("tcp/0") as server:
            arguments = ("127.0.0.1", f"tcp/{server.tcp},{programs.closed_port()}")
            run = run_client(*arguments, "--only", "closed")
            self.assertNotIn("echo received", run.stdout)
            self.assertIn("2 ports: 1 open, 1 closed", run.stdout)
            self.assertEqual(run.returncode, 1)
            run = run_client(*arguments, "--only", "open", "--output", "json")
            document = json.loads(run.stdout)
            self.assertEqual([r["verdict"] for r in document["results"]], ["open"])
            self.assertEqual((document["summary"]["closed"], run.returncode), (1, 1))
            run = run_client(*arguments, "--only", "cut,filtered", "--output", "jsonl")
            self.assertEqual((run.stdout, run.returncode), ("", 1))
            run = run_client(*arguments, "--only", "cut", "--only", "open", "--output", "csv")
            self.assertEqual(len(run.stdout.splitlines()), 2)


if __name__ == "__main__":
    unittest.main()
