#!/usr/bin/env python3
"""The model of random_paths, its claims and its reduction, without a network."""

import copy
import tomllib
import unittest

import scenario
from random_paths_model import check, claims, coverage, drawing, reduction, scan, toml_text, truth

NAMES = scenario.ADDRESSES["ipv4"]
DROP = {"kind": "drop", "at": "router"}
ACL = {"kind": "acl", "ports": [45000, 65535], "at": "router"}


def path(*ports, **changed):
    """A quiet network with these ports; `changed` replaces values of its tables."""
    made = {"seed": 0, "network": {"family": "ipv4", "second_router": False, "relay": None, "policers": [],
                                                                    "filters": {"there": [], "back": []}, "ban": None,
                                                                    "icmp_limits": False, "second_address": False},
            "server": {"mode": "ports", "capabilities": "root", "threads": 1, "bind": False,
                       "event": None},
            "client": {"tries": None, "timeout_s": None, "source_port": None, "rate": None, "concurrency": None,
                       "journal": True, "only_doubtful": False, "output": "json"}, "ports": list(ports)}
    for table, values in changed.items():
        made[table] |= values
    return made


def port(protocol="tcp", number=8001, **parts):
    return {"protocol": protocol, "port": number, "held": True, "there": [], "middle": None, "back": [],
            "source": None} | parts


PLAIN = port(number=8000)


def said(one, **changed):
    """What may be said of a port, as "verdict evidence directions"."""
    made = path(PLAIN, one, **changed)
    return [" ".join([table["verdict"], table["evidence"], *table.get("direction", [])])
            for table in truth.answers(one, scan.Scan(made), NAMES)]


