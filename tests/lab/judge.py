"""Compares what pt-client said with what a scenario expects. Pure: no processes, no files.

The whole verdict counts: an endpoint that is missing, an endpoint too many, a `by` or a `direction`
that nobody expects are all wrong. An expectation is a list of true answers, the strongest first; any of
them is right, and `weaker` names those that were not the strongest.
"""

import collections
import ipaddress
import json
import re

TOP_KEYS = {"pt", "started", "duration_s", "host", "server_instance", "results", "summary"}
RESULT_KEYS = {"host", "address", "protocol", "port", "service", "verdict", "evidence", "by", "direction",
               "attempts", "rtt_ms", "local", "seen_source", "seen_destination", "notes"}
MAX_COMPLAINTS = 12
UNKNOWN = "unknown"  # an address that may be null
NOTHING = "none"  # how an expectation writes null among others


def _split(socket_address):
    """"[fd77::1]:53" -> ("fd77::1", 53)."""
    address, _, port = socket_address.rpartition(":")
    return address.strip("[]"), int(port)


def _within(port, expected):
    """`expected` is a number or, where a NAT may choose, a range such as "61000-61999"."""
    first, _, last = str(expected).partition("-")
    return int(first) <= port <= int(last or first)


def _several(expected):
    return expected if isinstance(expected, list) else [expected]


def _differs(said, expected):
    """Whether a socket address is not {address = ..., port = ...}; either part may be left out."""
    if said is None:
        return True
    address, port = _split(said)
    if "address" in expected and not any(_same(address, one) for one in _several(expected["address"])):
        return True
    return "port" in expected and not _within(port, expected["port"])


def _same(said, expected):
    if said is None or expected in (None, NOTHING):
        return said is None and expected in (None, NOTHING)
    return ipaddress.ip_address(said) == ipaddress.ip_address(expected)


def texts_of(result):
    """All that a result says in words."""
    return [*result["notes"], *([result["error"]] if result.get("error") else [])]


def hints_of(result):
    """The commands that would decide an undecided result, where pt names some."""
    return [result[key] for key in ("hint", "hint_on_server") if result.get(key)]


def all_texts(report):
    texts = list(report.get("notes") or [])
    for result in report["results"]:
        texts += texts_of(result)
    return texts


def says(pattern, texts):
    """Whether one of the texts matches a regular expression, in capitals or not."""
    return any(re.search(pattern, text, re.IGNORECASE) for text in texts)


def _judge_open(result, expected, client_address):
    """Where no rewriting is expected, both ends must have seen the very same addresses."""
    rtt = result["rtt_ms"]
    if rtt is None or rtt["samples"] < 1 or rtt["min"] < 0:
        yield f"rtt_ms is {rtt}"
    elif "rtt_below_ms" in expected and rtt["max"] >= expected["rtt_below_ms"]:
        yield f"rtt_ms is {rtt}, expected less than {expected['rtt_below_ms']}"
    if result["local"] is None and expected.get("local") == UNKNOWN:
        return
    if result["local"] is None or not _same(_split(result["local"])[0], client_address):
        yield f"local is {result['local']}, expected {client_address}"
    elif "seen_source" not in expected and result["seen_source"] != result["local"]:
        yield f"seen_source is {result['seen_source']}, expected local: {result['local']}"
    if result["seen_destination"] is None and expected.get("seen_destination") == UNKNOWN:
        return
    as_asked = {"address": result["address"], "port": result["port"]}
    if expected.get("seen_destination", UNKNOWN) == UNKNOWN and _differs(result["seen_destination"], as_asked):
        yield f"seen_destination is {result['seen_destination']}, expected {as_asked}"


