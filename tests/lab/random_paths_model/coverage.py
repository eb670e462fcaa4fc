"""Counts what appeared in the reports, and how often pt said less than it could have."""

import collections

import judge
import scenario

from . import claims, truth
from .scan import Scan

MIN_STRONGEST = 0.95
MIN_PORTS = 500


def _is_as_strong(result, answers):
    """A refusal by the server's own host may be called its own or a filter's: neither says less."""
    if judge.is_strongest(result, answers):
        return True
    return {result["verdict"], answers[0]["verdict"]} == {"closed", "rejected"} and any(
        result["verdict"] == one["verdict"] and result["evidence"] == one["evidence"] for one in answers)


class Coverage:
    def __init__(self):
        self.seeds = self.ports = 0
        self.false = 0
        self.verdicts = collections.Counter()
        self.directions = collections.Counter()
        self.notes = collections.Counter()
        self.unknown_notes = collections.Counter()
        self.exact = [0, 0]    # ports whose strongest answer was to be had, and how many of them got a weaker one
        self.sampled = [0, 0]
        self.weaker = collections.Counter()
        self.undecided = [0, 0]  # results without a direction, and how many of them name no command

    def add(self, drawing, outcome):
        self.seeds += 1
        self.false += bool(outcome.faults)
        if outcome.report is None:
            return
        scan = Scan(drawing)
        names = scenario.ADDRESSES[drawing["network"]["family"]]
        by_key = {(port["protocol"], port["port"]): port for port in outcome.ports}
        for note in outcome.report.get("notes") or []:
            self._add_note(note)
        for result in outcome.report["results"]:
            self.ports += 1
            self.verdicts[f"{result['verdict']}: {result['evidence']}"] += 1
            if result["direction"]:
                self.directions[f"{result['protocol']} {result['direction']}"] += 1
            if result["direction"] == "unknown":
                self.undecided[0] += 1
                self.undecided[1] += not judge.hints_of(result)
            for text in judge.texts_of(result):
                self._add_note(text)
            port = by_key.get((result["protocol"], result["port"]))
            address = truth.address_of(result, drawing, names)
            if port is not None and address is not None:
                self._add_strength(result, truth.at_address(port, address, drawing), drawing, outcome.ports, scan,
                                   truth.names_at(address, names))

    def _add_note(self, text):
        self.notes[claims.kind_of(text)] += 1
        if not claims.claims_in(text):
            self.unknown_notes[claims.kind_of(text)] += 1

    def _add_strength(self, result, port, drawing, ports, scan, names):
        answers = truth.answers(port, scan, names)
        if not truth.could_be_strongest(port, drawing, ports, scan):
            return
        counts = self.exact if truth.is_exact(drawing) else self.sampled
        counts[0] += 1
        if not _is_as_strong(result, answers):
            counts[1] += 1
            first = answers[0]
            direction = first.get("direction", [""])[0]
            self.weaker[f"{'exact' if truth.is_exact(drawing) else 'sampled'}: {port['protocol']} "
                        f"{first['verdict']} {direction} -> {result['verdict']} {result['direction'] or ''}"] += 1

    def too_weak(self):
        """What is wrong where the strongest answer is too rare with the exact record; of a few ports it says nothing."""
        ports, weaker = self.exact
        if ports < MIN_PORTS or ports - weaker >= MIN_STRONGEST * ports:
            return ""
        return f"the strongest answer is given for fewer than {100 * MIN_STRONGEST:.0f} % of the ports with an exact record"

    def lines(self):
        yield f"{self.ports} ports of {self.seeds} seeds; {self.false} seeds with a false claim"
        for name, (ports, weaker) in (("exact records", self.exact), ("sampled records", self.sampled)):
            if ports:
                yield f"{name}: strongest answer for {ports - weaker} of {ports} ports ({100 * (1 - weaker / ports):.1f} %)"
        yield (f"{self.undecided[0]} results without a direction; {self.undecided[1]} of them name no command "
               "that would decide")
        for title, counter in (("weaker answers", self.weaker), ("verdicts", self.verdicts),
                               ("directions", self.directions), ("notes", self.notes),
                               ("notes that no rule knows", self.unknown_notes)):
            yield f"{title}:"
            for what, count in sorted(counter.items(), key=lambda item: -item[1]):
                yield f"  {count:6} {what}"
