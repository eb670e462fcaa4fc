"""The networks that the lab can build, as plain values: hosts, links, addresses and routes.

routed   client net0 --- to_client router to_server --- net0 server
         with a second router: router to_server --- to_client router2 to_server --- net0 server
         with a second server: router to_server2 --- net0 server2
lan      client, router and server on one switch, each with net0

Both families are always there. `Topology.names` gives the placeholders of scenario files.
"""

FAMILIES = ("ipv4", "ipv6")
KINDS = ("routed", "lan")

# `dead` hosts are on the links but nobody answers for them; `pool_N` are free addresses on the server's
# link, for a NAT with several; `public` is off every link, and all traffic to it passes the router.
_ROUTED = {
    "ipv4": {"client": "10.77.1.2", "router": "10.77.1.1", "router_out": "10.77.2.1",
             "server": "10.77.2.2", "server_two": "10.77.2.3", "dead": "10.77.2.99",
             "dead_neighbour": "10.77.1.99", "elsewhere": "192.0.2.7", "public": "203.0.113.5",
             "server2": "10.77.3.2", "router_out2": "10.77.3.1",
             "router_link": "10.77.4.1", "router2": "10.77.4.2",
             "pool_1": "10.77.2.10", "pool_2": "10.77.2.11", "pool_3": "10.77.2.12", "pool_4": "10.77.2.13",
             "length": "24", "full_length": "32", "loopback": "127.0.0.1",
             "ip": "ip -4", "l3": "ip", "icmp": "icmp", "address_type": "ipv4_addr"},
    "ipv6": {"client": "fd77:1::2", "router": "fd77:1::1", "router_out": "fd77:2::1",
             "server": "fd77:2::2", "server_two": "fd77:2::3", "dead": "fd77:2::99",
             "dead_neighbour": "fd77:1::99", "elsewhere": "2001:db8::7", "public": "2001:db8:5::5",
             "server2": "fd77:3::2", "router_out2": "fd77:3::1",
             "router_link": "fd77:4::1", "router2": "fd77:4::2",
             "pool_1": "fd77:2::10", "pool_2": "fd77:2::11", "pool_3": "fd77:2::12", "pool_4": "fd77:2::13",
             "length": "64", "full_length": "128", "loopback": "::1",
             "ip": "ip -6", "l3": "ip6", "icmp": "icmpv6", "address_type": "ipv6_addr"},
}
_LAN = {"ipv4": _ROUTED["ipv4"] | {"server": "10.77.1.7", "router_out": "10.77.1.1"},
        "ipv6": _ROUTED["ipv6"] | {"server": "fd77:1::7", "router_out": "fd77:1::1"}}


class Link:
    """Two devices joined to each other; `delayed`: a TUN relay stands where the cable would be."""

    def __init__(self, host, device, far_host, far_device, delayed=False):
        self.ends = ((host, device), (far_host, far_device))
        self.delayed = delayed


class Topology:
    """Hosts in the order of their making. A switch is a host whose devices are bridged."""

    def __init__(self, kind="routed", second_router=False, second_server=False, delayed=False):
        self.kind = kind
        self.names = _LAN if kind == "lan" else _ROUTED
        self.hosts = ["client", "router", "server"]
        self.routers = {"router"}
        self.switches = set()
        self.links = []
        self.addresses = []  # (host, device, name of the address)
        self.routes = []     # (host, destination or None for default, name of the gateway)
        if kind == "lan":
            self._lay_lan()
        else:
            self._lay_routed(second_router, delayed)
        if second_server:
            self._add_second_server()

    def _lay_lan(self):
        self.hosts.append("switch")
        self.switches.add("switch")
        for host in ("client", "router", "server"):
            self.links.append(Link("switch", f"to_{host}", host, "net0"))
            self.addresses.append((host, "net0", host))
        self.routes += [("client", None, "router"), ("server", None, "router")]

    def _lay_routed(self, second_router, delayed):
        self.links.append(Link("client", "net0", "router", "to_client", delayed))
        self.addresses += [("client", "net0", "client"), ("router", "to_client", "router"),
                           ("server", "net0", "server")]
        self.routes += [("client", None, "router"), ("server", None, "router_out")]
        if not second_router:
            self.links.append(Link("router", "to_server", "server", "net0"))
            self.addresses.append(("router", "to_server", "router_out"))
            return
        self.hosts.append("router2")
        self.routers.add("router2")
        self.links += [Link("router", "to_server", "router2", "to_client"),
                       Link("router2", "to_server", "server", "net0")]
        self.addresses += [("router", "to_server", "router_link"), ("router2", "to_client", "router2"),
                           ("router2", "to_server", "router_out")]
        self.routes += [("router", "server", "router2"), ("router2", None, "router_link")]

    def _add_second_server(self):
        self.hosts.append("server2")
        self.links.append(Link("router", "to_server2", "server2", "net0"))
        self.addresses += [("router", "to_server2", "router_out2"), ("server2", "net0", "server2")]
        self.routes.append(("server2", None, "router_out2"))

    def commands(self, host):
        """A batch for ip(8) once the host's devices exist."""
        lines = ["link set lo up"]
        if host in self.switches:
            lines += ["link add name bridge type bridge", "link set bridge up"]
        for link in self.links:
            for end_host, device in link.ends:
                if end_host == host:
                    lines.append(f"link set {device} up")
                    if host in self.switches:
                        lines.append(f"link set {device} master bridge")
        for family, nodad in (("ipv4", ""), ("ipv6", " nodad")):
            names = self.names[family]
            for owner, device, name in self.addresses:
                if owner == host:
                    lines.append(f"address add {names[name]}/{names['length']} dev {device}{nodad}")
            for owner, destination, gateway in self.routes:
                if owner == host:
                    lines.append(f"route add {self._destination(names, destination)} via {names[gateway]}")
        return "\n".join(lines) + "\n"

    @staticmethod
    def _destination(names, destination):
        """The whole link of a named host, or everything."""
        if destination is None:
            return "default" if names["l3"] == "ip" else "::/0"
        address = names[destination]
        return (address.rpartition(".")[0] + ".0/24" if names["l3"] == "ip"
                else address.rpartition("::")[0] + "::/64")
