"""Compares the model with the kernel, without pt: plain sockets try each port of a drawing from many source
ports, plain sockets echo at the other end, and what happened must be what the model says can happen.

What is about time, chance or quantity (limits, bans, changes, loss) is left out of the drawing beforehand.
"""

import copy
import errno
import random
import socket
import struct
import threading
import time

import conduct
import network
import scenario

from . import model, truth
from .drawing import EPHEMERAL
from .lowering import lower, translated
from .scan import Scan
from .sockets import EchoHost, inside, read_icmp_error

FLOWS = 24  # of each port: both sides of any rule are met, but once in a million
WAIT_SECONDS = 3.5  # longer than the kernel takes to repeat a segment twice
FRAME = 128


def still(drawing):
    """The drawing without what depends on time, chance or quantity."""
    quiet = copy.deepcopy(drawing)
    quiet["network"].update(relay=None, policers=[], ban=None, icmp_limits=False, second_address=False)
    quiet["network"].pop("change_after", None)
    quiet["server"]["event"] = None
    quiet["client"].update(tries=None, timeout_s=None, source_port=None)
    for port in quiet["ports"]:
        for way in ("there", "back"):
            port[way] = [part for part in port[way] if part.get("address", "server") == "server"]
            for part in port[way]:
                for key in ("from", "until", "address"):
                    part.pop(key, None)
        if port["middle"] and port["middle"].get("does") == "late":
            port["middle"].update(does="relay", late=0)
    return quiet


def _said_by_model(port, scan, names):
    """Outcomes as a client can tell them apart."""
    found = set()
    for outcome in model.outcomes(port, scan):
        if outcome in (model.RESET, model.TARGET_REFUSES) or outcome[0] == "refuses":
            found.add("reset" if port["protocol"] == "tcp" else "icmp port")
        elif outcome[0] == "icmp":
            found.add(f"icmp {outcome[1]} {names[outcome[2]]}")
        elif outcome in (model.FRAME_LOST, model.ECHO_LOST, model.MUTE, model.LATE):
            found.add("no data")
        elif outcome in (model.FRAME_RESET, model.ABORTED):
            found.add("aborted")
        elif outcome == model.ELSEWHERE_LOST_BACK:
            found |= {"lost there", "lost back"}
        else:
            found.add(outcome[0])
    return found


class Flow:
    """One connection or datagram."""

    def __init__(self, sock, port, index):
        self.sock, self.port, self.index = sock, port, index
        self.established = False
        self.result = None

    def advance(self):
        """Asks the socket what has become of it."""
        if self.result is not None:
            return
        try:
            if self.port["protocol"] == "tcp" and not self.established:
                self._finish_connecting()
            data = self.sock.recv(4096) if self.established or self.port["protocol"] == "udp" else b""
        except BlockingIOError:
            return
        except OSError as error:
            self.result = self._failure(error)
            return
        if self.established or self.port["protocol"] == "udp":
            self.result = "closed" if not data else "echo" if data.startswith(b"echo") else "banner"

    def _finish_connecting(self):
        if code := self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(code, "connect")
        try:
            self.sock.getpeername()
        except OSError:
            raise BlockingIOError from None
        self.established = True
        self.sock.send(frame(self.port, self.index))

    def _failure(self, error):
        if self.established:
            return "aborted"
        if icmp := read_icmp_error(self.sock):
            return icmp
        # A reset right behind the handshake may come before this program has seen the handshake's end.
        return {errno.ECONNREFUSED: "reset", errno.ECONNRESET: "aborted"}.get(error.errno, f"errno {error.errno}")


def frame(port, index):
    return b"try" + struct.pack("!BHH", port["protocol"] == "tcp", port["port"], index).ljust(FRAME - 3, b"\0")


def _start_flow(net, port, index, address, chance):
    kind = socket.SOCK_STREAM if port["protocol"] == "tcp" else socket.SOCK_DGRAM
    for _ in range(50):
        sock = inside(net, "client", address, kind)
        try:
            sock.bind(("", chance.randint(*EPHEMERAL)))
            sock.connect((address, port["port"]))
            break
        except BlockingIOError:
            break
        except OSError:
            sock.close()  # the port is taken: another one
    if port["protocol"] == "udp":
        sock.send(frame(port, index))
    return Flow(sock, port, index)


