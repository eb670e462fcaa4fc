"""Compares what pt-client said with what a scenario expects. Pure: no processes, no files.

The whole verdict counts: an endpoint that is missing, an endpoint too many, a `by` or a `direction`
that nobody expects are all wrong.
"""

import collections
import ipaddress
import json

TOP_KEYS = {"pt", "started", "duration_s", "host", "server_instance", "results", "summary"}
RESULT_KEYS = {"host", "address", "protocol", "port", "service", "verdict", "evidence", "by", "direction",
               "attempts", "rtt_ms", "local", "seen_source", "seen_destination", "notes"}
MAX_COMPLAINTS = 12


def _split(socket_address):
    """"[fd77::1]:53" -> ("fd77::1", 53)."""
    address, _, port = socket_address.rpartition(":")
    return address.strip("[]"), int(port)


def _within(port, expected):
    """`expected` is a number or, where a NAT may choose, a range such as "61000-61999"."""
    first, _, last = str(expected).partition("-")
    return int(first) <= port <= int(last or first)


def _differs(said, expected):
    """Whether a socket address is not {address = ..., port = ...}; either part may be left out."""
    if said is None:
        return True
    address, port = _split(said)
    if "address" in expected and not _same(address, expected["address"]):
        return True
    return "port" in expected and not _within(port, expected["port"])


def _same(said, expected):
    if said is None or expected is None:
        return said is expected
    return ipaddress.ip_address(said) == ipaddress.ip_address(expected)


def _judge_open(result, expected, client_address):
    """Where no rewriting is expected, both ends must have seen the very same addresses."""
    if result["rtt_ms"] is None or result["rtt_ms"]["samples"] < 1 or result["rtt_ms"]["min"] < 0:
        yield f"rtt_ms is {result['rtt_ms']}"
    if result["local"] is None or not _same(_split(result["local"])[0], client_address):
        yield f"local is {result['local']}, expected {client_address}"
    elif "seen_source" not in expected and result["seen_source"] != result["local"]:
        yield f"seen_source is {result['seen_source']}, expected local: {result['local']}"
    as_asked = {"address": result["address"], "port": result["port"]}
    if "seen_destination" not in expected and _differs(result["seen_destination"], as_asked):
        yield f"seen_destination is {result['seen_destination']}, expected {as_asked}"


def _judge_result(result, expected, client_address):
    for key in ("verdict", "evidence"):
        if result[key] != expected[key]:
            yield f"{key} is {result[key]}, expected {expected[key]}"
    if not _same(result["by"], expected.get("by")):
        yield f"by is {result['by']}, expected {expected.get('by')}"
    if result["direction"] != expected.get("direction"):
        yield f"direction is {result['direction']}, expected {expected.get('direction')}"
    for key in ("seen_source", "seen_destination"):
        if key in expected and _differs(result[key], expected[key]):
            yield f"{key} is {result[key]}, expected {expected[key]}"
    for text in expected.get("notes", []):
        if not any(text in note for note in result["notes"]):
            yield f"no note says '{text}': {result['notes']}"
    if "attempts" in expected and result["attempts"] != expected["attempts"]:
        yield f"attempts is {result['attempts']}, expected {expected['attempts']}"
    if result["verdict"] == "open":
        yield from _judge_open(result, expected, client_address)


def _judge_whole(report):
    counted = collections.Counter(result["verdict"] for result in report["results"])
    summary = {verdict: number for verdict, number in report["summary"].items() if number}
    if summary != dict(counted):
        yield f"summary is {summary}, the results say {dict(counted)}"
    if counted["open"] and not report["server_instance"]:
        yield "server_instance is null although a port is open"


def _is_unknown(result, expected):
    """Whether a direction was to be told, and all that is missing is that."""
    return (result["direction"] == "unknown" and expected.get("direction") in ("forward", "return")
            and result["verdict"] == expected["verdict"])


def complaints(report, expected, client_address, notes=(), unknown_at_most=0):
    """Sentences on what is wrong with a report (parsed JSON), none if all is right. `notes` are texts that
    some note of the whole run must contain; of `unknown_at_most` endpoints the direction may be missing."""
    missing_keys = TOP_KEYS - report.keys()
    if missing_keys:
        return [f"keys missing in the report: {sorted(missing_keys)}"]
    found = []
    seen = set()
    for result in report["results"]:
        missing_keys = RESULT_KEYS - result.keys()
        if missing_keys:
            return [f"keys missing in a result: {sorted(missing_keys)}"]
        endpoint = (result["protocol"], result["address"], result["port"])
        if endpoint in seen:
            wrong = ["reported twice"]
        elif endpoint not in expected:
            wrong = ["reported, but not expected"]
        elif unknown_at_most > 0 and _is_unknown(result, expected[endpoint]):
            unknown_at_most -= 1
            wrong = []
        else:
            wrong = list(_judge_result(result, expected[endpoint], client_address))
        if wrong:
            found.append(f"{endpoint[0]} {endpoint[1]} port {endpoint[2]}: {'; '.join(wrong)}"
                         f"\n    {json.dumps(result)}")
        seen.add(endpoint)
    found += [f"{endpoint[0]} {endpoint[1]} port {endpoint[2]}: not reported"
              for endpoint in expected.keys() - seen]
    found += [f"no note of the run says '{text}': {report.get('notes')}" for text in notes
              if not any(text in note for note in report.get("notes", []))]
    found += _judge_whole(report)
    if len(found) > MAX_COMPLAINTS:
        found[MAX_COMPLAINTS:] = [f"... and {len(found) - MAX_COMPLAINTS} more"]
    return found
