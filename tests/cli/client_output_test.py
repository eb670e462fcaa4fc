"""What pt-client prints in each format, and that nothing but the result is on stdout."""

import csv
import io
import json
import re
import subprocess
import unittest
from datetime import datetime

import programs
from programs import run_client

VERDICTS = ["open", "answered", "intercepted", "cut", "closed", "rejected", "filtered",
            "unreachable", "untested"]
EVIDENCE = ["echo", "handshake", "foreign-data", "foreign-answer", "altered-echo", "data-reset",
            "data-lost", "reset", "forged-reset", "icmp-port-unreachable",
            "icmp-protocol-unreachable", "icmp-admin-prohibited", "icmp-parameter-problem",
            "icmp-host-unreachable", "icmp-net-unreachable", "icmp-time-exceeded", "no-route",
            "silence", "not-listening", "local-error", "interrupted", "server-lost"]
SOCKET_ADDRESS = r"(\d+(\.\d+){3}|\[[0-9a-f:.%]+\]):\d+"


def one_of(words):
    return lambda value: value in words


def text(pattern=".*"):
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.S) is not None


def number(least=0):
    return lambda value: type(value) in (int, float) and value >= least


def count(value):
    return type(value) is int and value >= 0


def maybe(check):
    return lambda value: value is None or check(value)


def matches(shape):
    """Whether an object has these keys, and values that pass their checks."""
    return lambda value: (isinstance(value, dict) and set(shape) <= set(value)
                          and all(check(value[key]) for key, check in shape.items()))