def _find_neighbours(net, case):
    """What is sent while a neighbour's address is looked up waits in a short queue, which a burst overflows."""
    for link in case.topology.links:
        for host, far_host in ((0, 1), (1, 0)):
            for name, device, placeholder in case.topology.addresses:
                if (name, device) == link.ends[far_host]:
                    address = case.topology.names[case.family][placeholder]
                    sock = inside(net, link.ends[host][0], address, socket.SOCK_DGRAM)
                    sock.connect((address, 9))
                    sock.send(b"neighbour?")
                    sock.close()
    time.sleep(0.1)


def _observed(flow, arrived, syns):
    port, result = flow.port, flow.result
    if result is None and flow.established:
        return "no data"
    if result is None:
        if port["protocol"] == "udp":
            return "lost back" if (port["port"], flow.index) in arrived else "lost there"
        numbers = {port["port"], translated(port)}
        return "lost" if any(part["at"] == "server" for part in port["there"]) else \
            "lost back" if numbers & syns else "lost there"
    if result.startswith("icmp port") and port["protocol"] == "udp" and not port["there"]:
        return "icmp port"
    return result


def _disagreements(port, observed, said):
    """What was seen and is not said to be possible, and what must happen and was not seen."""
    seen = set(observed)
    loose = {one for one in said if one.startswith("lost")}
    if "lost" in seen and loose:
        seen = (seen - {"lost"}) | loose
    if port["protocol"] == "tcp" and loose and any(one.startswith("lost") for one in seen):
        # Direction is known of the port only, and only where every attempt is silent.
        seen = seen if said <= {"lost there"} or said <= {"lost back"} else \
            {one for one in seen if not one.startswith("lost")} | loose
    if "icmp port" in said:
        seen = {"icmp port" if one.startswith("icmp port ") else one for one in seen}
    if "lost there" in said and "lost back" in said:
        seen |= {"lost there", "lost back"}
    if truth.conditions(port) > 1 and seen <= said:
        return []  # several rules on the source port may leave nothing, or too little to be met
    return [f"{sorted(seen)} seen, {sorted(said)} expected"] if seen != said else []


def observe(drawing):
    """Sentences on where kernel and model differ, by place."""
    quiet = still(drawing)
    names = scenario.ADDRESSES[quiet["network"]["family"]]
    table = lower(quiet, quiet["ports"])
    table["expect"] = truth.expectations(quiet, quiet["ports"], names)
    case = scenario.Scenario("observed", table).bind(quiet["network"]["family"])
    case.server = case.second_server = None
    scan, chance = Scan(quiet), random.Random(quiet["seed"])
    held = [("server", port["protocol"], number) for port in quiet["ports"] for number in _listening(port, quiet)]
    held += [("server2", port["protocol"], port["port"]) for port in quiet["ports"]
             if (port["middle"] or {}).get("second") == "held"]
    with network.Network(case.topology) as net:
        site = conduct.Site(net, case, {}, "/nonexistent")
        site.start()
        echo = EchoHost(net, held, names)
        thread = threading.Thread(target=echo.serve, daemon=True)
        thread.start()
        _find_neighbours(net, case)
        flows = [_start_flow(net, port, index, names["server"], chance)
                 for index in range(FLOWS) for port in quiet["ports"]]
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            for flow in flows:
                flow.advance()
            time.sleep(0.02)
        echo.stop()
        thread.join()
        for flow in flows:
            flow.sock.close()
    found = {}
    for port in quiet["ports"]:
        observed = [_observed(flow, echo.arrived, echo.syns) for flow in flows if flow.port is port]
        whole = truth.at_address(port, "server", quiet)
        if wrong := _disagreements(whole, observed, _said_by_model(whole, scan, names)):
            found[f"{port['protocol']}/{port['port']}"] = "; ".join(wrong)
    return found


def _listening(port, drawing):
    everything = drawing["server"]["mode"] == "all"
    if drawing["server"]["mode"] == "none":
        return []
    middle = port["middle"] or {}
    return ([port["port"]] if port["held"] or everything else []) + \
        ([translated(port)] if middle.get("kind") == "dnat-port" and (middle["held"] or everything) else [])
