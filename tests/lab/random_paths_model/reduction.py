"""Finds the fewest ports and parts of a drawing that still give a false claim. Pure but for what it is told to
run: `still_false(drawing)` runs a candidate, and `is_over()` ends the search."""

import copy


def _without_ports(drawing, removed):
    candidate = copy.deepcopy(drawing)
    candidate["ports"] = [port for index, port in enumerate(candidate["ports"]) if index not in removed]
    kept = {(port["protocol"], port["port"]) for port in candidate["ports"]}
    for policer in candidate["network"]["policers"]:
        if policer["ports"] is not None:
            policer["ports"] = [number for number in policer["ports"] if (policer["protocol"], number) in kept]
    candidate["network"]["policers"] = [one for one in candidate["network"]["policers"] if one["ports"] != []]
    return candidate


def _fewer_ports(drawing, still_false, is_over):
    """Delta debugging (Zeller's ddmin): leaves out ever smaller pieces for as long as the fault stays."""
    pieces = 2
    while len(drawing["ports"]) > 1 and not is_over():
        count = len(drawing["ports"])
        size = -(-count // pieces)
        for start in range(0, count, size):
            candidate = _without_ports(drawing, set(range(start, min(start + size, count))))
            if is_over():
                return drawing
            if candidate["ports"] and still_false(candidate):
                drawing, pieces = candidate, max(pieces - 1, 2)
                break
        else:
            if size == 1:
                return drawing
            pieces = min(pieces * 2, count)
    return drawing


def _set(drawing, path, value):
    candidate = copy.deepcopy(drawing)
    table = candidate
    for key in path[:-1]:
        table = table[key]
    if table[path[-1]] == value:
        return None
    table[path[-1]] = value
    return candidate


def _one_router(drawing):
    candidate = _set(drawing, ["network", "second_router"], False)
    for port in candidate["ports"] if candidate else ():
        for part in port["there"] + port["back"]:
            part["at"] = part["at"].replace("router2", "router")
    return candidate


def _no_change(drawing):
    if "change_after" not in drawing["network"]:
        return None
    candidate = copy.deepcopy(drawing)
    del candidate["network"]["change_after"]
    for port in candidate["ports"]:
        for part in port["there"] + port["back"]:
            part.pop("from", None)
            part.pop("until", None)
    return candidate


def _simpler(drawing):
    """Drawings with one part less."""
    for name, value in (("tries", None), ("timeout_s", None), ("source_port", None), ("rate", None),
                        ("concurrency", None), ("journal", True), ("only_doubtful", False), ("output", "json")):
        yield _set(drawing, ["client", name], value)
    for name, value in (("event", None), ("threads", 1), ("bind", False), ("mode", "ports"), ("capabilities", "root")):
        yield _set(drawing, ["server", name], value)
    yield _set(drawing, ["network", "relay"], None)
    for name in drawing["network"]["relay"] or ():
        candidate = copy.deepcopy(drawing)
        del candidate["network"]["relay"][name]
        yield candidate if candidate["network"]["relay"] else None
    yield _one_router(drawing)
    yield _no_change(drawing)
    yield _set(drawing, ["network", "ban"], None)
    yield _set(drawing, ["network", "icmp_limits"], False)
    yield _set(drawing, ["network", "second_address"], False)
    for way in ("there", "back"):
        yield _set(drawing, ["network", "filters", way], [])
    if drawing["network"]["policers"]:
        yield _set(drawing, ["network", "policers"], [])
    for index, port in enumerate(drawing["ports"]):
        for name in ("middle", "source"):
            yield _set(drawing, ["ports", index, name], None)
        for way in ("there", "back"):
            for part in range(len(port[way])):
                candidate = copy.deepcopy(drawing)
                del candidate["ports"][index][way][part]
                yield candidate


def _fewer_parts(drawing, still_false, is_over):
    progress = True
    while progress and not is_over():
        progress = False
        for candidate in _simpler(drawing):
            if is_over():
                break
            if candidate is not None and still_false(candidate):
                drawing, progress = candidate, True
                break
    return drawing


def reduce(drawing, still_false, is_over):
    return _fewer_parts(_fewer_ports(drawing, still_false, is_over), still_false, is_over)
