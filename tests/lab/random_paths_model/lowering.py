"""Turns a drawing into a scenario of the lab: what the kernel and the programs are told."""

import collections

from .drawing import TRANSLATED

REJECT_WITH = {"reset": "reject with tcp reset", "port": "reject with icmpx port-unreachable",
               "host": "reject with icmpx host-unreachable", "net": "reject with icmpx no-route",
               "admin": "reject with icmpx admin-prohibited"}
FIRST_PROXY_PORT = 40000
SYN = "tcp flags & (fin | syn | rst | ack) == syn"


def translated(port):
    return TRANSLATED + port["port"]


def _is_active(part, moment):
    """`moment` is "before" or "after" the change of the drawing."""
    return (moment == "before" or "until" not in part) and (moment == "after" or "from" not in part)


def _match(port, host, way):
    """What finds the packets of a port at a host, after destination NAT."""
    middle = port["middle"]
    field = "dport" if way == "there" else "sport"
    if middle and host == "router":
        direction = "original" if way == "there" else "reply"
        return f"meta l4proto {port['protocol']} ct direction {direction} ct original proto-dst {port['port']}"
    number = translated(port) if middle and middle["kind"] == "dnat-port" else port["port"]
    return f"{port['protocol']} {field} {number}"


def _filter_rule(port, part, way):
    match = _match(port, part["at"], way)
    if "address" in part:
        match = f"{{l3}} {'daddr' if way == 'there' else 'saddr'} {{{part['address']}}} {match}"
    return _action(match, port["protocol"], part, way)


def _action(match, protocol, part, way):
    # The port that the client chose: the source on the way there, the destination on the way back.
    own = f"{protocol} {'sport' if way == 'there' else 'dport'}"
    if part["kind"] == "drop":
        return f"{match} drop"
    if part["kind"] == "reject":
        return f"{match} {REJECT_WITH[part['with']]}"
    if part["kind"] == "size":
        return f"{match} meta length > {part['over']} " + ("drop" if part["do"] == "drop" else REJECT_WITH["reset"])
    if part["kind"] == "acl":
        first, last = part["ports"]
        return f"{match} {own} != {first}-{last} drop"
    return (f"{match} jhash {{l3}} saddr . {{l3}} daddr . th sport . th dport mod {part['of']} "
            f"seed {part['seed']} 0 drop")


def _policer_rule(policer):
    ports = f"{{ {', '.join(str(port) for port in policer['ports'])} }}" if policer["ports"] else "1-65535"
    kind = f"tcp dport {ports} {SYN}" if policer["protocol"] == "tcp" else \
        f"udp {'dport' if policer['way'] == 'there' else 'sport'} {ports}"
    return f"{kind} limit rate over {policer['rate']}/second burst {policer['burst']} packets drop"


def _destination_rule(port, proxies):
    middle = port["middle"]
    match = f'iifname "to_client" {{l3}} daddr {{server}} {port["protocol"]} dport {port["port"]}'
    if middle["kind"] == "dnat-port":
        return f"{match} dnat to :{translated(port)}"
    if middle["kind"] == "dnat-host":
        return f"{match} dnat {{l3}} to {{server2}}"
    if middle["kind"] == "balance":
        servers = middle["backends"]
        entries = ", ".join([f"{index} : {{server}}" for index in range(servers)] + [f"{servers} : {{server2}}"])
        return f"{match} dnat {{l3}} to numgen inc mod {servers + 1} map {{ {entries} }}"
    return f"{match} redirect to :{proxies[(port['protocol'], port['port'])]}"


def _source_rule(port):
    source, number = port["source"], port["port"]
    match = f"meta l4proto {port['protocol']} ct original proto-dst {number}"
    if source["kind"] == "masquerade":
        return f"{match} masquerade"
    if source["kind"] == "one":
        return f"{match} snat {{l3}} to {{{source['pool'][0]}}}"
    entries = ", ".join(f"{index} : {{{name}}}" for index, name in enumerate(source["pool"]))
    return f"{match} snat {{l3}} to numgen inc mod {len(source['pool'])} map {{ {entries} }}"


def _chain(name, kind, hook, priority, lines):
    body = "\n".join("    " + line for line in lines)
    return f"chain {name} {{\n    type {kind} hook {hook} priority {priority};\n{body}\n}}\n" if lines else ""


