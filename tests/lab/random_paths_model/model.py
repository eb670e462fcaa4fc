"""What is true of each port of a drawing: the answers that pt may give, the strongest first.

Written from what nftables and TCP/IP do and from the definitions of the verdicts, never from pt's code. First
the outcomes that a single attempt can have are enumerated (`outcomes`); then each outcome has true answers
(`answers_of`). Where the model cannot know which outcomes a scan meets, it allows the answers of all.
"""

from .drawing import EPHEMERAL

ECHO, LOST_THERE, LOST_BACK = ("echo",), ("lost there",), ("lost back",)
RESET, TARGET_REFUSES = ("reset",), ("target refuses",)
FRAME_LOST, ECHO_LOST, FRAME_RESET = ("frame lost",), ("echo lost",), ("frame reset",)
MUTE, BANNER, CLOSED, ABORTED, LATE = ("mute",), ("banner",), ("closed",), ("aborted",), ("late",)
ELSEWHERE_LOST_BACK = ("lost back from elsewhere",)
SILENT = {LOST_THERE, LOST_BACK, ELSEWHERE_LOST_BACK}
SMALL_PACKET = 100  # a size filter of so much passes handshakes and stops frames; a larger one stops nothing
PLACES = ("router", "router2", "server")  # in the order of the way there

_ICMP = {"port": "icmp-port-unreachable", "host": "icmp-host-unreachable", "net": "icmp-net-unreachable",
         "admin": "icmp-admin-prohibited"}


def answer(verdict, evidence, direction=None, by=None):
    table = {"verdict": verdict, "evidence": evidence}
    if direction is not None:
        table["direction"] = direction
    if by is not None:
        table["by"] = by
    return table


def silence(*directions):
    return answer("filtered", "silence", list(directions))


def _filters(parts, packet, one_socket=False):
    """Branches of what filters do with a packet: "pass", "drop" or a rejection with its host."""
    branches = {"pass"}
    passed_sources = []
    for part in parts:
        if "pass" not in branches:
            break
        met = set()
        if part["kind"] == "drop":
            met = {"drop"}
        elif part["kind"] == "route":
            # A rule for a source port meets what a socket of that port sends. One socket that answers for all
            # ports may send by another route: ip-rule(8) then does not see the port.
            met = {"drop", "pass"} if one_socket else {"drop"}
        elif part["kind"] == "reject":
            met = {(part["with"], part["at"])}
        elif part["kind"] == "size":
            stops = packet == "frame" and part["over"] <= SMALL_PACKET
            met = {("reset", part["at"]) if part["do"] == "reset" else "drop"} if stops else {"pass"}
        elif part["kind"] == "acl":
            if "from" not in part and "until" not in part:
                passed_sources.append(part["ports"])
            met = {"drop"} if _share_no_source(passed_sources) else {"pass", "drop"}
        elif part["kind"] == "paths":
            met = {"pass", "drop"}
        if "from" in part or "until" in part:
            met = met | {"pass"}
        branches = (branches - {"pass"}) | met
    return branches


def _share_no_source(ranges):
    """Whether no ephemeral port is one that each of several filters lets through."""
    return max(low for low, high in [*ranges, EPHEMERAL]) > min(high for low, high in [*ranges, EPHEMERAL])


def _in_order(parts, way):
    """Filters in the order in which a packet meets them."""
    return sorted(parts, key=lambda part: PLACES.index(part["at"]) * (1 if way == "there" else -1))


def _backends(port):
    """What may stand behind a port, by its middle: "own", "server2", "refuses", "drops"."""
    middle = port["middle"]
    if middle is None or middle["kind"] == "dnat-port":
        return {"own"}
    if middle["kind"] == "dnat-host":
        return {_second(middle)}
    return {"own", _second(middle)}


def _second(middle):
    return "server2" if middle["second"] == "held" else middle["second"]


def _listens(port, backend, scan):
    if backend == "server2":
        return True
    if backend == "refuses":
        return False
    if port["middle"] and port["middle"]["kind"] == "dnat-port":
        return scan.server_runs and (scan.holds_all or port["middle"]["held"])
    return port["held"]


def _is_translated(port, backend):
    return backend != "own" or bool(port["middle"] and port["middle"]["kind"] == "dnat-port")


