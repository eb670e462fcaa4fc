"""pt-client watch on loopback: events and summary, the command at each change, misuse."""

import json
import os
import pathlib
import pty
import re
import resource
import signal
import socket
import subprocess
import tempfile
import time
import unittest

import ports
import programs
from programs import CLIENT, PATIENCE, run_client

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None

SOURCES = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((SOURCES / "client/report/watch/watch.schema.json").read_text(encoding="ascii"))


def events_of(text):
    return [json.loads(line) for line in text.splitlines()]


class Watch(unittest.TestCase):
    def setUp(self):
        self.port = ports.closed_port()

    def test_events_and_summary(self):
        with programs.Server(f"any/{self.port}") as server:
            done = run_client("watch", "--every", "200ms", "--for", "1s", "127.0.0.1", f"any/{self.port}",
                              "--output", "jsonl")
        self.assertEqual((0, ""), (done.returncode, done.stderr), done)
        events = events_of(done.stdout)
        changes = {(one["protocol"], one["after"]) for one in events if one["event"] == "change"}
        self.assertEqual({("tcp", "open"), ("udp", "open")}, changes)
        summaries = [one for one in events if one["event"] == "summary"]
        self.assertEqual(2, len(summaries))
        for summary in summaries:
            self.assertEqual((100.0, 0, False),
                             (summary["available_percent"], summary["outage_count"], summary["interrupted"]))
            self.assertGreater(summary["rtt_p99_ms"], 0)

    @programs.needs(Draft202012Validator, "install python3-jsonschema")
    def test_events_are_as_the_schema_says(self):
        Draft202012Validator.check_schema(SCHEMA)
        with programs.Server(f"any/{self.port}") as server:
            with programs.started(CLIENT, "watch", "--every", "200ms", "127.0.0.1", f"any/{self.port}", "--output", "jsonl") as process:
                time.sleep(1)
                server.stop()
                time.sleep(1)
                process.send_signal(signal.SIGSTOP)
                time.sleep(0.5)
                process.send_signal(signal.SIGCONT)
                time.sleep(4)
                process.send_signal(signal.SIGINT)
                out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(130, process.returncode)
        events = events_of(out)
        for event in events:
            Draft202012Validator(SCHEMA).validate(event)
        self.assertEqual({"change", "established-end", "verdict", "pause", "summary"}, {one["event"] for one in events})

    def test_a_service_that_is_not_pts(self):
        with socket.create_server(("127.0.0.1", self.port)):
            done = run_client("watch", "--every", "200ms", "--for", "5s", "127.0.0.1", str(self.port))
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertIn("scan: answered", done.stdout)
        self.assertIn("available 100.000%", done.stdout)

    def test_until_open(self):
        with programs.started(CLIENT, "watch", "--every", "200ms", "--until", "open", "127.0.0.1", str(self.port)) as process:
            time.sleep(1)
            with programs.Server(str(self.port)):
                self.assertEqual(0, process.wait(PATIENCE))

    def test_until_open_in_vain(self):
        done = run_client("watch", "--every", "200ms", "--until", "open", "--for", "1s", "127.0.0.1", str(self.port))
        self.assertEqual(1, done.returncode, done.stdout)

    def test_a_closed_port_is_an_outage(self):
        done = run_client("watch", "--every", "200ms", "--for", "1s", "127.0.0.1", str(self.port))
        self.assertEqual(1, done.returncode)
        self.assertIn("new connections: refused since", done.stdout)
        self.assertIn("available 0.000%; 1 outage", done.stdout)

    def test_a_command_is_told_of_each_change(self):
        with tempfile.TemporaryDirectory() as folder:
            told = pathlib.Path(folder, "told")
            with programs.Server(str(self.port)) as server:
                with programs.started(CLIENT, "watch", "--every", "200ms", "127.0.0.1", str(self.port), "--", "sh", "-c",
                              f"echo $PT_PROTOCOL $PT_PORT $PT_FLOW $PT_BEFORE $PT_STATE $PT_LATEST >> {told}; echo x"
                              ) as process:
                    time.sleep(1)
                    server.stop()
                    time.sleep(1.5)
                    process.send_signal(signal.SIGTERM)
                    out, errors = process.communicate(timeout=PATIENCE)
            lines = [line.split() for line in told.read_text(encoding="ascii").splitlines()]
        self.assertEqual([["tcp", str(self.port), "new", "unknown", "open"],
                          ["tcp", str(self.port), "established", "open", "ended"],
                          ["tcp", str(self.port), "new", "open", "refused"]], [line[:5] for line in lines])
        self.assertRegex(lines[0][5], r"^20\d\d-.*Z$")
        self.assertNotIn("x\n", out.splitlines(keepends=True))
        self.assertEqual(3, errors.count("x\n"))

    def test_a_command_that_cannot_be_run(self):
        done = run_client("watch", "--every", "200ms", "--for", "1s", "127.0.0.1", str(self.port), "--", "./no-such")
        self.assertIn('"./no-such" cannot be run: No such file or directory', done.stderr)

    def test_a_table_on_a_terminal(self):
        main, other = pty.openpty()
        with programs.Server(str(self.port)):
            with os.fdopen(other, "w") as terminal, os.fdopen(main, "rb", 0) as screen:
                subprocess.run(["stty", "rows", "10", "cols", "60"], stdin=terminal, check=True)
                subprocess.run([CLIENT, "watch", "--every", "200ms", "--for", "1s", "127.0.0.1", f"tcp/{self.port}"],
                               stdin=subprocess.DEVNULL, stdout=terminal, stderr=subprocess.PIPE, check=True,
                               timeout=PATIENCE)
                text = screen.read(65536).decode("ascii")
        self.assertIn("PORT", text)
        self.assertIn("\x1b[J", text)
        rows = [line for line in re.sub(r"\r|\x1b\[[0-9]*[AJm]", "\n", text.split("Watched for")[0]).splitlines()
                if line.startswith(("PORT", "tcp/"))]
        self.assertGreater(len(rows), 4)
        for row in rows:
            self.assertLessEqual(len(row), 60)


