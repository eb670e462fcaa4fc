"""client/report/scan/output.schema.json describes the json and jsonl output of pt-client: each key that is
printed, and no other."""

import json
import os
import pathlib
import re
import signal
import tempfile
import unittest

import programs
from programs import run_client
from schema import RESULT_SCHEMA, SCHEMA, enum, keys_of, keys_with_values, words

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None


class Enumerations(unittest.TestCase):
    """The closed sets of words are those of the program."""

    def test_verdicts(self):
        verdicts = list(words("common/core/verdict_words.cpp", "Verdict").values())
        self.assertEqual(len(verdicts), 9)
        self.assertEqual(enum("verdict"), verdicts)
        self.assertEqual(list(SCHEMA["properties"]["summary"]["properties"]), verdicts)

    def test_evidence(self):
        evidence = list(words("common/core/verdict_words.cpp", "Evidence").values())
        self.assertGreater(len(evidence), 20)
        self.assertEqual(enum("evidence"), evidence)

    def test_directions(self):
        directions = list(words("common/core/verdict_words.cpp", "Direction").values())
        self.assertEqual(len(directions), 3)
        self.assertEqual(enum("direction"), [*directions, None])

    def test_port_states(self):
        states = words("common/core/port_state.cpp", "PortState")
        del states["not_asked"]  # never part of a manifest
        self.assertEqual(enum("port_state"), list(states.values()))


class Requirements(unittest.TestCase):
    """What makes the schema strict."""

    def objects(self, schema):
        if isinstance(schema, dict):
            if schema.get("type") == "object":
                yield schema
            for value in schema.values():
                yield from self.objects(value)

    def test_every_object_requires_its_keys_and_allows_no_other(self):
        objects = list(self.objects(SCHEMA))
        self.assertGreater(len(objects), 6)
        for described in objects:
            self.assertEqual(described["required"], list(described["properties"]))
            self.assertIs(described["additionalProperties"], False)


@programs.needs(Draft202012Validator,
                "needs the Python module jsonschema, 4.0 or newer: install python3-jsonschema")
