"""Runs a drawing and compares what pt reports with the model. A fault is a pair: where it is, and what is false."""

import tempfile

import conduct
import judge
import network
import scenario

from . import claims, truth
from .lowering import lower
from .scan import Scan

OVERALL = "the whole run"


class Outcome:
    """Faults by place, and what coverage counts."""

    def __init__(self, faults, report, ports, table):
        self.faults, self.report, self.ports, self.table = faults, report, ports, table

    def texts(self):
        return judge.all_texts(self.report) if self.report else []

    def server_stalled(self):
        """Whether the machine did not let the server run: then what pt says is about the machine."""
        return judge.says(r"\bstalled\b|did not run", self.texts())


def scenario_of(drawing):
    """(ports that are probed, the whole scenario with what is true)."""
    names = scenario.ADDRESSES[drawing["network"]["family"]]
    ports = truth.probed(drawing, names)
    table = lower(drawing, ports)
    table["expect"] = truth.expectations(drawing, ports, names)
    table["client"]["within"] = time_allowed(drawing, ports)
    return ports, table


def time_allowed(drawing, ports):
    """A generous bound: what hangs, or waits for ever, exceeds it."""
    client, scan = drawing["client"], Scan(drawing)
    rounds = 1 + len(ports) / (client["concurrency"] or 1000)
    seconds = 15 + 3 * rounds * (scan.timeout + scan.round_trip) + 4 * scan.round_trip
    if client["rate"]:
        seconds += len(ports) * scan.tries / client["rate"]
    filters = drawing["network"]["filters"]
    if scan.is_lossy or filters["there"] or filters["back"]:
        # Where much is lost at any rate, silence takes about twice as many attempts, at a pace that is found first.
        seconds += 15
    if drawing["network"]["second_address"]:
        seconds *= 2
    return seconds + sum(3 * (scan.tries * len(ports) if policer["ports"] is None else len(policer["ports"]))
                         / policer["rate"] for policer in drawing["network"]["policers"])


def _exit_code(report):
    verdicts = {result["verdict"] for result in report["results"]}
    return 3 if "untested" in verdicts else 1 if verdicts - {"open", "answered"} else 0


def place_of(protocol, address, number, case):
    second = address == case.topology.names[case.family]["server_two"]
    return f"{protocol}/{number}" + (" at the second address" if second else "")


def _port_faults(drawing, case, report, ports):
    faults, facts_of_all = {}, claims.facts_of_all(drawing)
    names = scenario.ADDRESSES[drawing["network"]["family"]]
    by_key = {(port["protocol"], port["port"]): port for port in ports}
    seen = set()
    for result in report["results"]:
        endpoint = (result["protocol"], result["address"], result["port"])
        place = place_of(*endpoint, case)
        if endpoint not in case.expected or endpoint in seen:
            faults[place] = "reported, but not expected"
            continue
        seen.add(endpoint)
        port = truth.at_address(by_key[(result["protocol"], result["port"])],
                                truth.address_of(result, drawing, names), drawing)
        wrong = judge.judge_result(result, case.expected[endpoint], case.client_address)
        facts = claims.facts_of_port(port, drawing["network"]) | facts_of_all
        for text in judge.texts_of(result):
            wrong += [f"false claim ({name}): {text}" for name in claims.false_claims(text, facts)]
        if claims.false_loss(result, port, drawing):
            wrong.append(f"something is said to be lost: {result['notes']}")
        if wrong:
            faults[place] = "; ".join(wrong)
    faults |= {place_of(*endpoint, case): "not reported" for endpoint in case.expected.keys() - seen}
    return faults


def _overall_faults(drawing, run, case):
    facts = claims.facts_of_all(drawing)
    wrong = [f"false claim ({name}): {text}" for text in run.report.get("notes") or []
             for name in claims.false_claims(text, facts, drawing["network"]["policers"])]
    if run.code != _exit_code(run.report):
        wrong.append(f"exit code is {run.code}, the results say {_exit_code(run.report)}")
    if run.took > case.within:
        wrong.append(f"took {run.took:.1f} s, allowed {case.within:.1f} s")
    if run.sanitizer:
        wrong.append("a sanitizer has found something")
    return {OVERALL: "; ".join(wrong)} if wrong else {}


def run_drawing(drawing, programs):
    """An Outcome. Raises LabFailure where the lab, not pt, is at fault."""
    ports, table = scenario_of(drawing)
    case = scenario.Scenario(f"seed-{drawing['seed']}", table).bind(drawing["network"]["family"])
    with network.Network(case.topology, case.icmp_limits, case.relay) as net, \
            tempfile.TemporaryDirectory() as folder:
        site = conduct.Site(net, case, programs, folder)
        try:
            site.start()
            run = conduct.run_client(site, case)
            site.stop()
        except conduct.Wrong as wrong:
            return Outcome({OVERALL: str(wrong)[:1500]}, None, ports, table)
    faults = _port_faults(drawing, case, run.report, ports) | _overall_faults(drawing, run, case)
    return Outcome(faults, run.report, ports, table)
