"""pt-client check: policies and expectations, their outcomes, outputs and exit codes; and files that are none."""

import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

import programs
from programs import run_client

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None

SOURCES = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((SOURCES / "client/report/check/check.schema.json").read_text(encoding="ascii"))


SANITIZED = any(name in pathlib.Path(programs.CLIENT).read_bytes() for name in (b"__asan_init", b"__tsan_init"))


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def policy(self, text, name="policy.yaml"):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


class Check(Folder):
    @classmethod
    def setUpClass(cls):
        cls.server = programs.Server("tcp/0", "udp/0", bind=("127.0.0.1",))
        cls.addClassCleanup(cls.server.kill)
        cls.tcp, cls.udp = cls.server.tcp, cls.server.udp
        cls.closed = programs.closed_port()

    def policy_of(self, text):
        return self.policy("version: 1\nhosts: {here: 127.0.0.1}\ntests:\n" + text)

    def test_passed(self):
        path = self.policy_of(f"- {{name: both, to: here, open: [tcp/{self.tcp}, udp/{self.udp}], max_rtt: 5s}}\n")
        done = run_client("check", path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^passed        both\n\n1 test: 1 passed, 0 failed, 0 inconclusive; "
                                      r"2 ports: 2 passed, 0 failed, 0 inconclusive; ")

    def test_failed(self):
        path = self.policy_of(f"- {{to: here, open: tcp/{self.closed}}}\n- {{to: here, blocked: tcp/{self.tcp}}}\n")
        done = run_client("check", path)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertIn(f"failed: here (127.0.0.1) tcp/{self.closed}: expected open; found closed: ", done.stdout)
        self.assertIn(f"failed: here (127.0.0.1) tcp/{self.tcp}: expected blocked; found open: echo received",
                      done.stdout)

    def test_what_proves_nothing_is_inconclusive(self):
        path = self.policy_of("- {to: nowhere.invalid, blocked: tcp/22}\n"
                          f"- {{to: 127.0.0.2, blocked: udp/{self.closed}}}\n")
        done = run_client("check", path, "--timeout", "1s")
        self.assertEqual(done.returncode, 3)
        self.assertIn("2 tests: 0 passed, 0 failed, 2 inconclusive", done.stdout)
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertIn("nowhere.invalid", done.stderr)
        self.assertNotIn("no pt-server was found at nowhere.invalid", done.stdout)  # it is not a host

    def test_expectations_in_place_of_a_policy(self):
        done = run_client("check", "127.0.0.1", f"open:tcp/{self.tcp}", f"closed:tcp/{self.closed}",
                          f"open,answered:udp/{self.udp}")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = run_client("check", "127.0.0.1", f"closed:tcp/{self.tcp}")
        self.assertEqual(done.returncode, 1)

    def test_a_scan_that_is_checked_passes(self):
        words = ("127.0.0.1", f"tcp/{self.tcp},{self.closed}", f"udp/{self.udp},{self.closed}")
        baseline = run_client(*words, "--output", "policy")
        path = self.policy(baseline.stdout)
        done = run_client("check", path)
        self.assertEqual((done.returncode, done.stderr), (0, ""), baseline.stdout + done.stdout)
        self.assertIn("4 ports: 4 passed", done.stdout)

    def test_from_standard_input(self):
        text = f"version: 1\ntests: [{{to: 127.0.0.1, open: tcp/{self.tcp}}}]"
        done = subprocess.run([programs.CLIENT, "check", "-"], input=text, text=True, capture_output=True,
                              check=False, timeout=programs.PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_chosen_tests(self):
        path = self.policy_of(f"- {{name: one, to: here, open: tcp/{self.tcp}}}\n"
                          f"- {{name: two, to: here, open: tcp/{self.closed}}}\n"
                          f"- {{name: three, from: app, to: here, open: tcp/{self.closed}}}\n")
        done = run_client("check", path, "--only", "one")
        self.assertEqual(done.returncode, 0)
        done = run_client("check", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Note: not run, as it is to be run from another place (--from): three", done.stdout)
        done = run_client("check", path, "--from", "app")
        self.assertIn("1 test: 0 passed, 1 failed", done.stdout)

    def test_two_thousand_expectations(self):
        ports = [f"tcp/{self.tcp}", f"udp/{self.udp}"]
        with programs.Server("tcp/0", "udp/0", bind=()) as server:
            ports = [f"tcp/{server.tcp}", f"udp/{server.udp}"]
            hosts = ", ".join(f"127.0.{third}.{last}" for third in (1, 2, 3, 4, 5) for last in range(1, 201))
            path = self.policy_of(f"- {{to: [{hosts}], open: [{', '.join(ports)}]}}\n")
            done = run_client("check", path)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout[-500:])
        self.assertIn("2,000 ports: 2,000 passed", done.stdout)

    def mixed(self):
        return self.policy_of(f"- {{name: good, to: here, open: tcp/{self.tcp}}}\n"
                          f"- {{name: 'bad <&\"', to: here, open: tcp/{self.closed}}}\n"
                          "- {name: unknown, to: nowhere.invalid, blocked: tcp/22}\n"
                          "- {name: elsewhere, from: app, to: here, open: tcp/1}\n")

    @programs.needs(Draft202012Validator,
                    "needs the Python module jsonschema, 4.0 or newer: install python3-jsonschema")
    def test_json(self):
        done = run_client("check", self.mixed(), "--output", "json")
        document = json.loads(done.stdout)
        self.assertEqual([error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)], [])
        self.assertEqual([test["outcome"] for test in document["tests"]], ["passed", "failed", "inconclusive"])
        self.assertEqual(document["not_run"], ["elsewhere"])
        self.assertEqual(document["summary"]["tests"], {"passed": 1, "failed": 1, "inconclusive": 1})

    def test_every_object_of_the_schema_requires_its_keys(self):
        for described in (SCHEMA, *(one for one in SCHEMA["$defs"].values() if one.get("type") == "object")):
            self.assertEqual(described["required"], list(described["properties"]))
            self.assertIs(described["additionalProperties"], False)

    def test_junit(self):
        done = run_client("check", self.mixed(), "--output", "junit")
        root = xml.etree.ElementTree.fromstring(done.stdout)
        self.assertEqual((root.tag, root.get("tests"), root.get("failures"), root.get("errors")),
                         ("testsuites", "4", "1", "1"))
        suites = list(root)
        self.assertEqual([suite.get("name") for suite in suites], ["good", "bad <&\"", "unknown", "elsewhere"])
        for suite in suites:
            self.assertEqual((suite.tag, int(suite.get("tests"))), ("testsuite", len(suite)))
            for case in suite:
                self.assertEqual(case.tag, "testcase")
                self.assertEqual({"classname", "name", "time"}, set(case.attrib))
        self.assertEqual([[child.tag for child in suite[0]] for suite in suites], [[], ["failure"], ["error"], ["skipped"]])
        self.assertIn("expected open; found closed", suites[1][0][0].get("message"))

    def test_tap(self):
        lines = run_client("check", self.mixed(), "--output", "tap").stdout.splitlines()
        self.assertEqual(lines[:2], ["TAP version 14", "1..4"])
        points = [line for line in lines if line.startswith(("ok ", "not ok "))]
        self.assertEqual([line.split(" - ")[0] for line in points], ["ok 1", "not ok 2", "not ok 3", "ok 4"])
        self.assertEqual(lines.count("  ---"), lines.count("  ..."))

    def test_interrupted(self):
        path = self.policy_of("- {to: 192.0.2.1, blocked: tcp/1-2000}\n"
                          f"- {{to: here, open: tcp/{self.tcp}}}\n")
        command = [programs.CLIENT, "check", path, "--rate", "50", "--output", "json"]
        with subprocess.Popen(["unshare", "-rn", "sh", "-c", 'ip link set lo up; exec "$@"', "sh", *command]
                              if programs.works("unshare", "-rn", "true") else command,
                              stdout=subprocess.PIPE, text=True) as process:
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            document = json.loads(process.communicate(timeout=programs.PATIENCE)[0])
        self.assertEqual(process.returncode, 130)
        self.assertIs(document["interrupted"], True)
        self.assertEqual(sum(document["summary"]["ports"].values()), 2001)


