#!/usr/bin/env python3
"""The judge must be able to say no: every kind of wrong report is told from a right one."""

import copy
import unittest

import judge

CLIENT = "10.77.1.2"
SERVER = "10.77.2.2"


def report():
    open_result = {
        "host": SERVER, "address": SERVER, "protocol": "tcp", "port": 53, "service": "domain",
        "verdict": "open", "evidence": "echo", "by": None, "direction": None, "attempts": 1,
        "rtt_ms": {"min": 0.1, "avg": 0.1, "max": 0.1, "stddev": 0.0, "samples": 1},
        "local": CLIENT + ":40000", "seen_source": CLIENT + ":40000",
        "seen_destination": SERVER + ":53", "notes": []}
    filtered = dict(open_result, protocol="udp", verdict="filtered", evidence="silence",
                    direction="unknown", rtt_ms=None, seen_source=None, seen_destination=None)
    return {"pt": "0.1.0", "started": "2026-01-01T00:00:00Z", "duration_s": 1.0, "host": SERVER,
            "server_instance": "0123456789abcdef", "results": [open_result, filtered],
            "summary": {"open": 1, "filtered": 1, "closed": 0}}


EXPECTED = {
    ("tcp", SERVER, 53): {"verdict": "open", "evidence": "echo"},
    ("udp", SERVER, 53): {"verdict": "filtered", "evidence": "silence", "direction": "unknown"},
}


class Judge(unittest.TestCase):
    def complaints(self, change=lambda r: None, expected=EXPECTED, **more):
        changed = copy.deepcopy(report())
        change(changed)
        return judge.complaints(changed, expected, CLIENT, **more)

    def test_a_note_of_the_run_that_is_missing_is_noticed(self):
        self.assertNotEqual(self.complaints(notes=["twice"]), [])
        self.assertEqual(self.complaints(lambda r: r.update(notes=["came twice"]), notes=["twice"]), [])

    def test_a_direction_may_be_missing_only_so_often_and_never_wrong(self):
        known = {**EXPECTED, ("udp", SERVER, 53): {**EXPECTED[("udp", SERVER, 53)], "direction": "forward"}}
        self.assertEqual(self.complaints(expected=known, unknown_at_most=1), [])
        self.assertNotEqual(self.complaints(expected=known), [])
        wrong = lambda r: r["results"][1].update(direction="return")
        self.assertNotEqual(self.complaints(wrong, known, unknown_at_most=1), [])

    def test_says_nothing_of_a_right_report(self):
        self.assertEqual(self.complaints(), [])

    def test_every_wrong_value_is_noticed(self):
        wrong = {
            0: [("verdict", "answered"), ("evidence", "handshake"), ("by", "10.77.1.1"),
                ("direction", "forward"), ("port", 54), ("protocol", "udp"), ("address", "10.77.2.9"),
                ("rtt_ms", None), ("local", None), ("local", "10.77.9.9:40000"),
                ("seen_source", CLIENT + ":40001"), ("seen_source", None),
                ("seen_destination", SERVER + ":54"), ("seen_destination", None)],
            1: [("verdict", "open"), ("evidence", "echo"), ("by", SERVER), ("direction", None),
                ("direction", "return"), ("protocol", "tcp")],
        }
        for index, changes in wrong.items():
            for key, value in changes:
                with self.subTest(result=index, key=key, value=value):
                    self.assertNotEqual(
                        self.complaints(lambda r: r["results"][index].update({key: value})), [])

    def test_missing_and_surplus_results_and_keys_are_noticed(self):
        def remove_key(r):
            del r["results"][0]["notes"]

        def remove_top_key(r):
            del r["started"]

        def twice(r):
            r["results"].append(r["results"][0])
            r["summary"]["open"] = 2

        def wrong_summary(r):
            r["summary"]["open"] = 2

        def no_instance(r):
            r["server_instance"] = None

        def drop(r):
            r["results"].pop()
            r["summary"]["filtered"] = 0

        for change in (remove_key, remove_top_key, twice, wrong_summary, no_instance, drop):
            with self.subTest(change=change.__name__):
                self.assertNotEqual(self.complaints(change), [])

    def test_expected_rewriting_is_asserted(self):
        def nat(r):
            r["results"][0]["seen_source"] = "10.77.2.1:61001"
            r["results"][0]["notes"] = ["source rewritten (NAT)"]

        def expecting(**more):
            return EXPECTED | {("tcp", SERVER, 53): {"verdict": "open", "evidence": "echo"} | more}

        right = {"address": "10.77.2.1", "port": "61000-61099"}
        self.assertEqual(self.complaints(nat, expecting(seen_source=right, notes=["NAT"])), [])
        for more in ({"seen_source": right | {"address": SERVER}}, {"seen_source": right | {"port": 5}},
                     {"seen_source": right, "notes": ["duplicate"]},
                     {"seen_source": right, "attempts": 2}):
            with self.subTest(more=more):
                self.assertNotEqual(self.complaints(nat, expecting(**more)), [])

    def test_ipv6_addresses_compare_by_value(self):
        self.assertFalse(judge._differs("[fd77:1:0::2]:53", {"address": "fd77:1::2", "port": 53}))
        self.assertTrue(judge._differs("[fd77:1::3]:53", {"address": "fd77:1::2", "port": 53}))


if __name__ == "__main__":
    unittest.main()