class Misuse(unittest.TestCase):
    def refused(self, *words):
        done = run_client("watch", *words)
        self.assertEqual((2, ""), (done.returncode, done.stdout), words)
        self.assertEqual(1, done.stderr.count("\n"), done.stderr)
        return done.stderr

    def test_usage(self):
        self.assertIn("100ms to 1h", self.refused("h", "1", "--every", "50ms"))
        self.assertIn("90s, 30m, 2h", self.refused("h", "1", "--for", "2d"))
        self.assertIn("open and blocked are allowed", self.refused("h", "1", "--until", "closed"))
        self.assertIn("table and jsonl are allowed", self.refused("h", "1", "--output", "csv"))
        self.assertIn("no command behind --", self.refused("h", "1", "--"))
        self.assertIn("--source-port", self.refused("h", "1", "--source-port", "1000"))

    def test_too_many_ports(self):
        self.assertIn("65535 ports are too many to watch every 1000 ms: at most 400", self.refused("127.0.0.1", "tcp/all"))

    def test_what_is_too_much_takes_no_memory(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
        done = programs.run(CLIENT, "watch", "127.0.0.0/25", "any/all", preexec_fn=limit)
        self.assertEqual(2, done.returncode, done)
        self.assertIn("too many to watch", done.stderr)

    def test_one_of_several_names_is_unknown(self):
        port = ports.closed_port()
        with programs.Server(str(port)):
            done = run_client("watch", "--every", "200ms", "--for", "1s", "--until", "open", "--host", "127.0.0.1",
                              "--host", "does-not-exist.invalid", str(port))
        self.assertEqual(3, done.returncode, done)

    def test_an_unknown_name(self):
        done = run_client("watch", "--for", "1s", "does-not-exist.invalid", "1")
        self.assertEqual(3, done.returncode)
        self.assertIn("does-not-exist.invalid", done.stderr)


if __name__ == "__main__":
    unittest.main()