class NoPolicy(Folder):
    """One line that names the file and the place, exit 2; soon, and in little memory."""

    def refused(self, *words):
        """What it said, and how many KiB it took: measured from a small process, as the kernel counts in what
        the one took that started it."""
        measured = ("import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
                    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)")
        done = programs.run(sys.executable, "-S", "-c", measured, programs.CLIENT, "check", *words)
        said = done.stderr
        self.assertEqual(done.returncode, 2, said)
        (memory,) = done.stdout.splitlines()  # nothing else
        self.assertEqual(len(said.splitlines()), 1, said)
        self.assertTrue(said.startswith("pt-client: ") and said[:-1].isprintable(), said)
        return said, int(memory)

    def test_what_stands_there_is_named(self):
        bomb = "a: &a [x, x]\n" + "".join(f"{name}: &{name} [*{last}, *{last}]\n"
                                          for last, name in zip("abcdefghijk", "bcdefghijkl"))
        for text, expected in (
                ("", "line 1, column 1: no policy"),
                ("version: 1\ntests: [", "line 2"),
                ("version: 1\n" + bomb, "line 2, column 4: an anchor"),
                ('{"pt": "0.1", "results": [], "summary": {}}', "line 1, column 1: the output of a scan, not a policy"),
                ("<?xml version=\"1.0\"?><nmaprun/>", "line 1, column 1: no policy"),
                ("version: 1\ntests:\n- {to: a, open: [tcp/443], open: [tcp/80]}", "line 3, column 28: \"open\" may"),
                ("version: 1\ntests:\n- {to: a, open: tcp/70000}", "line 3, column 17: "),
                ("[" * 1_000_000, "policy.yaml line 1: more than 100 open brackets"),
                ("[\n" * 500_000, "line 101: more than 100 open brackets"),
                ("- \n" * 340_000, "more than 100000 values"),
                ("x" * 10_485_760, "line 1: longer than 65536 bytes"),
                ("#\n" * 5_242_880, "larger than 1 MiB"),
                ("version: 1\ntests:\n- {open: tcp/1, to: [" + ", ".join(f"h{number}\n" for number in range(90_000)) +
                 "]}", "too many hosts: 4096"),
                ("version: 1\ntests:\n" + "- {to: a, open: any/all}\n" * 15_000, "more than 10000 tests")):
            said, memory = self.refused(self.policy(text))
            self.assertIn(expected, said)
            if not SANITIZED:
                self.assertLess(memory, 64 * 1024, expected)

    def test_what_is_no_file(self):
        self.assertIn("No such file", self.refused(str(self.folder / "none"))[0])
        self.assertIn("Is a directory", self.refused(str(self.folder))[0])
        said = self.refused("db.example")[0]
        self.assertIn("add what is expected of it, as in: open:tcp/443", said)

    def test_usage(self):
        self.assertIn("no policy given; usage: pt-client check POLICY", self.refused()[0])
        self.assertIn("invalid expectation \"tcp/443\"", self.refused("127.0.0.1", "tcp/443")[0])
        self.assertIn("--only goes with a policy alone", self.refused("127.0.0.1", "open:tcp/1", "--only", "x")[0])
        path = self.policy("version: 1\ntests: [{name: one, to: a, open: tcp/1}]")
        self.assertIn("--only \"two\": the policy has no test of that name; it has \"one\"",
                      self.refused(path, "--only", "two")[0])
        self.assertIn("--from \"app\": no selected test has this place", self.refused(path, "--from", "app")[0])
        self.assertIn("--output \"csv\": table, json, markdown, html, junit and tap", self.refused(path, "--output", "csv")[0])
        self.assertIn("127.0.0.1\" is an IPv4 address, but -6", self.refused("-6", "127.0.0.1", "open:tcp/1")[0])
        self.assertIn("--explain", self.refused(path, "--explain")[0])


if __name__ == "__main__":
    unittest.main()