# The keys are a contract: none may be missing; new ones may come.
RTT = {"min": number(), "avg": number(), "max": number(), "stddev": number(), "samples": count}
FINDINGS = {
    **{key: lambda value: isinstance(value, bool)
       for key in ("echo", "altered_echo", "foreign_data", "established", "no_route",
                   "retransmitted", "late_echo", "data_acknowledged")},
    **{key: count for key in ("attempts", "resets", "data_resets", "ends_of_stream",
                              "icmp_errors", "lost")},
    "icmp": maybe(matches({"type": count, "code": count, "from": maybe(text("[0-9a-f:.%]+"))})),
    "local_error": maybe(count),
}
RESULT = {
    "host": text(), "address": maybe(text(r"[0-9a-f:.%]+")), "protocol": one_of(["tcp", "udp"]),
    "port": lambda value: type(value) is int and 1 <= value <= 65535,
    "service": maybe(text("[ -~]+")), "verdict": one_of(VERDICTS), "evidence": one_of(EVIDENCE),
    "by": maybe(text(r"[0-9a-f:.%]+")),
    "direction": maybe(one_of(["forward", "return", "unknown"])), "error": maybe(text()),
    "attempts": count, "rtt_ms": maybe(matches(RTT)), "frames_sent": count, "frames_lost": count,
    "frame_size": maybe(count),
    "local": maybe(text(SOCKET_ADDRESS)), "seen_source": maybe(text(SOCKET_ADDRESS)),
    "seen_destination": maybe(text(SOCKET_ADDRESS)), "received_ttl": maybe(count),
    "server_instance": maybe(text("[0-9a-f]{16}")), "key": maybe(text("[0-9a-f]{8}")),
    "notes": lambda value: isinstance(value, list) and all(map(text(), value)),
    "hint": maybe(text("[ -~]+")), "hint_on_server": maybe(text("[ -~]+")),
    "record": maybe(one_of(["exact", "sampled"])), "findings": matches(FINDINGS),
}
RUN = {
    "pt": text(r"\d+\.\d+\.\d+[a-z0-9.+~]*"), "started": text(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "duration_s": number(), "host": text(), "server_instance": maybe(text("[0-9a-f]{16}")),
    "interrupted": lambda value: isinstance(value, bool),
    "results": lambda value: isinstance(value, list),
    "summary": matches({verdict: count for verdict in VERDICTS}),
}


class OutputCase(unittest.TestCase):
    def check_shape(self, value, shape):
        self.assertLessEqual(set(shape), set(value))
        for key, check in shape.items():
            self.assertTrue(check(value[key]), f"{key}: {value[key]!r}")


class Formats(OutputCase):
    """One run over open, closed and silent ports, in every format."""

    @classmethod
    def setUpClass(cls):
        cls.server = programs.Server("tcp/0", "udp/0")
        cls.addClassCleanup(cls.server.kill)
        silence = programs.udp_silence()
        (cls.silent,) = silence.__enter__()
        cls.addClassCleanup(silence.__exit__, None, None, None)
        cls.closed = programs.closed_port()
        cls.specs = [f"udp/{cls.silent}", f"tcp/{cls.closed}", f"udp/{cls.server.udp}",
                     f"tcp/{cls.server.tcp}"]
        cls.expected = {("tcp", cls.server.tcp): "open", ("udp", cls.server.udp): "open",
                        ("tcp", cls.closed): "closed", ("udp", cls.silent): "filtered"}

    def run_all(self, *arguments):
        """As one end sees it: without the journal, nobody says that the silent port is not held."""
        run = run_client("127.0.0.1", *self.specs, "--timeout", "500ms", "--no-journal",
                         *arguments)
        self.assertEqual((run.returncode, run.stderr), (1, ""))
        self.assertTrue(run.stdout.isascii())
        return run.stdout

    def check_verdicts(self, results):
        self.assertEqual({(result["protocol"], int(result["port"])): result["verdict"]
                          for result in results}, self.expected)

    def test_json(self):
        document = json.loads(self.run_all("--output", "json"))
        self.check_shape(document, RUN)
        for result in document["results"]:
            self.check_shape(result, RESULT)
        self.check_verdicts(document["results"])
        order = [(result["protocol"], result["port"]) for result in document["results"]]
        self.assertEqual(order, sorted(order))
        self.assertEqual(sum(document["summary"].values()), 4)
        self.assertEqual(document["summary"]["open"], 2)
        self.assertEqual(document["host"], "127.0.0.1")
        self.assertEqual(document["interrupted"], False)
        started = datetime.strptime(document["started"], "%Y-%m-%dT%H:%M:%SZ")
        self.assertLess(abs((datetime.utcnow() - started).total_seconds()), 600)

    def test_json_of_an_open_and_of_a_filtered_port(self):
        document = json.loads(self.run_all("--output", "json", "--count", "3"))
        by_port = {(r["protocol"], r["port"]): r for r in document["results"]}
        for protocol, port in (("tcp", self.server.tcp), ("udp", self.server.udp)):
            result = by_port[(protocol, port)]
            self.assertEqual(result["evidence"], "echo")
            self.assertEqual(result["rtt_ms"]["samples"], 3)
            self.assertEqual((result["frames_sent"], result["frames_lost"]), (3, 0))
            self.assertLessEqual(result["rtt_ms"]["min"], result["rtt_ms"]["avg"])
            self.assertLessEqual(result["rtt_ms"]["avg"], result["rtt_ms"]["max"])
            self.assertEqual(result["seen_source"], result["local"])
            self.assertEqual(result["seen_destination"], f"127.0.0.1:{port}")
            self.assertEqual(result["server_instance"], document["server_instance"])
        filtered = by_port[("udp", self.silent)]
        self.assertEqual((filtered["evidence"], filtered["direction"]), ("silence", "unknown"))
        self.assertEqual(filtered["attempts"], 16)
        self.assertTrue(filtered["hint"].startswith(f"pt-client 127.0.0.1 udp/{self.silent}"))
        self.assertFalse(any(filtered["findings"][key] for key in ("echo", "icmp_errors")))
        self.assertTrue(by_port[("udp", self.server.udp)]["findings"]["echo"])
        for key in ("rtt_ms", "by", "error", "seen_source", "seen_destination"):
            self.assertIsNone(filtered[key])

    def test_json_lines(self):
        results = [json.loads(line) for line in self.run_all("--output", "jsonl").splitlines()]
        for result in results:
            self.check_shape(result, RESULT)
        self.check_verdicts(results)

    def test_csv(self):
        output = self.run_all("--output", "csv")
        self.assertEqual(output.count("\r\n"), 5)
        rows = list(csv.DictReader(io.StringIO(output, newline=""), strict=True))
        self.check_verdicts(rows)
        self.assertLessEqual({"host", "address", "evidence", "by", "direction", "rtt_avg_ms"},
                             set(rows[0]))
        for row in rows:
            self.assertNotIn(None, row)  # more cells than headers
            self.assertNotIn(None, row.values())  # fewer

    def test_table(self):
        lines = self.run_all().splitlines()
        self.assertEqual(lines[0], "127.0.0.1")
        self.assertRegex(lines[1], r"^PORT +SERVICE +VERDICT +RTT +EVIDENCE$")
        rows = [line.split() for line in lines[2:6]]
        self.check_verdicts([{"protocol": row[0].split("/")[0], "port": row[0].split("/")[1],
                              "verdict": row[2]} for row in rows])
        verdict_column = lines[1].index("VERDICT")
        for line in lines[2:6]:
            self.assertIn(line[verdict_column:].split()[0], VERDICTS)
        self.assertIn("no reply to 16 attempts", "\n".join(lines))
        self.assertTrue(any(re.match(r"4 ports: 2 open, 1 closed, 1 filtered; ", line)
                            for line in lines), lines)
        self.assertNotIn("\x1b", "\n".join(lines))

    def test_table_of_many_ports_is_grouped(self):
        run = run_client("127.0.0.1", f"tcp/{self.server.tcp}", "udp/1-40", "--timeout", "500ms")
        lines = run.stdout.splitlines()
        row = next(i for i, line in enumerate(lines) if line.startswith("tcp/"))
        group = next(i for i, line in enumerate(lines) if "40 ports: refused by the target" in line)
        self.assertLess(row, group)
        self.assertEqual(lines[group + 1], "  udp/1-40")
        self.assertEqual(run.returncode, 1)

    def test_verbose_table_has_what_the_server_logged(self):
        with programs.Server("tcp/0", "udp/0", "--log-format", "json") as server:
            specs = (f"tcp/{server.tcp}", f"udp/{server.udp}")
            run = run_client("127.0.0.1", *specs, "--tries", "1", "-v")
            _, errors, _ = server.stop()
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        events = [json.loads(line) for line in errors.splitlines()]
        instance = next(event["server_instance"] for event in events if " started, " in event["message"])
        for spec in specs:
            protocol, port = spec.split("/")
            (peer,) = [event["peer"] for event in events if ": first frame from " in event["message"]
                       and event["message"].startswith(f"{protocol} {port}")]
            self.assertRegex(run.stdout, rf"(?m)^{spec} .* echo received.*\n"
                             rf"  {re.escape(peer)} -> 127\.0\.0\.1:{port}; "
                             r"concluded \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}; 1 attempt; "
                             rf"pt-server saw the same source and destination; .*instance {instance}$")

    def test_verbose_table_lists_each_port(self):
        lines = self.run_all("-v", "--only", "filtered,closed").splitlines()
        self.assertEqual(len(lines[2:lines.index("")]), 4)
        self.assertRegex(lines[3], rf"^  127\.0\.0\.1:\d+ -> 127\.0\.0\.1:{self.closed}; concluded .* attempts?$")
        self.assertIn(f" -> 127.0.0.1:{self.silent} (last attempt); ", lines[5])
        self.assertTrue(lines[5].endswith("; 16 attempts"))
        run = run_client("wait", "127.0.0.1", f"tcp/{self.server.tcp}", "-v")
        self.assertIn(f" -> 127.0.0.1:{self.server.tcp}; concluded ", run.stdout)


class Streams(OutputCase):
    def test_json_lines_come_as_they_are_decided(self):
        with programs.Server("tcp/0") as server, programs.udp_silence() as (silent,):
            with programs.started(programs.CLIENT, "127.0.0.1", f"tcp/{server.tcp}",
                                  f"udp/{silent}", "--timeout", "60s", "--output", "jsonl") as run:
                first = json.loads(run.stdout.readline())
                self.assertEqual(first["verdict"], "open")
                self.assertIsNone(run.poll())

    def test_a_name_without_address_is_told_on_stderr_and_in_the_result(self):
        run = run_client("does-not-exist.invalid", "tcp/443", "udp/53", "--output", "json")
        self.assertEqual(run.returncode, 3)
        self.assertRegex(run.stderr, r"\Apt-client: does-not-exist\.invalid: [ -~]+\n\Z")
        document = json.loads(run.stdout)
        self.check_shape(document, RUN)
        for result in document["results"]:
            self.check_shape(result, RESULT)
            self.assertEqual((result["verdict"], result["evidence"]), ("untested", "local-error"))
            self.assertIsNone(result["address"])
            self.assertIn(result["error"], run.stderr)
        self.assertEqual(document["summary"]["untested"], 2)

    def test_results_that_cannot_be_written_are_no_success(self):
        with programs.Server("tcp/0") as server, open("/dev/full", "w", encoding="ascii") as full:
            for output in ("table", "json", "jsonl", "csv"):
                run = subprocess.run([programs.CLIENT, "127.0.0.1", f"tcp/{server.tcp}", "--output",
                                      output], stdout=full, stderr=subprocess.PIPE, text=True,
                                     timeout=programs.PATIENCE, check=False)
                self.assertEqual(run.returncode, 3, output)
                self.assertRegex(run.stderr, r"\Apt-client: [ -~]+\n\Z")


class ManyPorts(OutputCase):
    def test_json_of_every_port_is_whole(self):
        run = run_client("127.0.0.1", "udp/all", "--output", "json", "--timeout", "1s", "--tries",
                         "2")
        document = json.loads(run.stdout)
        self.assertEqual(len(document["results"]), 65535)
        self.assertEqual([r["port"] for r in document["results"]], list(range(1, 65536)))
        self.assertEqual(sum(document["summary"].values()), 65535)


if __name__ == "__main__":
    unittest.main()