def _judge_answer(result, expected, client_address):
    for key in ("verdict", "evidence"):
        if result[key] not in _several(expected[key]):
            yield f"{key} is {result[key]}, expected {expected[key]}"
    if not any(_same(result["by"], one) for one in _several(expected.get("by"))):
        yield f"by is {result['by']}, expected {expected.get('by')}"
    if (result["direction"] or NOTHING) not in _several(expected.get("direction", NOTHING)):
        yield f"direction is {result['direction']}, expected {expected.get('direction')}"
    for key in ("seen_source", "seen_destination"):
        needed = result["verdict"] == "open" or result[key] is not None
        if expected.get(key, UNKNOWN) != UNKNOWN and needed and _differs(result[key], expected[key]):
            yield f"{key} is {result[key]}, expected {expected[key]}"
    for text in expected.get("notes", []):
        if not any(text in note for note in result["notes"]):
            yield f"no note says '{text}': {result['notes']}"
    for pattern in expected.get("says", []):
        if not says(pattern, texts_of(result) + hints_of(result)):
            yield f"no note or hint matches '{pattern}': {result['notes']}"
    for pattern in expected.get("never_says", []):
        if says(pattern, texts_of(result)):
            yield f"a note claims '{pattern}', which is false: {result['notes']}"
    if "attempts" in expected and result["attempts"] != expected["attempts"]:
        yield f"attempts is {result['attempts']}, expected {expected['attempts']}"
    if result["verdict"] == "open":
        yield from _judge_open(result, expected, client_address)


def judge_result(result, answers, client_address):
    """Nothing if any of the answers is given, else what is wrong with the nearest one."""
    return min((list(_judge_answer(result, answer, client_address)) for answer in answers), key=len)


def is_strongest(result, answers):
    """Whether a right result is the first answer, and its direction the first of that answer's."""
    first = answers[0]
    return (result["verdict"] == _several(first["verdict"])[0]
            and result["evidence"] in _several(first["evidence"])
            and (result["direction"] or NOTHING) == _several(first.get("direction", NOTHING))[0])


def _judge_whole(report):
    counted = collections.Counter(result["verdict"] for result in report["results"])
    summary = {verdict: number for verdict, number in report["summary"].items() if number}
    if summary != dict(counted):
        yield f"summary is {summary}, the results say {dict(counted)}"
    if counted["open"] and not report["server_instance"]:
        yield "server_instance is null although a port is open"


def _is_unknown(result, answers):
    """Whether a direction was to be told, and all that is missing is that."""
    return (result["direction"] == "unknown" and len(answers) == 1
            and answers[0].get("direction") in ("forward", "return")
            and result["verdict"] == answers[0]["verdict"])


def complaints(report, expected, client_address, *, notes=(), says_all=(), never_says=(), unknown_at_most=0):
    """Sentences on what is wrong with a report (parsed JSON), none if all is right. `notes` are texts that
    some note of the whole run must contain; `says_all` and `never_says` are patterns that some note (of the
    run or of a result) must match, or none may; of `unknown_at_most` endpoints the direction may be missing."""
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
            wrong = judge_result(result, expected[endpoint], client_address)
        if wrong:
            found.append(f"{endpoint[0]} {endpoint[1]} port {endpoint[2]}: {'; '.join(wrong)}"
                         f"\n    {json.dumps(result)}")
        seen.add(endpoint)
    found += [f"{endpoint[0]} {endpoint[1]} port {endpoint[2]}: not reported"
              for endpoint in expected.keys() - seen]
    found += [f"no note of the run says '{text}': {report.get('notes')}" for text in notes
              if not any(text in note for note in report.get("notes", []))]
    texts = all_texts(report)
    found += [f"no note matches '{pattern}': {texts[:20]}" for pattern in says_all if not says(pattern, texts)]
    found += [f"a note claims '{pattern}', which is false: {texts[:20]}" for pattern in never_says
              if says(pattern, texts)]
    found += _judge_whole(report)
    if len(found) > MAX_COMPLAINTS:
        found[MAX_COMPLAINTS:] = [f"... and {len(found) - MAX_COMPLAINTS} more"]
    return found


def weaker(report, expected):
    """Endpoints of a right report whose answer is true, but not the strongest."""
    endpoints = []
    for result in report["results"]:
        endpoint = (result["protocol"], result["address"], result["port"])
        if endpoint in expected and not is_strongest(result, expected[endpoint]):
            endpoints.append(endpoint)
    return endpoints


def conclusions(report):
    """What each endpoint was concluded to be: the same scan of the same path must repeat it."""
    return {(result["protocol"], result["address"], result["port"]):
            (result["verdict"], result["evidence"], result["direction"]) for result in report["results"]}
