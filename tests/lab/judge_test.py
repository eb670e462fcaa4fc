#!/usr/bin/env python3
"""The judge must be able to say no: every kind of wrong report is told from a right one."""

import copy
import unittest

import judge
import scenario

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


def as_answers(expected):
    """What is one answer alone becomes a list of it."""
    return {endpoint: one if isinstance(one, list) else [one] for endpoint, one in expected.items()}


class Judge(unittest.TestCase):
    def complaints(self, change=lambda r: None, expected=EXPECTED, **more):
        changed = copy.deepcopy(report())
        change(changed)
        return judge.complaints(changed, as_answers(expected), CLIENT, **more)

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

    def filtered_or(self, *more, **keys):
        """The filtered port with several true answers."""
        return EXPECTED | {("udp", SERVER, 53): [EXPECTED[("udp", SERVER, 53)] | keys, *more]}

    def test_any_of_the_true_answers_is_right_and_nothing_else(self):
        either = self.filtered_or({"verdict": "answered", "evidence": "foreign-data"},
                                  direction=["return", "unknown"])
        self.assertEqual(self.complaints(expected=either), [])
        answered = lambda r: (r["results"][1].update(verdict="answered", evidence="foreign-data", direction=None),
                              r.update(summary={"open": 1, "answered": 1}))
        self.assertEqual(self.complaints(answered, either), [])
        for change in ({"direction": "forward"}, {"direction": None}, {"evidence": "echo"}, {"by": "10.77.1.1"}):
            with self.subTest(change=change):
                self.assertNotEqual(self.complaints(lambda r: r["results"][1].update(change), either), [])

    def test_a_half_of_one_answer_does_not_go_with_a_half_of_another(self):
        either = self.filtered_or({"verdict": "answered", "evidence": "foreign-data"})
        mixed = lambda r: r["results"][1].update(evidence="foreign-data")
        self.assertNotEqual(self.complaints(mixed, either), [])

    def test_nobody_or_somebody_may_have_sent_it(self):
        either = self.filtered_or(by=["none", "10.77.1.1"])
        self.assertEqual(self.complaints(expected=either), [])
        self.assertEqual(self.complaints(lambda r: r["results"][1].update(by="10.77.1.1"), either), [])
        self.assertNotEqual(self.complaints(lambda r: r["results"][1].update(by="10.77.1.2"), either), [])

    def test_false_claims_are_noticed_in_the_result_and_in_the_run(self):
        claim = "source rewritten (NAT)"
        self.assertEqual(self.complaints(never_says=["NAT"]), [])
        self.assertNotEqual(self.complaints(lambda r: r.update(notes=[claim]), never_says=["nat"]), [])
        self.assertNotEqual(self.complaints(lambda r: r["results"][1].update(notes=[claim]), never_says=["NAT"]), [])
        self.assertNotEqual(self.complaints(lambda r: r["results"][1].update(notes=[claim]),
                                            self.filtered_or(never_says=["NAT"])), [])
        self.assertEqual(self.complaints(lambda r: r["results"][0].update(notes=[claim]),
                                         self.filtered_or(never_says=["NAT"])), [])
        self.assertNotEqual(self.complaints(lambda r: r["results"][1].update(error=claim), never_says=["NAT"]), [])

    def test_claims_that_must_be_made_are_missed(self):
        self.assertNotEqual(self.complaints(says_all=["limit .* second"]), [])
        said = lambda r: r.update(notes=["a limit of about 25 a Second"])
        self.assertEqual(self.complaints(said, says_all=["limit .* second"]), [])
        self.assertNotEqual(self.complaints(expected=self.filtered_or(says=["port"])), [])

    def test_an_address_that_may_be_unknown_may_not_be_wrong(self):
        expected = EXPECTED | {("tcp", SERVER, 53): {"verdict": "open", "evidence": "echo",
                                                     "local": "unknown", "seen_destination": "unknown"}}
        for key in ("local", "seen_destination"):
            self.assertEqual(self.complaints(lambda r: r["results"][0].update({key: None}), expected), [])
            wrong = lambda r: r["results"][0].update({key: "[::]:53"})
            self.assertNotEqual(self.complaints(wrong, expected), [])

    def test_a_round_trip_that_is_too_long_is_noticed(self):
        quick = EXPECTED | {("tcp", SERVER, 53): {"verdict": "open", "evidence": "echo", "rtt_below_ms": 0.05}}
        self.assertNotEqual(self.complaints(expected=quick), [])

    def test_weaker_answers_are_told_from_the_strongest(self):
        either = as_answers(self.filtered_or(direction=["return", "unknown"]))
        self.assertEqual([("udp", SERVER, 53)], judge.weaker(report(), either))
        self.assertEqual([], judge.weaker(report(), as_answers(EXPECTED)))

    def test_conclusions_differ_where_the_direction_does(self):
        other = report()
        other["results"][1]["direction"] = "return"
        self.assertNotEqual(judge.conclusions(report()), judge.conclusions(other))


class Format(unittest.TestCase):
    """A misspelt key must not silently assert nothing."""

    RIGHT = {"about": "a", "client": {"args": ["x"], "exit": 0},
             "expect": [{"protocol": "any", "port": "1-2", "verdict": "open", "evidence": "echo"}]}

    def refuse(self, **changed):
        with self.assertRaises(scenario.BadScenario):
            scenario.Scenario("test", self.RIGHT | changed)

    def test_the_right_one_is_taken_and_any_means_both_protocols(self):
        case = scenario.Scenario("test", self.RIGHT).bind("ipv4")
        self.assertEqual({("tcp", SERVER, 1), ("tcp", SERVER, 2), ("udp", SERVER, 1), ("udp", SERVER, 2)},
                         set(case.expected))

    def test_misspelt_keys_are_refused_everywhere(self):
        expected = self.RIGHT["expect"][0]
        self.refuse(rule={})
        self.refuse(client=self.RIGHT["client"] | {"never_say": ["x"]})
        self.refuse(expect=[expected | {"never_say": ["x"]}])
        self.refuse(expect=[expected | {"any_of": [{"verdit": "open"}]}])
        self.refuse(expect=[expected | {"any_of": []}])
        self.refuse(expect=[{"protocol": "tcp", "port": 1, "any_of": [{"verdict": "open"}]}])
        self.refuse(expect=[expected | {"says": ["("]}])
        self.refuse(network={"knd": "lan"})
        self.refuse(network={"kind": "ring"})
        self.refuse(network={"icmp_limits": "on"})
        self.refuse(rules={"ruoter": ""})
        self.refuse(server={"args": [], "denies": []})

    def test_a_change_names_one_thing_and_its_host(self):
        self.refuse(changes=[{"on": "router", "run": "true"}])
        self.refuse(changes=[{"after": 1, "on": "router"}])
        self.refuse(changes=[{"after": 1, "run": "true"}])
        self.refuse(changes=[{"after": 1, "on": "router", "run": "true", "rules": ""}])
        self.refuse(changes=[{"after": 1, "server": "HUP"}])

    def test_several_answers_are_kept_in_their_order(self):
        expected = self.RIGHT["expect"][0] | {"port": 1, "protocol": "tcp", "any_of": [
            {"verdict": "cut", "evidence": "data-lost"}, {"verdict": "answered", "evidence": "handshake"}]}
        case = scenario.Scenario("test", self.RIGHT | {"expect": [expected]}).bind("ipv4")
        self.assertEqual(["cut", "answered"], [one["verdict"] for one in case.expected[("tcp", SERVER, 1)]])


if __name__ == "__main__":
    unittest.main()
