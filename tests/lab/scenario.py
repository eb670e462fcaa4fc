"""Reads a scenario file (README.md tells the format) and turns it into plain values for one family.

Every key is checked: a misspelt one must not silently assert nothing.
"""

import itertools
import pathlib
import re
import shlex
import tomllib

import topology
from topology import FAMILIES

HOSTS = ("client", "router", "router2", "server", "server2", "switch")
# The addresses of the usual network.
ADDRESSES = topology.Topology().names
_PROTOCOLS = {"tcp": ("tcp",), "udp": ("udp",), "any": ("tcp", "udp")}
SERVER_SIGNALS = ("STOP", "CONT", "KILL", "START")

_TOP = {"about", "families", "needs_root", "network", "rules", "setup", "server", "second_server",
        "peers", "changes", "client", "expect", "also"}
_NETWORK = {"kind", "second_router", "icmp_limits", "delay_ms", "loss", "duplicates", "reorder"}
_RELAY = ("delay_ms", "loss", "duplicates", "reorder")
_SERVER = {"args", "on", "deny", "capabilities", "may_miss_ports"}
_CLIENT = {"args", "exit", "within", "notes", "says", "says_once", "never_says", "unknown_at_most", "runs",
           "stable", "limits", "deny", "environment", "hosts", "on", "output"}
_CHANGE = {"after", "on", "run", "rules", "peer", "server"}
_ANSWER = {"verdict", "evidence", "by", "direction", "notes", "says"}
_EXPECT = _ANSWER | {"protocol", "port", "address", "seen_source", "seen_destination", "attempts", "any_of",
                     "never_says", "local", "rtt_below_ms"}
_PATTERNS = ("says", "says_once", "never_says")


class BadScenario(Exception):
    """The file does not follow the format."""


def _fill(value, names):
    """Replaces {server} and the like in every string; braces of nftables rules stay as they are."""
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace("{" + name + "}", text)
        return value
    if isinstance(value, list):
        return [_fill(item, names) for item in value]
    if isinstance(value, dict):
        return {key: _fill(item, names) for key, item in value.items()}
    return value


def _check_keys(table, allowed, required, where):
    if not isinstance(table, dict):
        raise BadScenario(f"{where}: expected a table")
    for key in table:
        if key not in allowed:
            raise BadScenario(f"{where}: unknown key '{key}', allowed: {', '.join(sorted(allowed))}")
    for key in required:
        if key not in table:
            raise BadScenario(f"{where}: key '{key}' is missing")
    for key in _PATTERNS:
        for pattern in table.get(key, []):
            try:
                re.compile(pattern)
            except re.error as error:
                raise BadScenario(f"{where}: {key} '{pattern}': {error}") from None


def _ports(port):
    """443 -> [443]; "8000-8099" -> all hundred."""
    if isinstance(port, int):
        return [port]
    first, _, last = port.partition("-")
    return list(range(int(first), int(last or first) + 1))


def _check_expectation(expected, where):
    _check_keys(expected, _EXPECT, ("protocol", "port"), where)
    if expected["protocol"] not in _PROTOCOLS:
        raise BadScenario(f"{where}: protocol must be tcp, udp or any")
    answers = expected.get("any_of", [{}])
    if not answers:
        raise BadScenario(f"{where}: any_of is empty")
    for answer in answers:
        _check_keys(answer, _ANSWER, (), f"{where} any_of")
        _check_keys(expected | answer, _EXPECT, ("verdict", "evidence"), where)
    for key in ("local", "seen_destination"):
        if isinstance(expected.get(key, {}), str) and expected[key] != "unknown" or key == "local" and isinstance(
                expected.get(key), dict):
            raise BadScenario(f"{where}: {key} can only be \"unknown\" as a text")


def _check_change(change, where):
    _check_keys(change, _CHANGE, ("after",), where)
    kinds = [kind for kind in ("run", "rules", "peer", "server") if kind in change]
    if len(kinds) != 1:
        raise BadScenario(f"{where}: one of run, rules, peer and server is needed")
    if kinds == ["server"]:
        if "on" in change or change["server"] not in SERVER_SIGNALS:
            raise BadScenario(f"{where}: server is one of {', '.join(SERVER_SIGNALS)}, without 'on'")
    elif change.get("on") not in HOSTS:
        raise BadScenario(f"{where}: 'on' must be a host: {', '.join(HOSTS)}")