def _proxy_outcomes(port, scan):
    middle = port["middle"]
    if middle["kind"] == "synproxy":
        # What a connection sends while the proxy still opens its other half may be lost: then the next one passes.
        few = not scan.is_patient or scan.has_one_source_port or scan.is_lossy
        return ({ECHO, MUTE} if few else {ECHO}) if port["held"] else {ABORTED}
    does = middle["does"]
    if does == "relay":
        return {ECHO}
    if does == "late":
        needed = middle["late"] + 3 * scan.round_trip + 0.5
        return {ECHO} if needed < 0.7 * scan.timeout else {ECHO, LATE}
    if port["protocol"] == "udp":
        return {BANNER} if does == "talk" else {LOST_THERE}
    return {{"mute": MUTE, "talk": BANNER, "close": CLOSED, "reset": ABORTED}[does]}


def _refusal(port, backend):
    return ("refuses", "translated") if _is_translated(port, backend) else TARGET_REFUSES


def _answering(port, backend, scan):
    """Outcomes of a packet that reached the host behind the port."""
    if backend == "drops":
        return {LOST_THERE}
    one_socket = scan.holds_all and port["protocol"] == "udp"
    back = _filters(_in_order(port["back"], "back"), "small", one_socket)
    lost = ELSEWHERE_LOST_BACK if _is_translated(port, backend) else LOST_BACK
    outcomes = {lost} if back - {"pass"} else set()
    if port["protocol"] == "udp" and not _listens(port, backend, scan):
        return {_refusal(port, backend)}  # an ICMP error, which no filter for UDP meets
    if "pass" not in back:
        return outcomes
    if not _listens(port, backend, scan):
        return outcomes | {_refusal(port, backend)}
    return outcomes | _with_data(port, lost, one_socket)


def _with_data(port, lost, one_socket):
    """Outcomes of the frame and its echo, where a handshake succeeds (TCP) or for the datagram itself."""
    there = _filters(_in_order(port["there"], "there"), "frame")
    back = _filters(_in_order(port["back"], "back"), "frame", one_socket)
    if port["protocol"] == "udp":
        return ({ECHO} if "pass" in back else set()) | ({lost} if back - {"pass"} else set())
    outcomes = set()
    # A filter that stopped the handshake too has been counted there: only size filters remain to be met.
    size_there = [part for part in port["there"] if part["kind"] == "size" and part["over"] <= SMALL_PACKET]
    size_back = [part for part in port["back"] if part["kind"] == "size" and part["over"] <= SMALL_PACKET]
    if size_there:
        first = _in_order(size_there, "there")[0]
        outcomes.add(FRAME_RESET if first["do"] == "reset" else FRAME_LOST)
    elif size_back:
        outcomes.add(ECHO_LOST)
    elif "pass" in there and "pass" in back:
        outcomes.add(ECHO)
    return outcomes


def is_proxied(port):
    """Whether the client's packets end at the router, out of reach of its forward hook."""
    return bool(port["middle"] and port["middle"]["kind"] in ("proxy", "synproxy"))


def outcomes(port, scan):
    """All outcomes that an attempt at the port may have, loss by chance apart."""
    if is_proxied(port):
        return _proxy_outcomes(port, scan)
    first = "frame" if port["protocol"] == "udp" else "small"
    there = _filters(_in_order(port["there"], "there"), first)
    found = set()
    for branch in there:
        if branch == "drop":
            found.add(LOST_THERE)
        elif branch != "pass":
            found |= _rejection(port, *branch)
    if "pass" in there:
        for backend in _backends(port):
            found |= _answering(port, backend, scan)
    return found


def _rejection(port, how, at):
    """A refusal of the server's own input hook goes out through its output hook and the routers, as a reply:
    a filter for what comes from the port meets a reset, but no ICMP error. A router's goes straight back."""
    if how != "reset":
        return {("icmp", how, at)}
    crossed = [part for part in port["back"]
               if PLACES.index(part["at"]) < PLACES.index(at) or part["at"] == at == "server"]
    back = _filters(_in_order(crossed, "back"), "small")
    return ({RESET} if "pass" in back else set()) | ({LOST_THERE} if back - {"pass"} else set())