def _synproxy_lines(ports):
    early, forward = [], []
    for port in ports:
        number = port["port"]
        early.append(f'iifname "to_client" tcp dport {number} tcp flags syn notrack')
        forward += [f'iifname "to_client" tcp dport {number} ct state invalid,untracked '
                    "synproxy mss 1460 wscale 7 timestamp sack-perm",
                    f"tcp dport {number} ct state invalid drop", f"tcp sport {number} ct state invalid drop"]
    return early, forward


def _shared_lines(network, ports):
    """Set definitions, and rules for all that the router forwards."""
    definitions, lines = "", []
    if network["ban"] and any(port["port"] == network["ban"] for port in ports):
        definitions = "set banned { type {address_type}; flags dynamic; size 100; timeout 300s; }\n"
        lines += ['iifname "to_client" {l3} saddr @banned drop',
                  f'iifname "to_client" tcp dport {network["ban"]} limit rate over 4/second burst 4 packets '
                  "add @banned { {l3} saddr } drop"]
    for way, interface in (("there", "to_client"), ("back", "to_server")):
        for part in network["filters"][way]:
            for protocol in ("tcp", "udp"):
                lines.append(_action(f'iifname "{interface}" meta l4proto {protocol}', protocol, part, way))
    return definitions, lines


def _rules(drawing, proxies, moment):
    """Host -> rules."""
    forward = collections.defaultdict(list)
    at_server = {"there": [], "back": []}
    destination, source = [], []
    early, forward["router"] = _synproxy_lines([port for port in drawing["ports"]
                                                if (port["middle"] or {}).get("kind") == "synproxy"])
    definitions, shared = _shared_lines(drawing["network"], drawing["ports"])
    forward["router"] += shared
    for port in drawing["ports"]:
        if port["middle"] and port["middle"]["kind"] != "synproxy":
            destination.append(_destination_rule(port, proxies))
        if port["source"]:
            source.append(_source_rule(port))
        for way in ("there", "back"):
            for part in port[way]:
                if part["kind"] != "route" and _is_active(part, moment):
                    lines = at_server[way] if part["at"] == "server" else forward[part["at"]]
                    lines.append(_filter_rule(port, part, way))
    for policer in drawing["network"]["policers"]:
        forward["router"].append(_policer_rule(policer))
    rules = {"router": definitions + _chain("early", "filter", "prerouting", "raw", early)
             + _chain("prerouting", "nat", "prerouting", "dstnat", destination)
             + _chain("forward", "filter", "forward", "filter", forward["router"])
             + _chain("postrouting", "nat", "postrouting", "srcnat", source),
             "router2": _chain("forward", "filter", "forward", "filter", forward["router2"]),
             "server": _chain("input", "filter", "input", "filter", at_server["there"])
             + _chain("output", "filter", "output", "filter", at_server["back"]),
             "server2": _chain("input", "filter", "input", "filter",
                               [f"{port['protocol']} dport {port['port']} drop" for port in drawing["ports"]
                                if (port["middle"] or {}).get("second") == "drops"])}
    return {host: text for host, text in rules.items() if text}


def _specs(ports):
    """(protocol, number) pairs as port specs."""
    by_protocol = collections.defaultdict(list)
    for protocol, number in sorted(set(ports)):
        by_protocol[protocol].append(str(number))
    return [f"{protocol}/{','.join(numbers)}" for protocol, numbers in by_protocol.items()]


def _server(drawing):
    server = drawing["server"]
    if server["mode"] == "none":
        return None
    if server["mode"] == "all":
        args = ["--all"]
    else:
        held = [(port["protocol"], port["port"]) for port in drawing["ports"] if port["held"]]
        held += [(port["protocol"], translated(port)) for port in drawing["ports"]
                 if (port["middle"] or {}).get("kind") == "dnat-port" and port["middle"]["held"]]
        args = _specs(held)
        if not args:
            return None
    if server["bind"]:
        args += ["--bind", "{server}"]
    if server["threads"] > 1:
        args += ["--threads", str(server["threads"])]
    table = {"args": args}
    if server["capabilities"] == "none":
        table["capabilities"] = "none"
    return table


