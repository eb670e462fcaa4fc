"""pt-client diff and --baseline: two scans of a server that changes in between, and files that are no scan."""

import csv
import io
import json
import pathlib
import tempfile
import unittest

import programs
from programs import run_client

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None

SOURCES = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((SOURCES / "client/report/compare/diff.schema.json").read_text(encoding="ascii"))


class Diff(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.closed = programs.closed_port()
        with programs.Server("tcp/0", "udp/0") as server:
            cls.words = ("127.0.0.1", f"tcp/{server.tcp},{cls.closed}", f"udp/{server.udp}")
            cls.tcp, cls.udp = server.tcp, server.udp
            for name in ("before", "again"):
                cls.save(name, *cls.words)
        cls.save("after", *cls.words)

    @classmethod
    def save(cls, name, *words):
        for output in ("json", "jsonl"):
            text = run_client(*words, "--output", output, "--timeout", "1s").stdout
            (cls.folder / f"{name}.{output}").write_text(text, encoding="ascii")

    def file(self, name):
        return str(self.folder / name)

    def test_identical(self):
        done = run_client("diff", self.file("before.json"), self.file("again.jsonl"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("no differences", done.stdout.lower())

    def test_what_is_shut_now(self):
        done = run_client("diff", self.file("before.json"), self.file("after.json"))
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertRegex(done.stdout, rf"tcp/{self.tcp}\b.*open.*closed")
        self.assertRegex(done.stdout, rf"udp/{self.udp}\b.*open.*closed")
        self.assertNotIn(f"tcp/{self.closed}", done.stdout)

    def test_what_is_open_now(self):
        done = run_client("diff", self.file("after.jsonl"), self.file("before.json"), "--output", "json")
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        document = json.loads(done.stdout)
        self.assertEqual([(change["kind"], change["protocol"], change["first_port"], change["last_port"])
                          for change in document["changes"]],
                         [("newly-open", "tcp", self.tcp, self.tcp), ("newly-open", "udp", self.udp, self.udp)])

    @programs.needs(Draft202012Validator, "needs the Python module jsonschema: install python3-jsonschema")
    def test_output_is_as_the_schema_says(self):
        other = self.folder / "other-host.json"
        other.write_text(run_client("127.0.0.2", f"tcp/{self.closed}", "--output", "json").stdout, encoding="ascii")
        Draft202012Validator.check_schema(SCHEMA)
        change = {**SCHEMA["$defs"]["change"], "$defs": SCHEMA["$defs"]}
        kinds = set()
        for files in (("before.json", "after.json"), ("after.jsonl", "before.json"), ("before.json", "other-host.json")):
            document = json.loads(run_client("diff", *map(self.file, files), "--output", "json").stdout)
            self.assertEqual([], [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)])
            kinds |= {one["kind"] for one in document["changes"]}
            for line in run_client("diff", *map(self.file, files), "--output", "jsonl").stdout.splitlines():
                Draft202012Validator(change).validate(json.loads(line))
        self.assertLessEqual({"newly-open", "changed", "removed-host", "new-host"}, kinds)

    def test_a_line_for_each_change(self):
        files = self.file("before.json"), self.file("after.json")
        lines = run_client("diff", *files, "--output", "jsonl").stdout.splitlines()
        self.assertEqual([json.loads(line)["kind"] for line in lines], ["changed", "changed"])
        rows = list(csv.DictReader(io.StringIO(run_client("diff", *files, "--output", "csv").stdout)))
        self.assertEqual([row["kind"] for row in rows], ["changed", "changed"])

    def test_baseline(self):
        done = run_client(*self.words, "--timeout", "1s", "--baseline", self.file("after.json"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = run_client(*self.words, "--timeout", "1s", "--baseline", self.file("before.jsonl"))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, rf"tcp/{self.tcp}\b.*open.*closed")

    def test_a_port_that_was_not_scanned_before(self):
        done = run_client("127.0.0.1", f"tcp/{self.closed}", "--baseline", self.file("after.json"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("only before", done.stdout.lower())

    def refused(self, *words):
        done = run_client(*words)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.stderr

    def test_what_is_no_scan(self):
        good = self.file("before.json")
        for name, text in (("empty", ""), ("nmap.xml", "<?xml version=\"1.0\"?>\n<nmaprun/>\n"),
                           ("other.json", '{"hosts": []}\n'), ("long", "x" * 10_485_760),
                           ("deep", "[" * 100_000), ("zeros", "\0" * 1000)):
            path = self.folder / name
            path.write_text(text, encoding="ascii")
            self.assertIn(name, self.refused("diff", good, str(path)))
            self.assertIn(name, self.refused(*self.words, "--baseline", str(path)))
        self.assertIn("No such file", self.refused("diff", good, self.file("none")))
        self.assertIn("Is a directory", self.refused("diff", str(self.folder), good))

    def test_usage(self):
        good = self.file("before.json")
        for words in ((), (good,), (good, good, good)):
            self.assertIn("two files of results are compared", self.refused("diff", *words))
        self.assertIn("can be one of the two files", self.refused("diff", "-", "-"))
        self.assertIn("table, json, jsonl, csv, markdown and html", self.refused("diff", good, good, "--output", "policy"))
        for option in (("--resume", good), ("--only", "open"), ("--explain",), ("--output", "policy"),
                       ("--require", "echo")):
            self.assertIn("does not go with --baseline", self.refused(*self.words, "--baseline", good, *option))


if __name__ == "__main__":
    unittest.main()
