"""Draws a path from a seed. A drawing is a plain table (JSON), so that it can be reduced and stored.

Each port has parts: `there` and `back` are filters on the two ways, in their order; `middle` is what stands in
for the server (at most one); `source` is the source NAT of the port. `network` holds what all ports share.
"""

import random

REJECTS = ("reset", "port", "host", "net", "admin")
PORTS_PER_PROTOCOL = 30
TRANSLATED = 20000  # destination NAT leads to ports from here on, which nobody probes
LOW_PORTS = (22, 53, 80, 443)
EPHEMERAL = (32768, 60999)  # net.ipv4.ip_local_port_range


def draw(seed):
    chance = random.Random(seed)
    network = _network(chance)
    server = _server(chance)
    ports = []
    for protocol in ("tcp", "udp"):
        for number in _numbers(chance, server):
            ports.append(_port(chance, protocol, number, network, server))
    _keep_some_open(chance, ports, server)
    _nat_by_protocol(chance, ports)
    _share(chance, ports, network)
    drawing = {"seed": seed, "network": network, "server": server, "client": {}, "ports": ports}
    _policers(chance, drawing)
    _change(chance, drawing)
    _client(chance, drawing)
    _server_event(chance, drawing)
    return drawing


def _network(chance):
    relay = None
    if chance.random() < 0.3:
        relay = {"delay_ms": 0}
        if chance.random() < 0.5:
            relay["delay_ms"] = chance.choice((5, 40, 150, 300, 800, 1200, 2000))
        for what, most in (("loss", 10), ("duplicates", 10), ("reorder", 20)):
            if chance.random() < 0.4:
                relay[what] = chance.randint(1, most)
    return {"family": chance.choice(("ipv4", "ipv6")), "second_router": chance.random() < 0.3, "relay": relay,
            "policers": [], "filters": {"there": [], "back": []}, "ban": None,
            "icmp_limits": chance.random() < 0.12, "second_address": chance.random() < 0.12}


def _server(chance):
    mode = chance.choices(("ports", "all", "none"), (60, 33, 7))[0]
    server = {"mode": mode, "capabilities": "root", "threads": 1, "bind": False}
    if mode == "ports":
        server["capabilities"] = "none" if chance.random() < 0.4 else "root"
        server["bind"] = chance.random() < 0.2
    if chance.random() < 0.2:
        server["threads"] = 2
    return server


def _numbers(chance, server):
    low = [port for port in LOW_PORTS if chance.random() < 0.4] if server["capabilities"] == "root" else []
    return sorted(low + chance.sample(range(1024, 20000), PORTS_PER_PROTOCOL - len(low)))


def _hosts(network, *more):
    return ["router", *(["router2"] if network["second_router"] else []), *more]


def _port(chance, protocol, number, network, server):
    port = {"protocol": protocol, "port": number, "held": True, "there": [], "middle": None, "back": [],
            "source": None}
    if server["mode"] == "none" or server["mode"] == "ports" and chance.random() < 0.08:
        port["held"] = False
    if chance.random() < 0.25:
        return port
    if chance.random() < 0.25:
        port["middle"] = _middle(chance, protocol, port["held"], network)
    kind = port["middle"]["kind"] if port["middle"] else None
    if chance.random() < 0.25 and kind not in ("proxy", "synproxy"):
        port["source"] = _source(chance)
    if kind in ("proxy", "synproxy"):
        return port
    # What is translated is only dropped: where it would meet other filters depends on the order of hooks.
    simple = kind is not None
    if chance.random() < (0.2 if simple else 0.6):
        port["there"].append(_filter(chance, protocol, network, "there", simple))
        if not simple and chance.random() < 0.15:
            port["there"].append(_filter(chance, protocol, network, "there", simple))
    if chance.random() < (0.2 if simple else 0.4):
        port["back"].append(_filter(chance, protocol, network, "back", simple))
    for part in port["there"] + port["back"]:
        if network["second_address"] and not simple and chance.random() < 0.4:
            part["address"] = chance.choice(("server", "server_two"))
    return port


