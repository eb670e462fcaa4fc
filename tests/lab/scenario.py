"""Reads a scenario file (README.md tells the format) and turns it into plain values for one family.

Every key is checked: a misspelt one must not silently assert nothing.
"""

import pathlib
import shlex
import tomllib

FAMILIES = ("ipv4", "ipv6")
HOSTS = ("client", "router", "server")

# The lab's only addresses. `dead` hosts are on the links but nobody answers for them.
ADDRESSES = {
    "ipv4": {"client": "10.77.1.2", "router": "10.77.1.1", "router_out": "10.77.2.1",
             "server": "10.77.2.2", "server_two": "10.77.2.3", "dead": "10.77.2.99", "dead_neighbour": "10.77.1.99",
             "elsewhere": "192.0.2.7", "ip": "ip -4", "l3": "ip", "icmp": "icmp"},
    "ipv6": {"client": "fd77:1::2", "router": "fd77:1::1", "router_out": "fd77:2::1",
             "server": "fd77:2::2", "server_two": "fd77:2::3", "dead": "fd77:2::99", "dead_neighbour": "fd77:1::99",
             "elsewhere": "2001:db8::7", "ip": "ip -6", "l3": "ip6", "icmp": "icmpv6"},
}

_TOP = {"about", "families", "rules", "setup", "server", "second_server",
        "peers", "client", "expect", "also"}
_EXPECT = {"protocol", "port", "address", "verdict", "evidence", "by", "direction", "seen_source",
           "seen_destination", "notes", "attempts"}


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
    for key in table:
        if key not in allowed:
            raise BadScenario(f"{where}: unknown key '{key}', allowed: {', '.join(sorted(allowed))}")
    for key in required:
        if key not in table:
            raise BadScenario(f"{where}: key '{key}' is missing")


def _ports(port):
    """443 -> [443]; "8000-8099" -> all hundred."""
    if isinstance(port, int):
        return [port]
    first, _, last = port.partition("-")
    return list(range(int(first), int(last or first) + 1))


class Scenario:
    """One file, not yet bound to a family."""

    def __init__(self, path):
        self.name = path.stem
        with open(path, "rb") as file:
            self._data = tomllib.load(file)
        self._check()
        self.about = self._data["about"]
        self.families = tuple(self._data.get("families", FAMILIES))

    def _check(self):
        data, name = self._data, self.name
        _check_keys(data, _TOP, ("about", "client", "expect"), name)
        _check_keys(data.get("rules", {}), set(HOSTS), (), f"{name} [rules]")
        _check_keys(data.get("setup", {}), set(HOSTS), (), f"{name} [setup]")
        _check_keys(data.get("server", {}), {"args"}, ("args",) if "server" in data else (),
                    f"{name} [server]")
        _check_keys(data.get("second_server", {}), {"args"},
                    ("args",) if "second_server" in data else (), f"{name} [second_server]")
        _check_keys(data["client"], {"args", "exit", "within", "notes", "unknown_at_most"},
                    ("args", "exit"), f"{name} [client]")
        for peer in data.get("peers", []):
            _check_keys(peer, {"on", "run"}, ("on", "run"), f"{name} [[peers]]")
        for also in data.get("also", []):
            _check_keys(also, {"run", "exit", "says"}, ("run", "exit", "says"), f"{name} [[also]]")
        if not data["expect"]:
            raise BadScenario(f"{name}: nothing is expected")
        for expected in data["expect"]:
            _check_keys(expected, _EXPECT, ("protocol", "port", "verdict", "evidence"),
                        f"{name} [[expect]]")
            if expected["protocol"] not in ("tcp", "udp"):
                raise BadScenario(f"{name} [[expect]]: protocol must be tcp or udp")
        for family in data.get("families", []):
            if family not in FAMILIES:
                raise BadScenario(f"{name}: unknown family '{family}'")

    def bind(self, family):
        return Case(self, _fill(self._data, ADDRESSES[family]), family)


class Case:
    """A scenario for one family: all placeholders filled in."""

    def __init__(self, scenario, data, family):
        self.name = f"{scenario.name}/{family}"
        self.about = scenario.about
        self.family = family
        self.rules = data.get("rules", {})
        self.setup = {host: [shlex.split(line) for line in lines]
                      for host, lines in data.get("setup", {}).items()}
        self.server_args = data["server"]["args"] if "server" in data else None
        self.second_server_args = data.get("second_server", {}).get("args")
        self.peers = [(peer["on"], shlex.split(peer["run"])) for peer in data.get("peers", [])]
        self.client_args = data["client"]["args"]
        self.exit = data["client"]["exit"]
        self.notes = data["client"].get("notes", [])
        self.unknown_at_most = data["client"].get("unknown_at_most", 0)
        self.within = data["client"].get("within", 20.0)
        self.also = [(shlex.split(a["run"]), a["exit"], a["says"]) for a in data.get("also", [])]
        self.client_address = ADDRESSES[family]["client"]
        self.expected = self._expand(data["expect"], ADDRESSES[family]["server"])

    @staticmethod
    def _expand(entries, server):
        """One expectation for each endpoint: (protocol, address, port) -> table."""
        expected = {}
        for entry in entries:
            for port in _ports(entry["port"]):
                endpoint = (entry["protocol"], entry.get("address", server), port)
                if endpoint in expected:
                    raise BadScenario(f"{endpoint} is expected twice")
                expected[endpoint] = entry
        return expected


def _files(folder, pattern):
    return {path.stem: path for path in sorted(pathlib.Path(folder).glob(pattern))}


def long(folder):
    """The scenarios that run only when named."""
    return [Scenario(path) for path in _files(folder, "long/*.toml").values()]


def find(folder, names):
    """The scenarios named, or all but the long ones."""
    everyday = _files(folder, "*.toml")
    known = everyday | _files(folder, "long/*.toml")
    for name in names:
        if name not in known:
            raise BadScenario(f"no scenario '{name}'; --list shows them")
    return [Scenario(known[name]) for name in names or everyday]