def unheard_answers(port, scan):
    """Of a port that no pt-server holds, one that was asked may say just that."""
    return [answer("untested", "not-listening")] if scan.any_server_runs and not port["held"] else []


def unheld_directions(outcome, port, scan):
    """Of a port that pt-server does not hold, its host knows first segments only, and only with an exact record."""
    known = scan.server_runs and scan.is_exact and port["protocol"] == "tcp"
    return (["unknown"] + ["forward" if outcome == LOST_THERE else "return"]) if known else ["unknown"]


def answers_of(outcome, port, scan, names):
    """True answers for a port where this is all that happens."""
    held = port["held"] and scan.server_runs
    unheard = unheard_answers(port, scan)
    known = [answer("intercepted", "foreign-answer")] if held else []
    if outcome == ECHO:
        return [answer("open", "echo")]
    if outcome == LOST_THERE:
        return [silence("forward", "unknown")] if held else [*unheard, silence(*unheld_directions(outcome, port, scan))]
    if outcome == LOST_BACK:
        return [silence("return", "unknown")] if held else [*unheard, silence(*unheld_directions(outcome, port, scan))]
    if outcome == ELSEWHERE_LOST_BACK:
        return _lost_back_from_elsewhere(port, held, unheard, scan)
    if outcome == RESET:
        return [answer("rejected", "forged-reset")] * held + [answer("closed", "reset"), *unheard]
    if outcome[0] == "icmp":
        return _icmp_answers(outcome[1], names[outcome[2]], outcome[2] == "server", unheard)
    if outcome == TARGET_REFUSES or outcome == ("refuses", "translated"):
        return _refusal_answers(outcome, port, held, unheard, names)
    if outcome in (FRAME_LOST, ECHO_LOST):
        return [answer("cut", "data-lost")] * held + [answer("answered", "handshake")]
    if outcome == FRAME_RESET:
        return [answer("cut", "data-reset"), answer("answered", "data-reset")]
    if outcome in (MUTE, CLOSED, LATE):
        return [*known, answer("answered", "handshake")] + ([silence("forward", "unknown")]
                                                            if outcome == LATE and port["protocol"] == "udp" else [])
    if outcome == BANNER:
        return [*known, answer("answered", "foreign-data")]
    if outcome == ABORTED:
        return [*known, answer("answered", "data-reset"), answer("cut", "data-reset")]
    raise ValueError(outcome)


def arrivals_elsewhere_are_known(port, scan):
    """The second server's record is exact: it knows first segments to ports that it does not hold, too."""
    return scan.second_server_runs and port["protocol"] == "tcp"


def _lost_back_from_elsewhere(port, held, unheard, scan):
    """What was sent reached another host or another port, and the reply was lost. A server that holds the
    probed port did not see it there; that it never arrived at all is true only of another host."""
    if port["middle"]["kind"] == "dnat-port":
        return [*unheard, silence("return", "unknown")]
    arrived = held or port["middle"]["second"] == "held"
    directions = (["return"] if arrived else []) + (["forward"] if held else []) + ["unknown"]
    if not arrived and arrivals_elsewhere_are_known(port, scan):
        directions.append("return")
    return [*unheard, silence(*directions)]


def _icmp_answers(how, by, from_target, unheard):
    evidence = _ICMP[how]
    if how == "admin":
        return [answer("rejected", evidence, by=by), *unheard]
    if how == "port":
        strongest = answer("closed" if from_target else "rejected", evidence, by=by)
        return [strongest, *([answer("rejected", evidence, by=by)] if from_target else []), *unheard]
    return [answer("unreachable", evidence, by=by), answer("rejected", evidence, by=by), *unheard]


def _refusal_answers(outcome, port, held, unheard, names):
    """A refusal by the target, or by one host or port of several behind it: where a pt-server holds the port on
    another of them, the refusal is not that one's own."""
    held = held or (port["middle"] or {}).get("second") == "held"
    by = [names["server"]] + ([names["server2"], names["router"]] if outcome != TARGET_REFUSES else [])
    if port["protocol"] == "udp":
        closed = answer("closed", "icmp-port-unreachable", by=by)
        return [closed, *unheard] + [answer("rejected", "icmp-port-unreachable", by=by)] * held
    return [answer("rejected", "forged-reset")] * held + [answer("closed", "reset"), *unheard]
