"""The true answers for a whole port: from the outcomes of single attempts to what a scan may conclude."""

from . import model
from .drawing import is_plain
from .model import ECHO, LOST_THERE, SILENT, answer, silence
from .scan import DEFAULT_TIMEOUT, Scan

_CONDITIONAL = ("acl", "paths")


def _add(answers, *more):
    for one in more:
        if one not in answers:
            answers.append(one)


def _lossy_answers(answers, outcomes, held):
    """What a few attempts may meet where any packet may be lost."""
    if held and not SILENT.isdisjoint(outcomes) and ECHO not in outcomes and model.LOST_BACK not in outcomes:
        _add(answers, silence("forward", "unknown"))
    elif held and (ECHO in outcomes or model.LOST_BACK in outcomes):
        _add(answers, silence("forward", "return", "unknown"))
    else:
        _add(answers, silence("forward", "unknown") if held else silence("unknown"))


def _slow_answers(answers, outcomes, protocol):
    """The time ends before the path has answered: no loss may be claimed, and nothing is known."""
    _add(answers, silence("unknown"))
    if protocol == "tcp" and not {ECHO, model.FRAME_LOST, model.ECHO_LOST, model.FRAME_RESET, model.BANNER,
                                  model.ABORTED}.isdisjoint(outcomes):
        _add(answers, answer("answered", "handshake"))


def _event_answers(answers, port, outcomes, scan, names):
    """The server stopped or died in mid-scan. No loss on the path may be claimed where only the server is to blame."""
    _add(answers, answer("untested", "server-lost"))
    if port["protocol"] == "tcp":
        _add(answers, answer("answered", ["handshake", "data-reset"]))
    if not outcomes.isdisjoint({ECHO, model.LOST_BACK, model.ELSEWHERE_LOST_BACK}):
        _add(answers, silence("unknown"))
    if scan.server_event == "KILL" and outcomes != {LOST_THERE}:
        _add(answers, answer("closed", "reset") if port["protocol"] == "tcp" else
             answer("closed", "icmp-port-unreachable", by=names["server"]))


def _banned_answers(answers, port, held, unheard):
    """From some moment on nothing of the client arrives; what had arrived before did."""
    _add(answers, silence("forward", "return", "unknown") if held else silence("unknown"), *unheard)
    if port["protocol"] == "tcp":
        _add(answers, answer("cut", "data-lost"), answer("answered", "handshake"))


def _union(outcomes, port, scan, names):
    answers = []
    for outcome in sorted(outcomes):
        _add(answers, *model.answers_of(outcome, port, scan, names))
    return answers


def _mixed_silence(port, scan, held, unheard):
    """Some attempts are lost on their way there and some on their way back: something did arrive."""
    is_second_held = (port["middle"] or {}).get("second") == "held"
    known = held or scan.is_exact and scan.server_runs or scan.any_server_runs and is_second_held
    if scan.has_one_source_port or not scan.is_patient:
        return [silence("return", "forward", "unknown") if known else silence("unknown"), *unheard]
    if not known and port["middle"] and model.arrivals_elsewhere_are_known(port, scan):
        return [silence("unknown", "return"), *unheard]
    return [silence("return", "unknown") if known else silence("unknown"), *unheard]


def answers(port, scan, names):
    """(true answers with the strongest first, whether the first one is the only one that pt should give)."""
    outcomes = model.outcomes(port, scan)
    held = port["held"] and scan.server_runs
    unheard = model.unheard_answers(port, scan)
    key = (port["protocol"], port["port"])
    certain = (scan.is_patient and not scan.has_one_source_port and conditions(port) <= (0 if scan.is_lossy else 1))
    if len(outcomes) == 1:
        found = _union(outcomes, port, scan, names)
    elif ECHO in outcomes and certain and not scan.is_slow and not _has_changing_part(port) \
            and outcomes.isdisjoint({model.LATE, model.MUTE}):
        found = [answer("open", "echo")]
    elif outcomes <= SILENT:
        found = _mixed_silence(port, scan, held, unheard)
        if _has_changing_part(port):
            _add(found, silence("forward", "return", "unknown") if held else silence("unknown"))
    else:
        found = _several(outcomes, port, scan, names, certain)
    if key in scan.policed and not (scan.is_patient and scan.timeout >= DEFAULT_TIMEOUT):
        _add(found, silence("forward", "return", "unknown") if held else silence("unknown"))
    if key in scan.policed and scan.policed[key]["ports"] is None and outcomes != {ECHO} and not model.is_proxied(port):
        # What is not open shares the limit: all of its attempts may be what the limit drops.
        _add(found, silence("forward", "return", "unknown") if held else silence("unknown"), *unheard)
    if scan.is_lossy and (scan.is_slow or not scan.is_patient or scan.has_one_source_port):
        _lossy_answers(found, outcomes, held)
        if port["protocol"] == "tcp":
            _add(found, answer("answered", "handshake"), answer("cut", "data-lost"))
    if scan.banning is not None and not model.is_proxied(port):
        _banned_answers(found, port, held, unheard)
    if scan.server_event and scan.server_runs:
        _event_answers(found, port, outcomes, scan, names)
    if scan.icmp_is_limited and any(outcome[0] in ("icmp", "target refuses", "refuses") for outcome in outcomes):
        _add(found, silence("forward", "unknown") if held else silence("unknown"), *unheard)
    if scan.is_slow:
        _slow_answers(found, outcomes, port["protocol"])
    return found