def _filter(chance, protocol, network, way, simple):
    at = chance.choice(_hosts(network, "server"))
    if simple:
        return {"kind": "drop", "at": "router"}
    if way == "back" and chance.random() < 0.1:
        return {"kind": "route", "how": chance.choice(("unreachable", "blackhole", "prohibit")), "at": "server"}
    kind = chance.choices(("drop", "reject", "size", "acl", "paths"), (30, 30, 15, 12, 12))[0]
    if kind == "drop":
        return {"kind": "drop", "at": at}
    if kind == "reject":
        rejects = REJECTS if protocol == "tcp" else REJECTS[1:]
        return {"kind": "reject", "with": chance.choice(rejects), "at": at}
    at = chance.choice(_hosts(network))
    if kind == "size":
        do = "reset" if protocol == "tcp" and way == "there" and chance.random() < 0.3 else "drop"
        return {"kind": "size", "over": chance.choice((100, 100, 400)), "do": do, "at": at}
    if kind == "acl":
        return {"kind": "acl", "ports": chance.choice(([32768, 49151], [45000, 65535], [32768, 52000])), "at": at}
    return {"kind": "paths", "of": chance.choice((2, 2, 3, 4)), "seed": chance.randint(1, 65535), "at": at}


def _middle(chance, protocol, held, network):
    # The kernel's SYN proxy does not work over a TUN device with IPv6 (6.18): it answers no SYN there.
    has_synproxy = protocol == "tcp" and not (network["relay"] and network["family"] == "ipv6") \
        and not network["second_address"]
    kinds = {"dnat-port": 20, "dnat-host": 15, "balance": 25, "proxy": 30, "synproxy": 10 if has_synproxy else 0}
    kind = chance.choices(list(kinds), list(kinds.values()))[0]
    if kind == "dnat-port":
        return {"kind": kind, "held": chance.random() < 0.7}
    if kind == "dnat-host":
        return {"kind": kind, "second": chance.choice(("held", "held", "refuses", "drops"))}
    if kind == "balance":
        return {"kind": kind, "backends": chance.choice((1, 1, 2)), "second": chance.choice(("held", "refuses", "drops"))}
    if kind == "proxy":
        does = ["mute", "talk", "relay", "late"] + (["close", "reset"] if protocol == "tcp" else [])
        does = chance.choice([one for one in does if held or one not in ("relay", "late")])
        late = chance.choice((0.2, 1.0, 2.0, 6.0)) if does == "late" else 0
        if does == "late" and protocol == "udp":
            does = "relay"
        return {"kind": kind, "does": does, "late": late}
    return {"kind": kind}


def _source(chance):
    kind = chance.choice(("one", "one", "in turn", "masquerade"))
    if kind == "masquerade":
        return {"kind": kind, "pool": []}
    pool = chance.sample(("pool_1", "pool_2", "pool_3", "pool_4"), 1 if kind == "one" else 2)
    return {"kind": kind, "pool": sorted(pool)}


def is_plain(port):
    return port["held"] and not (port["there"] or port["back"] or port["middle"] or port["source"])


def _keep_some_open(chance, ports, server):
    """In most drawings the server can be asked over some port; in a few nothing is open at all."""
    if server["mode"] == "none" or chance.random() < 0.1:
        return
    protocols = chance.choice((("tcp",), ("udp",), ("tcp", "udp"), ("tcp", "udp")))
    for protocol in protocols:
        if not any(is_plain(port) for port in ports if port["protocol"] == protocol):
            first = next(port for port in ports if port["protocol"] == protocol)
            first.update(held=True, there=[], back=[], middle=None, source=None)


def _nat_by_protocol(chance, ports):
    """Each protocol leaves by an external address of its own, whatever the port."""
    if chance.random() > 0.1:
        return
    for port in ports:
        if not port["middle"] or port["middle"]["kind"] not in ("proxy", "synproxy"):
            port["source"] = {"kind": "one", "pool": ["pool_1" if port["protocol"] == "tcp" else "pool_2"]}