class Scenario:
    """One file, or the same as a table in memory; not yet bound to a family."""

    def __init__(self, name, data):
        self.name = name
        self._data = data
        self._check()
        self.about = self._data["about"]
        self.families = tuple(self._data.get("families", FAMILIES))
        self.needs_root = self._data.get("needs_root", False)
        self.needs_tun = any(key in self._data.get("network", {}) for key in _RELAY)

    def _check(self):
        data, name = self._data, self.name
        _check_keys(data, _TOP, ("about", "client", "expect"), name)
        _check_keys(data.get("network", {}), _NETWORK, (), f"{name} [network]")
        if data.get("network", {}).get("kind", "routed") not in topology.KINDS:
            raise BadScenario(f"{name} [network]: kind is one of {', '.join(topology.KINDS)}")
        if data.get("network", {}).get("icmp_limits", "off") not in ("off", "kernel"):
            raise BadScenario(f"{name} [network]: icmp_limits is off or kernel")
        _check_keys(data.get("rules", {}), set(HOSTS), (), f"{name} [rules]")
        _check_keys(data.get("setup", {}), set(HOSTS), (), f"{name} [setup]")
        for server in ("server", "second_server"):
            if server in data:
                _check_keys(data[server], _SERVER, ("args",), f"{name} [{server}]")
                if data[server].get("on", "server") not in HOSTS:
                    raise BadScenario(f"{name} [{server}]: 'on' must be a host")
        _check_keys(data["client"], _CLIENT, ("args", "exit"), f"{name} [client]")
        if data["client"].get("output", "json") not in ("json", "jsonl"):
            raise BadScenario(f"{name} [client]: output is json or jsonl")
        for peer in data.get("peers", []):
            _check_keys(peer, {"on", "run"}, ("on", "run"), f"{name} [[peers]]")
        for change in data.get("changes", []):
            _check_change(change, f"{name} [[changes]]")
        for also in data.get("also", []):
            _check_keys(also, {"run", "exit", "says"}, ("run", "exit", "says"), f"{name} [[also]]")
        if not data["expect"]:
            raise BadScenario(f"{name}: nothing is expected")
        for expected in data["expect"]:
            _check_expectation(expected, f"{name} [[expect]]")
        for family in data.get("families", []):
            if family not in FAMILIES:
                raise BadScenario(f"{name}: unknown family '{family}'")

    def bind(self, family):
        network = self._data.get("network", {})
        built = topology.Topology(network.get("kind", "routed"), network.get("second_router", False),
                                  "server2" in _hosts_named(self._data),
                                  any(key in network for key in _RELAY))
        return Case(self, _fill(self._data, built.names[family]), family, built)


def _hosts_named(data):
    named = set(data.get("rules", {})) | set(data.get("setup", {}))
    named |= {entry.get("on") for entry in data.get("peers", []) + data.get("changes", [])}
    return named | {data.get(server, {}).get("on") for server in ("server", "second_server")}


def _as_answers(entry):
    """The true answers of one expectation, strongest first, each whole."""
    common = {key: value for key, value in entry.items() if key != "any_of"}
    return [common | answer for answer in entry.get("any_of", [{}])]


class Case:
    """A scenario for one family: all placeholders filled in."""

    def __init__(self, scenario, data, family, built):
        self.name = f"{scenario.name}/{family}"
        self.about = scenario.about
        self.family = family
        self.topology = built
        network = data.get("network", {})
        self.icmp_limits = network.get("icmp_limits") == "kernel"
        self.relay = [word for key in _RELAY if key in network
                      for word in ("--" + key.removesuffix("_ms"), str(network[key]))]
        self.rules = data.get("rules", {})
        self.setup = {host: [shlex.split(line) for line in lines]
                      for host, lines in data.get("setup", {}).items()}
        self.server = data.get("server")
        self.second_server = data.get("second_server")
        self.peers = [(peer["on"], shlex.split(peer["run"])) for peer in data.get("peers", [])]
        self.changes = sorted(data.get("changes", []), key=lambda change: change["after"])
        self.client = data["client"]
        exits = self.client["exit"]
        self.exits = exits if isinstance(exits, list) else [exits]
        self.within = self.client.get("within", 20.0)
        self.also = [(shlex.split(a["run"]), a["exit"], a["says"]) for a in data.get("also", [])]
        names = built.names[family]
        self.client_address = names[self.client.get("on", "client")]
        self.expected = self._expand(data["expect"], names["server"])

    @staticmethod
    def _expand(entries, server):
        """The true answers for each endpoint: (protocol, address, port) -> tables, strongest first."""
        expected = {}
        for entry in entries:
            for protocol, port in itertools.product(_PROTOCOLS[entry["protocol"]], _ports(entry["port"])):
                endpoint = (protocol, entry.get("address", server), port)
                if endpoint in expected:
                    raise BadScenario(f"{endpoint} is expected twice")
                expected[endpoint] = _as_answers(entry)
        return expected


def read(path):
    with open(path, "rb") as file:
        return Scenario(path.stem, tomllib.load(file))


def _files(folder, pattern):
    return {path.stem: path for path in sorted(pathlib.Path(folder).glob(pattern))}


def long(folder):
    """The scenarios that run only when named."""
    return [read(path) for path in _files(folder, "long/*.toml").values()]


def find(folder, names):
    """The scenarios named, or all but the long ones."""
    everyday = _files(folder, "*.toml")
    known = everyday | _files(folder, "long/*.toml") | _files(folder, "open/*.toml")
    for name in names:
        if name not in known:
            raise BadScenario(f"no scenario '{name}'; --list shows them")
    return [read(known[name]) for name in names or everyday]
