"""Statements that notes can make, and of which drawings they are true.

A note that belongs to none of them is listed by the coverage report: it needs a rule here, or makes no claim
about the path. Numbers that a note states are compared where the drawing knows them.
"""

import re

from .drawing import is_plain

# Name, what the text says, and the facts of which at least one must be true. "never": no drawing makes it true.
_CLAIMS = [
    ("source NAT", r"source rewritten|\bS?NAT\b(?<!DNAT)", ("source rewritten", "destination rewritten")),
    ("destination NAT", r"destination rewritten|\bDNAT\b", ("destination rewritten",)),
    ("several servers", r"\d+ pt-servers|load balancer|several (backends|servers)", ("several servers", "refusals mixed")),
    ("duplicates", r"\btwice\b|duplicate", ("duplicates",)),
    ("reordering", r"overtaken|reorder|out of order", ("reordering",)),
    ("altered", r"\baltered\b|changed a byte", ("never",)),
    ("marks", r"DSCP|ECN", ("never",)),
    ("limit", r"\blimit of\b|\blimits? (the )?(new|connections|datagrams|rate)|policer|rate.limit", ("limit",)),
    ("source ports", r"(depends? on|lower|higher|other|some|certain) .{0,20}source ports?", ("source ports", "paths")),
    ("dead path", r"dead path|several paths|half of (the|all|its) (flows|attempts|connections)",
     ("paths", "source ports", "backends differ", "loss", "limit")),
    ("stopped answering", r"stopped answering|no longer answer", ("change", "limit")),
    ("refusals mixed", r"\d+ of \d+ attempts.*(refused|reset|rejected)|refused.*\d+ of \d+ attempts",
     ("refusals mixed", "change", "loss")),
    ("size", r"(packets|datagrams|segments) (above|larger|longer|of more)|\bMTU\b", ("size",)),
    ("server lost", r"server.*(was lost|died|restarted|is gone|frozen)", ("server event",)),
    ("no network crossed", r"no network was crossed", ("never",)),
    ("only DNS", r"only DNS|DNS inspection", ("never",)),
]
_RATE = re.compile(r"(?:about|of|to) (\d+(?:[.,]\d+)?)[^.;]{0,40}(?:a|per|/) ?s(?:econd)?\b", re.IGNORECASE)
RATE_FACTOR = 3  # a measured limit may differ from the configured one by so much


def facts_of_port(port, network):
    facts = set()
    middle = port["middle"] or {}
    if port["source"] or middle.get("kind") == "proxy":
        facts.add("source rewritten")
    if middle and middle["kind"] != "synproxy":
        facts.add("destination rewritten")
    if middle.get("kind") in ("dnat-host", "balance"):
        facts.add("several servers")
    if middle.get("kind") == "balance":
        facts |= {"backends differ"} if middle["second"] != "held" else set()
        facts |= {"refusals mixed"} if middle["second"] == "refuses" else set()
    for part in port["there"] + port["back"]:
        facts |= {"acl": {"source ports"}, "paths": {"paths"}, "size": {"size"}}.get(part["kind"], set())
        if part["kind"] == "reject" and len(port["there"]) > 1:
            facts.add("refusals mixed")
        if "from" in part or "until" in part:
            facts.add("change")
    return facts | facts_of_network(network)


def facts_of_network(network):
    relay = network["relay"] or {}
    facts = {fact for fact, key in (("loss", "loss"), ("duplicates", "duplicates"), ("reordering", "reorder"))
             if relay.get(key)}
    shared = network["filters"]["there"] + network["filters"]["back"]
    facts |= {{"acl": "source ports", "paths": "paths"}[part["kind"]] for part in shared}
    facts |= {"change", "limit"} if network["ban"] else set()
    return facts | ({"limit"} if network["policers"] or network["icmp_limits"] else set())


def facts_of_all(drawing):
    facts = facts_of_network(drawing["network"])
    for port in drawing["ports"]:
        facts |= facts_of_port(port, drawing["network"])
    return facts | ({"server event", "change"} if drawing["server"]["event"] else set())


def claims_in(text):
    return [name for name, pattern, _ in _CLAIMS if re.search(pattern, text, re.IGNORECASE)]


def false_claims(text, facts, policers=()):
    """Names of the claims that a text makes and that are not true."""
    false = [name for name, pattern, needed in _CLAIMS
             if re.search(pattern, text, re.IGNORECASE) and facts.isdisjoint(needed)]
    if "limit" in claims_in(text) and policers and (stated := _RATE.search(text)):
        rate = float(stated.group(1).replace(",", "."))
        if not any(one["rate"] / RATE_FACTOR <= rate <= one["rate"] * RATE_FACTOR for one in policers):
            false.append(f"limit of {rate:g}")
    return false


def false_loss(result, port, drawing, scan):
    """Whether a note speaks of attempts that were lost although nothing on the path can lose any."""
    network = drawing["network"]
    if not is_plain(port) or drawing["server"]["event"] or network["relay"] or network["policers"] or network["ban"]:
        return False
    if any(network["filters"].values()):
        return False
    if scan.has_one_source_port or result["verdict"] != "open":
        return False
    return any(re.search(r"\d+ of \d+ attempts.*lost|attempts? (was|were) lost", note, re.IGNORECASE)
               for note in result["notes"])


def kind_of(text):
    """A note without its numbers and addresses, so that equal ones can be counted."""
    text = re.sub(r"\[?[0-9a-f]*:[0-9a-f:]+\]?(:\d+)?|\d+\.\d+\.\d+\.\d+(:\d+)?", "ADDRESS", text)
    text = re.sub(r"\b[0-9a-f]{16}\b", "INSTANCE", text)
    text = re.sub(r"\d+([.,]\d+)?", "N", text)
    return re.sub(r"((tcp|udp)/[N,-]+[ ,;]*)+", "PORTS ", text)[:160]