def client_args(drawing, ports):
    client = drawing["client"]
    hosts = ["--host", "{server}", "--host", "{server_two}"] if drawing["network"]["second_address"] else ["{server}"]
    args = [*hosts, *_specs((port["protocol"], port["port"]) for port in ports)]
    for name, option, unit in (("tries", "--tries", ""), ("timeout_s", "--timeout", "s"),
                               ("source_port", "--source-port", ""), ("rate", "--rate", ""),
                               ("concurrency", "--concurrency", "")):
        if client[name] is not None:
            value = f"{int(client[name] * 1000)}ms" if unit else str(client[name])
            args += [option, value]
    return args + ([] if client["journal"] else ["--no-journal"])


def _network_table(network):
    table = {}
    if network["second_router"]:
        table["second_router"] = True
    if network["icmp_limits"]:
        table["icmp_limits"] = "kernel"
    if network["relay"]:
        table |= {key: value for key, value in network["relay"].items()}
    return table


def setup_routes(drawing, setup):
    """Parts that are no filters: the server has no route for what leaves a port."""
    preference = 100
    for port in drawing["ports"]:
        for part in port["back"]:
            if part["kind"] == "route":
                source = f" from {{{part['address']}}}" if "address" in part else ""
                setup.setdefault("server", []).append(
                    f"{{ip}} rule add{source} ipproto {port['protocol']} sport {port['port']} {part['how']} "
                    f"pref {preference}")
                preference += 1


def lower(drawing, probed):
    """The scenario without its expectations; `probed` are the ports that the client asks for."""
    proxies, peers = {}, []
    for port in drawing["ports"]:
        middle = port["middle"]
        if middle and middle["kind"] == "proxy":
            number = proxies[(port["protocol"], port["port"])] = FIRST_PROXY_PORT + len(proxies)
            does = "relay" if middle["does"] == "late" else middle["does"]
            line = f"{does} --protocol {port['protocol']} --port {number}"
            if does == "relay":
                line += f" --to {{server}} --to-port {port['port']} --late {middle['late']}"
            peers.append({"on": "router", "run": line})
    pools = sorted({name for port in drawing["ports"] if port["source"] for name in port["source"]["pool"]})
    setup = {"router": [f"{{ip}} address add {{{name}}}/{{full_length}} dev to_server" for name in pools]}
    if drawing["network"]["second_router"]:
        # The pool is on the server's own link; behind a second router it takes routes to get there.
        setup["router2"] = [f"{{ip}} route add {{{name}}}/{{full_length}} via {{router_link}}" for name in pools]
        setup["server"] = [f"{{ip}} route add {{{name}}}/{{full_length}} via {{router_out}}" for name in pools]
    if drawing["network"]["second_address"]:
        setup.setdefault("server", []).append("{ip} address add {server_two}/{length} dev net0")
    table = {"about": f"drawn from seed {drawing['seed']}", "families": [drawing["network"]["family"]],
             "network": _network_table(drawing["network"]), "rules": _rules(drawing, proxies, "before"),
             "peers": peers, "client": {"args": client_args(drawing, probed), "exit": [0, 1, 3]}}
    if any((port["middle"] or {}).get("kind") == "synproxy" for port in drawing["ports"]):
        setup["router"].append("sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0")
    second = [(port["protocol"], port["port"]) for port in drawing["ports"]
              if (port["middle"] or {}).get("second") == "held"]
    if any("second" in (port["middle"] or {}) for port in drawing["ports"]):
        setup["server2"] = ["true"]
    if second:
        table["second_server"] = {"args": _specs(second), "on": "server2"}
    table["setup"] = {host: lines for host, lines in setup.items() if lines}
    if (server := _server(drawing)) is not None:
        table["server"] = server
    if "change_after" in drawing["network"]:
        after = _rules(drawing, proxies, "after")
        if after.get("router") != table["rules"].get("router"):
            table["changes"] = [{"after": 0, "on": "router", "rules": table["rules"].get("router", "")},
                                {"after": drawing["network"]["change_after"], "on": "router",
                                 "rules": after.get("router", "")}]
    setup_routes(drawing, table["setup"])
    if event := drawing["server"]["event"]:
        table.setdefault("changes", []).append({"after": event["after"], "server": event["what"]})
    if drawing["client"]["output"] != "json":
        table["client"]["output"] = drawing["client"]["output"]
    return table