class Output(unittest.TestCase):
    """Scans with every kind of outcome; what they print is validated, and together they print every
    key with a value."""

    @classmethod
    def setUpClass(cls):
        cls.server = programs.Server("tcp/0", "udp/0")
        cls.addClassCleanup(cls.server.kill)
        cls.open = (f"tcp/{cls.server.tcp}", f"udp/{cls.server.udp}")
        cls.closed = (f"tcp/{programs.closed_port()}",
                      f"udp/{programs.closed_port()}")

    def errors(self, schema, value):
        return [f"{error.json_path}: {error.message}"
                for error in Draft202012Validator(schema).iter_errors(value)]

    def check_document(self, text):
        document = json.loads(text)
        self.assertEqual(self.errors(SCHEMA, document), [])
        return document

    def check_lines(self, text):
        results = [json.loads(line) for line in text.splitlines()]
        for result in results:
            self.assertEqual(self.errors(RESULT_SCHEMA, result), [])
        return results

    def scan(self, *arguments):
        return self.check_document(run_client(*arguments, "--output", "json", "--timeout",
                                              "500ms").stdout)

    def outcomes(self, document):
        return {(result["verdict"], result["evidence"]) for result in document["results"]}

    def open_and_closed(self):
        document = self.scan("127.0.0.1", *self.open, *self.closed, "--frame-size", "1400")
        self.assertEqual(self.outcomes(document), {("open", "echo"), ("closed", "reset"),
                                                   ("closed", "icmp-port-unreachable")})
        return document

    def with_a_key(self):
        with tempfile.TemporaryDirectory() as folder:
            key = os.path.join(folder, "key")
            run_client("keygen", key)
            with programs.Server("tcp/0", "--keys", key) as server:
                document = self.scan("127.0.0.1", f"tcp/{server.tcp}", "--key", key)
        self.assertEqual(self.outcomes(document), {("open", "echo")})
        return document

    def filtered(self):
        with programs.udp_silence() as (port,):
            document = self.scan("127.0.0.1", f"udp/{port}")
        self.assertEqual(self.outcomes(document), {("filtered", "silence")})
        return document

    def answered(self):
        with programs.tcp_listener() as (_, port):
            document = self.scan("127.0.0.1", f"tcp/{port}")
        self.assertEqual(self.outcomes(document), {("answered", "handshake")})
        return document

    def not_listening(self):
        with programs.udp_silence() as (port,):
            document = self.scan("127.0.0.1", self.open[1], f"udp/{port}")
        self.assertEqual(self.outcomes(document), {("open", "echo"), ("untested", "not-listening")})
        return document

    def listed(self):
        document = self.scan("list", "127.0.0.1", self.open[0])
        (manifest,) = document["manifests"]
        self.assertEqual({line["state"] for line in manifest["ports"]}, {"listening"})
        return document

    def listed_with_a_port_in_use(self):
        with programs.tcp_listener() as (_, port):
            with programs.Server("tcp/0", f"tcp/{port}") as server:
                document = self.scan("list", "127.0.0.1", f"tcp/{server.tcp}")
        (manifest,) = document["manifests"]
        self.assertEqual({line["state"] for line in manifest["ports"]},
                         {"listening", "in use by another program"})
        return document

    def unresolvable(self):
        document = self.scan("does-not-exist.invalid", "tcp/443")
        self.assertEqual(self.outcomes(document), {("untested", "local-error")})
        self.assertIsNone(document["results"][0]["address"])
        return document

    def local_failure(self):
        document = self.scan("127.0.0.1", *self.open, "--interface", "nosuch0")
        self.assertEqual(self.outcomes(document), {("untested", "local-error")})
        return document

    def several_servers(self):
        with programs.Server("tcp/0", bind=("127.0.0.2",)) as other:
            document = self.scan("tcp://127.0.0.2:%d" % other.tcp,
                                 "tcp://127.0.0.1:%d" % self.server.tcp)
        self.assertEqual(self.outcomes(document), {("open", "echo")})
        return document

    def ipv6(self):
        with programs.Server("tcp/0", "udp/0", bind=("::1",)) as server:
            document = self.scan("::1", f"tcp/{server.tcp}", f"udp/{server.udp}",
                                 f"udp/{programs.closed_port()}")
        return document

    def nothing_shown(self):
        document = self.scan("127.0.0.1", *self.open, "--only", "cut")
        self.assertEqual(document["results"], [])
        self.assertEqual(document["summary"]["open"], 2)
        return document

    def interrupted(self):
        with programs.udp_silence(2) as silent:
            with programs.started(programs.CLIENT, "127.0.0.1", *[f"udp/{port}" for port in silent],
                                  "--timeout", "60s", "--output", "json") as run:
                self.wait_until_started(run)
                run.send_signal(signal.SIGINT)
                out, _ = run.communicate(timeout=programs.PATIENCE)
        document = self.check_document(out)
        self.assertEqual(self.outcomes(document), {("untested", "interrupted")})
        self.assertIs(document["interrupted"], True)
        return document

    def wait_until_started(self, run):
        """It takes signals for its own once it has caught them."""
        caught = 1 << signal.SIGINT - 1
        mask = 0
        while not mask & caught:
            self.assertIsNone(run.poll())
            status = pathlib.Path(f"/proc/{run.pid}/status").read_text(encoding="ascii")
            mask = int(re.search(r"^SigCgt:\s*([0-9a-f]+)", status, re.M)[1], 16)

    def read_from_an_older_file(self):
        """A file whose results have no findings."""
        run = run_client("127.0.0.1", *self.open, *self.closed, "--output", "jsonl")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "run.jsonl")
            with open(path, "w", encoding="ascii") as file:
                for line in run.stdout.splitlines():
                    result = json.loads(line)
                    del result["findings"]
                    file.write(json.dumps(result) + "\n")
            document = self.scan("--resume", path)
        self.assertEqual({result["findings"] for result in document["results"]}, {None})
        return document

    def test_the_schema_is_one(self):
        Draft202012Validator.check_schema(SCHEMA)

    def test_every_document_is_valid_and_every_key_occurs(self):
        kept = (self.open_and_closed, self.with_a_key, self.filtered, self.answered, self.not_listening, self.listed,
                self.listed_with_a_port_in_use, self.unresolvable, self.local_failure,
                self.several_servers, self.ipv6, self.nothing_shown, self.interrupted,
                self.read_from_an_older_file)
        seen = set()
        for scan in kept:
            with self.subTest(scan=scan.__name__):
                seen.update(keys_with_values(scan()))
        # What reached a server in spite of silence takes a firewall or an exact record.
        self.assertLessEqual(set(keys_of(SCHEMA)) - seen, {"results[].reached"})

    @programs.needs_network_namespace()
    def test_no_route(self):
        run = programs.run("unshare", "-rn", programs.CLIENT, "192.0.2.1", "any/53", "--output",
                           "json")
        document = self.check_document(run.stdout)
        self.assertEqual(self.outcomes(document), {("unreachable", "no-route")})

    def test_every_line_of_jsonl_is_a_result(self):
        with programs.udp_silence() as (port,):
            run = run_client("127.0.0.1", *self.open, *self.closed, f"udp/{port}", "--output",
                             "jsonl", "--timeout", "500ms", "--no-journal")
        self.assertEqual(len(self.check_lines(run.stdout)), 5)
        run = run_client("does-not-exist.invalid", "any/443", "--output", "jsonl")
        self.assertEqual(len(self.check_lines(run.stdout)), 2)

    def test_a_key_that_is_not_described_is_an_error(self):
        document = self.open_and_closed()
        for place in (document, document["results"][0], document["results"][0]["findings"],
                      document["summary"]):
            place["new_key"] = 1
            (error,) = self.errors(SCHEMA, document)
            self.assertIn("new_key", error)
            del place["new_key"]

    def test_a_direction_goes_with_filtered_alone(self):
        result = self.filtered()["results"][0]
        self.assertEqual(self.errors(RESULT_SCHEMA, result), [])
        self.assertNotEqual(self.errors(RESULT_SCHEMA, {**result, "direction": None}), [])
        self.assertNotEqual(self.errors(RESULT_SCHEMA, {**result, "verdict": "closed"}), [])


if __name__ == "__main__":
    unittest.main()