class Answers(unittest.TestCase):
    def test_nothing_on_the_path(self):
        for protocol in ("tcp", "udp"):
            self.assertEqual(["open echo"], said(port(protocol)))
        self.assertEqual(["closed reset", "untested not-listening"], said(port(held=False)))
        self.assertEqual(["closed icmp-port-unreachable", "untested not-listening"], said(port("udp", held=False)))

    def test_silence_has_the_direction_in_which_the_packets_are_lost(self):
        for protocol in ("tcp", "udp"):
            self.assertEqual(["filtered silence forward unknown"], said(port(protocol, there=[DROP])))
            self.assertEqual(["filtered silence return unknown"], said(port(protocol, back=[DROP])))
            self.assertEqual(["filtered silence forward unknown"], said(port(protocol, there=[DROP], back=[DROP])))

    def test_a_port_that_is_not_held_is_never_said_to_be_blocked(self):
        for parts in ({"there": [DROP]}, {"back": [DROP]}):
            self.assertEqual(["untested not-listening", "filtered silence unknown"],
                             said(port(held=False, **parts), server={"capabilities": "none"}))

    def test_an_exact_record_knows_first_segments_to_ports_that_are_not_held(self):
        self.assertEqual(["untested not-listening", "filtered silence unknown return"], said(port(held=False, back=[DROP])))
        self.assertEqual(["untested not-listening", "filtered silence unknown"],
                         said(port("udp", held=False, there=[DROP])))

    def test_without_a_server_no_direction_is_known(self):
        self.assertEqual(["filtered silence unknown"], said(port(held=False, there=[DROP]), server={"mode": "none"}))

    def test_a_filter_for_udp_meets_no_icmp_error(self):
        self.assertIn("closed icmp-port-unreachable", said(port("udp", held=False, back=[DROP])))

    def test_refusals_name_who_refuses(self):
        for at, verdict in (("router", "rejected"), ("server", "closed")):
            one = port("udp", there=[{"kind": "reject", "with": "port", "at": at}])
            first = truth.answers(one, scan.Scan(path(one)), NAMES)[0]
            self.assertEqual((verdict, NAMES[at]), (first["verdict"], first["by"]))

    def test_a_reset_that_is_lost_on_its_way_back_is_silence(self):
        reset = {"kind": "reject", "with": "reset", "at": "server"}
        self.assertEqual(["rejected forged-reset", "closed reset"], said(port(there=[reset])))
        self.assertEqual(["filtered silence forward unknown"], said(port(there=[reset], back=[DROP])))
        # The router's own reset does not cross the router's filter.
        self.assertEqual(["rejected forged-reset", "closed reset"],
                         said(port(there=[reset | {"at": "router"}], back=[DROP])))

    def test_small_packets_pass_where_frames_do_not(self):
        size = {"kind": "size", "over": 100, "do": "drop", "at": "router"}
        for way in ("there", "back"):
            self.assertEqual(["cut data-lost", "answered handshake"], said(port(**{way: [size]})))
            self.assertEqual(["open echo"], said(port(**{way: [size | {"over": 400}]})))
        self.assertEqual(["filtered silence forward unknown"], said(port("udp", there=[size])))

    def test_one_flow_in_two_that_passes_is_open(self):
        for protocol in ("tcp", "udp"):
            self.assertEqual(["open echo"], said(port(protocol, there=[ACL])))
            self.assertIn("filtered silence forward unknown",
                          said(port(protocol, there=[ACL]), client={"source_port": 40000}))
            self.assertIn("filtered silence return forward unknown",
                          said(port(protocol, there=[ACL], back=[DROP]), client={"tries": 1}))
            self.assertEqual(["filtered silence return unknown"], said(port(protocol, there=[ACL], back=[DROP])))

    def test_balancers_are_open_where_one_backend_is(self):
        balance = {"kind": "balance", "backends": 1}
        for second in ("held", "refuses", "drops"):
            self.assertEqual(["open echo"], said(port(middle=balance | {"second": second})))
        self.assertIn("rejected forged-reset", said(port(middle=balance | {"second": "refuses"}), client={"tries": 1}))

    def test_what_reached_another_port_of_the_server_was_not_lost_on_its_way_there(self):
        middle = {"kind": "dnat-port", "held": True}
        self.assertEqual(["filtered silence return unknown"], said(port(middle=middle, back=[DROP])))

    def test_proxies_never_make_a_port_open_unless_they_relay(self):
        for does in ("mute", "talk", "close", "reset"):
            answers = said(port(middle={"kind": "proxy", "does": does, "late": 0}))
            self.assertEqual("intercepted foreign-answer", answers[0])
            self.assertNotIn("open echo", answers)
        self.assertEqual(["open echo"], said(port(middle={"kind": "proxy", "does": "relay", "late": 0})))

    def test_a_long_round_trip_allows_no_claim_of_loss(self):
        answers = said(port(), network={"relay": {"delay_ms": 2000}})
        self.assertEqual(["open echo", "filtered silence unknown", "answered handshake"], answers)
        self.assertEqual(["open echo"], said(port(), network={"relay": {"delay_ms": 2000}}, client={"timeout_s": 20}))

    def test_policed_ports_are_open(self):
        policer = {"protocol": "tcp", "way": "there", "rate": 5, "burst": 1, "ports": [8001]}
        self.assertEqual(["open echo"], said(port(), network={"policers": [policer]}))


class Drawings(unittest.TestCase):
    def test_a_seed_always_draws_the_same(self):
        self.assertEqual(drawing.draw(7), drawing.draw(7))
        self.assertNotEqual(drawing.draw(7)["ports"], drawing.draw(8)["ports"])

    def test_every_drawing_is_a_scenario_and_survives_being_written(self):
        for seed in range(300):
            _, table = check.scenario_of(drawing.draw(seed))
            read = tomllib.loads(toml_text.scenario_text(table))
            case = scenario.Scenario("drawn", read).bind(read["families"][0])
            self.assertEqual(len(table["expect"]), len(case.expected))

    def test_every_kind_of_part_is_drawn(self):
        kinds = set()
        for seed in range(100):
            for one in drawing.draw(seed)["ports"]:
                kinds |= {part["kind"] for part in one["there"] + one["back"]}
                kinds |= {one["middle"]["kind"]} if one["middle"] else set()
                kinds |= {"source " + one["source"]["kind"]} if one["source"] else set()
        self.assertEqual({"drop", "reject", "size", "acl", "paths", "route", "dnat-port", "dnat-host", "balance", "proxy",
                          "synproxy", "source one", "source in turn", "source masquerade"}, kinds)


