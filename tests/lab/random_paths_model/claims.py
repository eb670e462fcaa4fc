"""Statements that notes can make, and of which drawings they are true.

A note that belongs to none of them is listed by the coverage report: it needs a rule here, or makes no claim
about the path. Numbers that a note states are compared where the drawing knows them.
"""

import re

from .drawing import is_plain

# Name, what the text says, and the facts of which at least one must be true. "never": no drawing makes it true;
# "any X": X is true of some port of the drawing.
_CLAIMS = [
    ("source NAT", r"source rewritten|the NAT maps", ("source rewritten", "any source rewritten")),
    ("source NAT of this port", r"source rewritten", ("source rewritten",)),
    ("destination NAT", r"destination rewritten", ("destination rewritten",)),
    ("a destination NAT", r"\bDNAT\b", ("any destination rewritten",)),
    ("several servers", r"leads to \d+ pt-servers|load balancer|several pt-servers", ("any several servers", "server event")),
    ("several instances", r"\d+ instances of pt-server", ("any several servers", "server event")),
    ("several backends", r"several backends", ("any several servers", "change", "refusals")),
    ("duplicates", r"\btwice\b|duplicate", ("duplicates",)),
    ("reordering", r"overtaken|reorder|out of order", ("reordering",)),
    ("altered", r"\baltered\b|changed a byte", ("never",)),
    ("marks", r"DSCP|ECN", ("never",)),
    ("limit", r"\ba limit of\b", ("limit",)),
    ("source ports", r"source ports (below|above)|stateless rule", ("any source ports",)),
    ("dead path", r"dead path", ("any paths",)),
    ("losses", r"attempts? on open ports were lost",
     ("any paths", "any source ports", "any backends differ", "loss", "limit", "any change", "server event")),
    ("stopped answering", r"stopped answering", ("any change", "limit", "server event", "any paths", "any source ports")),
    ("refusals", r"attempts? (was|were) (refused|reset|ended by ICMP)", ("refusals", "change", "server event")),
    ("size", r"(packets|datagrams|segments) (above|larger|longer|of more)|\bMTU\b", ("size",)),
    ("server lost", r"server.*(was lost|died|restarted|is gone|frozen)", ("server event",)),
    ("no network crossed", r"no network was crossed", ("never",)),
    ("only DNS", r"only DNS|DNS inspection", ("never",)),
    ("local ports", r"local ports ran out|descriptors ran out", ("one source port",)),
]
_RATE = re.compile(r"(?:about|of|to) (\d+(?:[.,]\d+)?)[^.;]{0,40}(?:a|per|/) ?s(?:econd)?\b", re.IGNORECASE)
RATE_FACTOR = 3  # a measured limit may differ from the configured one by so much


def facts_of_port(port, network):
    """What is true of a port, and of all that it shares with others."""
    facts = set()
    middle = port["middle"] or {}
    if port["source"] or middle.get("kind") == "proxy":
        facts.add("source rewritten")
    if middle and middle["kind"] != "synproxy":
        facts.add("destination rewritten")
    if middle.get("kind") in ("dnat-host", "balance"):
        facts.add("several servers")
    if middle.get("does") in ("relay", "late"):
        facts.add("relay of frames")
    if middle.get("second") in ("refuses", "drops") or middle.get("kind") == "synproxy":
        facts.add("backends differ")
    if middle.get("second") == "refuses" or middle.get("does") in ("close", "reset", "late") or not port["held"] \
            or middle.get("held") is False:
        facts.add("refusals")
    for part in port["there"] + port["back"]:
        facts |= {"acl": {"source ports"}, "paths": {"paths"}, "size": {"size"}}.get(part["kind"], set())
        if part["kind"] == "reject" or part.get("do") == "reset":
            facts.add("refusals")
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
    """What is true of the whole drawing, and "any X" for all that is true of some port."""
    facts = facts_of_network(drawing["network"])
    of_ports = set().union(*(facts_of_port(port, drawing["network"]) for port in drawing["ports"]), facts)
    facts |= {f"any {fact}" for fact in of_ports}
    facts |= {"server event", "change"} if drawing["server"]["event"] else set()
    return facts | ({"one source port"} if drawing["client"]["source_port"] is not None else set())


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


def false_loss(result, port, drawing):
    """Whether a note speaks of a loss although nothing on the path can lose anything."""
    network = drawing["network"]
    if not is_plain(port) or drawing["server"]["event"] or network["policers"] or network["ban"]:
        return False
    if (network["relay"] or {}).get("loss") or any(network["filters"].values()):
        return False
    return result["verdict"] == "open" and any(re.search(r"\b(lost|losses)\b", note) for note in result["notes"])


def kind_of(text):
    """A note without its numbers and addresses, so that equal ones can be counted."""
    text = re.sub(r"\[?[0-9a-f]*:[0-9a-f:]+\]?(:\d+)?|\d+\.\d+\.\d+\.\d+(:\d+)?", "ADDRESS", text)
    text = re.sub(r"\b[0-9a-f]{16}\b", "INSTANCE", text)
    text = re.sub(r"\d+([.,]\d+)?", "N", text)
    return re.sub(r"((tcp|udp)/[N,-]+[ ,;]*)+", "PORTS ", text)[:160]
