"""Lines of pt-server --log-format json: what all of them have in common, and what one of them holds."""

import json
import pathlib
import re
import unittest

SOURCES = pathlib.Path(__file__).resolve().parents[2]
KEYS = {name: kind for name, kind in re.findall(
    r'LogKeyRow\{LogKey::\w+, "(\w+)", LogKind::(\w+)',
    (SOURCES / "common/net/log_key.hpp").read_text(encoding="ascii"))}
TYPES = {"number": int, "text": str, "list": list}
SCHEMA = json.loads((SOURCES / "client/report/scan/output.schema.json").read_text(encoding="ascii"))
RESULT = SCHEMA["$defs"]["result"]["properties"]
ALWAYS = ["time", "level", "message"]


def events_of(log):
    return [json.loads(line) for line in log.splitlines()]


class LogCase(unittest.TestCase):
    """Every line that a test looks for is checked for what all lines have in common."""

    def check(self, event):
        self.assertEqual(list(event)[:3], ALWAYS)
        self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertTrue(event["message"].isascii() and event["message"].isprintable())
        for key in list(event)[3:]:
            self.assertIn(key, KEYS)
            if event[key] is not None:
                self.assertIs(type(event[key]), TYPES[KEYS[key]], event)
            schema = RESULT["seen_source" if key == "peer" else key if key in RESULT else "notes"]
            if event[key] is not None and "pattern" in schema:
                self.assertRegex(event[key], schema["pattern"])
        if "state" in event:
            self.assertIn(event["state"], SCHEMA["$defs"]["port_state"]["enum"])
        if event.get("record"):
            self.assertIn(event["record"], RESULT["record"]["enum"])
        return event

    def only(self, log, part, **fields):
        """The one line whose message has that part: it has these fields in this order, and these values;
        of an ellipsis any but null."""
        events = [self.check(event) for event in events_of(log) if part in event["message"]]
        self.assertEqual(len(events), 1, log)
        self.compare(events[0], fields)
        return events[0]

    def read(self, run, part):
        """The log up to a message with this part."""
        log = ""
        for line in run.stderr:
            log += line
            if part in line:
                return log
        raise AssertionError(f"{part!r} is not in the log: {log}")

    def compare(self, event, fields):
        self.assertEqual(list(event), [*ALWAYS, *fields], event)
        for key, value in fields.items():
            if value is ...:
                self.assertIsNotNone(event[key], event)
            else:
                self.assertEqual(event[key], value, event)