class Claims(unittest.TestCase):
    def test_a_claim_is_false_where_nothing_makes_it_true(self):
        note = "source rewritten (NAT): the server saw 10.77.2.1:4000"
        self.assertEqual(["source NAT", "source NAT of this port"], claims.false_claims(note, set()))
        masqueraded = port(source={"kind": "masquerade", "pool": []})
        self.assertEqual([], claims.false_claims(note, claims.facts_of_port(masqueraded, path()["network"])))

    def test_a_rate_that_is_far_from_the_limit_is_false(self):
        note = "a limit of about 25 new connections a second is on the path"
        for rate, expected in ((25, []), (50, []), (400, ["limit of 25"])):
            self.assertEqual(expected, claims.false_claims(note, {"limit"}, [{"rate": rate}]))
        self.assertEqual(["limit"], claims.false_claims(note, set()))

    def test_losses_on_a_quiet_path_are_false(self):
        made = path(PLAIN)
        result = {"verdict": "open", "notes": ["9 of 16 attempts were lost"]}
        self.assertTrue(claims.false_loss(result, PLAIN, made))
        made = path(PLAIN, network={"relay": {"loss": 5}})
        self.assertFalse(claims.false_loss(result, PLAIN, made))

    def test_notes_of_one_kind_differ_in_figures_alone(self):
        self.assertEqual(claims.kind_of("3 of 16 attempts on [fd77::1]:53"), claims.kind_of("4 of 9 attempts on [fd77::2]:80"))


class Reduction(unittest.TestCase):
    def test_it_leaves_what_the_fault_needs(self):
        many = [port(number=number, there=[DROP, ACL], back=[DROP]) for number in range(8000, 8060)]
        made = path(*many, client={"tries": 30, "rate": 300}, network={"second_router": True}, server={"threads": 2})

        def still_false(candidate):
            kept = {one["port"]: one for one in candidate["ports"]}
            return 8017 in kept and 8043 in kept and DROP in kept[8043]["back"] and candidate["client"]["tries"] == 30
        reduced = reduction.reduce(copy.deepcopy(made), still_false, lambda: False)
        self.assertEqual([8017, 8043], [one["port"] for one in reduced["ports"]])
        self.assertEqual([[], []], [one["there"] for one in reduced["ports"]])
        self.assertEqual([[], [DROP]], [one["back"] for one in reduced["ports"]])
        self.assertEqual((30, None), (reduced["client"]["tries"], reduced["client"]["rate"]))
        self.assertFalse(reduced["network"]["second_router"])
        self.assertEqual(1, reduced["server"]["threads"])

    def test_it_ends_when_the_time_is_over(self):
        runs = []

        def still_false(candidate):
            runs.append(candidate)
            return True
        made = path(*[port(number=number) for number in range(8000, 8060)])
        reduction.reduce(made, still_false, lambda: len(runs) >= 3)
        self.assertEqual(3, len(runs))


class Strength(unittest.TestCase):
    def test_too_many_weaker_answers_are_an_error_where_there_are_enough_ports(self):
        covered = coverage.Coverage()
        for ports, weaker, wrong in ((1000, 50, False), (1000, 51, True), (400, 400, False), (0, 0, False)):
            covered.exact = [ports, weaker]
            self.assertEqual(bool(covered.too_weak()), wrong, (ports, weaker))


if __name__ == "__main__":
    unittest.main()