def _share(chance, ports, network):
    """What all traffic meets in the router's forward hook: a dead path, a rule on source ports, or a ban."""
    kind = chance.choices((None, "paths", "acl", "ban"), (80, 7, 7, 6))[0]
    if kind is None:
        return
    for port in ports:
        if port["middle"] and port["middle"]["kind"] == "synproxy":
            port["middle"] = None
    if kind == "ban":
        port = chance.choice([port for port in ports if port["protocol"] == "tcp"])
        port.update(there=[{"kind": "drop", "at": "router"}], back=[], middle=None, source=None)
        network["ban"] = port["port"]
    elif kind == "paths":
        network["filters"][chance.choice(("there", "back"))].append(
            {"kind": "paths", "of": chance.choice((2, 3)), "seed": chance.randint(1, 65535), "at": "router"})
    else:
        network["filters"][chance.choice(("there", "back"))].append(
            {"kind": "acl", "ports": chance.choice(([49152, 65535], [32768, 49151])), "at": "router"})


def _policers(chance, drawing):
    """A limit that several open ports share, in one direction."""
    network = drawing["network"]
    if network["relay"] or network["ban"] or any(network["filters"].values()) or chance.random() > 0.2:
        return
    protocol = chance.choice(("tcp", "udp"))
    ports = [port["port"] for port in drawing["ports"] if port["protocol"] == protocol and is_plain(port)]
    if len(ports) < 3:
        return
    if chance.random() < 0.2 and protocol == "tcp":
        ports = None  # every port: what is silent takes its share, too
    rate = chance.choice((5, 10, 25, 50, 100, 400, 1000, 10000, 100000))
    network["policers"].append({"protocol": protocol, "way": "there" if protocol == "tcp" else
                                chance.choice(("there", "back")),
                                "rate": rate if ports else max(rate, 50),
                                "burst": chance.choice((1, 5, 20, 50)), "ports": ports})


def _change(chance, drawing):
    """One filter of the router begins or ends while the client runs."""
    if drawing["network"]["policers"] or drawing["network"]["ban"] or chance.random() > 0.15:
        return
    changing = [part for port in drawing["ports"] if not port["middle"] for part in port["there"]
                if part["kind"] in ("drop", "reject") and part["at"] == "router"]
    for part in chance.sample(changing, min(len(changing), 3)):
        part[chance.choice(("from", "until"))] = drawing["network"].setdefault("change_after", chance.choice((0.2, 0.5, 1.0)))


def _server_event(chance, drawing):
    """The server is stopped for good, or killed, while a slow scan runs."""
    drawing["server"]["event"] = None
    shared = drawing["network"]["policers"] or drawing["network"]["ban"] or drawing["network"]["relay"]
    if drawing["server"]["mode"] == "none" or shared or chance.random() > 0.06:
        return
    drawing["server"]["event"] = {"what": chance.choice(("STOP", "KILL")), "after": chance.choice((0.1, 0.3, 1.0))}
    drawing["client"]["rate"] = 100


def _client(chance, drawing):
    client = drawing["client"]
    relay = drawing["network"]["relay"] or {}
    client.update(tries=None, timeout_s=None, source_port=None, rate=None, concurrency=None, journal=True,
                  only_doubtful=False, output="json")
    if relay.get("delay_ms", 0) >= 300 and chance.random() < 0.7:
        client["timeout_s"] = 20
    elif chance.random() < 0.15:
        client["timeout_s"] = chance.choice((1.5, 5, 8))
    if chance.random() < 0.12:
        client["tries"] = chance.choice((1, 2, 4, 8, 30))
    if chance.random() < 0.08:
        client["source_port"] = chance.randint(*EPHEMERAL)
    if chance.random() < 0.1:
        client["rate"] = chance.choice((300, 1000, 5000))
    if chance.random() < 0.1:
        client["concurrency"] = chance.choice((16, 30, 100))
    client["journal"] = chance.random() > 0.08
    client["only_doubtful"] = chance.random() < 0.08
    client["output"] = "jsonl" if chance.random() < 0.2 else "json"