def _several(outcomes, port, scan, names, certain):
    """An echo first, then what answered, then silence where a few attempts may all have met it."""
    found = [answer("open", "echo")] if ECHO in outcomes else []
    loud = outcomes - SILENT - {ECHO}
    _add(found, *_union(loud, port, scan, names))
    silent = outcomes & SILENT
    if silent and (not certain or _has_changing_part(port)):
        held = port["held"] and scan.server_runs
        arrived = outcomes & (SILENT - {LOST_THERE}) or _has_changing_part(port)
        only_arrived = LOST_THERE not in outcomes
        directions = (["return"] if arrived else []) + ([] if only_arrived else ["forward"])
        _add(found, silence(*(directions if held else []), "unknown"))
        _add(found, *model.unheard_answers(port, scan))
    if port["protocol"] == "tcp" and _has_changing_part(port):
        _add(found, answer("cut", ["data-lost", "data-reset"]), answer("answered", ["handshake", "data-reset"]))
    return found


def conditions(port):
    """On how many independent things it depends whether an attempt succeeds: more than one may leave too few."""
    conditional = [part for part in port["there"] + port["back"] if part["kind"] in _CONDITIONAL]
    if port["protocol"] == "udp" and any(part["kind"] == "route" for part in port["back"]):
        return 2  # whether a rule for the source port is met at all depends on the server
    return len(conditional) + ((port["middle"] or {}).get("kind") == "balance")


def _has_changing_part(port):
    return any("from" in part or "until" in part for part in port["there"] + port["back"])


def at_address(port, address, drawing):
    """The port as it is at one of the server's addresses, with what all traffic meets."""
    network = drawing["network"]
    one = dict(port)
    for way in ("there", "back"):
        shared = [] if model.is_proxied(port) and address == "server" else network["filters"][way]
        one[way] = shared + [part for part in port[way] if part.get("address", address) == address]
    if address == "server_two":
        one["middle"] = None
        one["held"] = port["held"] and not drawing["server"]["bind"]
    return one


def names_at(address, names):
    """The placeholders as seen from a scan of one of the server's addresses."""
    return names | {"server": names[address]}


def address_of(result, drawing, names):
    """Which of the server's addresses a result is about; None: neither."""
    return next((address for address in addresses(drawing) if names[address] == result["address"]), None)


def addresses(drawing):
    return ("server", "server_two") if drawing["network"]["second_address"] else ("server",)


def seen(port, names):
    """What the server may have seen of an echoed frame: keys of an expectation."""
    keys, middle = {}, port["middle"]
    router = [names["router_out"], names["router_link"], names["router_out2"]]
    pools = [names[f"pool_{number}"] for number in range(1, 5)]
    if port["source"]:
        named = [names[name] for name in port["source"]["pool"]]
        keys["seen_source"] = {"address": named or router + pools}
    if middle and middle["kind"] == "dnat-port":
        keys["seen_destination"] = {"address": names["server"], "port": 20000 + port["port"]}
    if middle and middle["kind"] in ("dnat-host", "balance"):
        keys["seen_destination"] = {"address": [names["server"], names["server2"]], "port": port["port"]}
    if middle and middle["kind"] == "proxy":
        keys["seen_source"] = {"address": router + pools}
    return keys


def is_doubtful(port, scan, names, drawing):
    return answer("open", "echo") not in answers(at_address(port, "server", drawing), scan, names)


def probed(drawing, names):
    """The ports that the client asks for."""
    scan = Scan(drawing)
    ports = drawing["ports"]
    if drawing["client"]["only_doubtful"]:
        doubtful = [port for port in ports if is_doubtful(port, scan, names, drawing)]
        return doubtful or ports
    return ports


def expectations(drawing, ports, names):
    scan, expected = Scan(drawing), []
    for address in addresses(drawing):
        here = names_at(address, names)
        for port in ports:
            one = at_address(port, address, drawing)
            expected.append({"protocol": port["protocol"], "port": port["port"], "address": names[address],
                             "any_of": answers(one, scan, here)} | seen(one, here))
    return expected


def is_exact(drawing):
    """Whether the server can keep an exact record of first segments."""
    server = drawing["server"]
    return server["mode"] == "all" or server["mode"] == "ports" and server["capabilities"] == "root"


def could_be_strongest(port, drawing, ports, scan):
    """Whether nothing but pt's own caution stands between a scan and the strongest answer."""
    if not scan.journal or scan.is_slow or not scan.is_patient or scan.is_lossy:
        return False
    if scan.server_event or scan.has_one_source_port or scan.changes or scan.policed or scan.banning or scan.icmp_is_limited:
        return False
    if any(drawing["network"]["filters"].values()):
        return False
    middle = port["middle"] or {}
    if port["source"] or not port["held"] or middle and middle["kind"] != "proxy" or middle.get("does") == "late":
        return False
    return any(is_plain(one) for one in ports)
