#!/usr/bin/env python3
"""What pt-server sends, to whom, and to whom never (P1 to P4): counted on the wire, not by pt-server.

The names of the tests have the promises' numbers (server/README.md), and each prints what it measured. Exit:
0 all right, 1 a test failed, 77 this machine cannot run it (an error when CI is set). Needs root.
"""

import collections
import random
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import time
import unittest

import launch
import network
from all_ports import HEADER, frame, make_socket, tcp_talk
from forgers import datagram, packet
from launch import programs
from scenario import ADDRESSES
from topology import Topology
from wire import Wire, inside

SERVER, SERVER2, CLIENT = (ADDRESSES["ipv4"][name] for name in ("server", "server2", "client"))
UDP, TCP = socket.IPPROTO_UDP, socket.IPPROTO_TCP
SEED = 20261127


def client_hello():
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    with_name = context.wrap_bio(theirs, ours, server_hostname="far.example")
    try:
        with_name.do_handshake()
    except ssl.SSLWantReadError:
        return ours.read()
    raise RuntimeError("a handshake with nobody")


def other_protocols():
    dns = bytes.fromhex("123401000001000000000000076578616d706c6500" "00010001")
    chance = random.Random(SEED)
    return {"HTTP": b"GET / HTTP/1.1\r\nHost: far.example\r\n\r\n", "TLS": client_hello(), "DNS": dns,
            "DNS over TCP": struct.pack(">H", len(dns)) + dns, "NTP": b"\x23" + bytes(47),
            "SSH": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SMTP": b"EHLO far.example\r\n",
            "random": chance.randbytes(1400), "begins as a frame": b"\x54\x50\xd0\x01" + chance.randbytes(300)}


class Lab(unittest.TestCase):
    def setUp(self):
        self.net = network.Network(Topology(second_server=True))
        self.enterContext(self.net)
        self.raw = self.sender("router")

    def start(self, *arguments, on="server"):
        server = self.net.start(on, [programs["server"], *arguments])
        server.wait_for_line("pt-server ready:")
        return server

    def sender(self, host):
        with inside(self.net, host):
            return self.enterContext(socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW))

    def forge(self, source, destination, data, raw=None):
        """A datagram in another's name; source and destination are (address, port)."""
        ends = [socket.inet_aton(one[0]) for one in (source, destination)]
        made = packet(*ends, UDP, datagram(*ends, (source[1], destination[1]), data))
        (raw or self.raw).sendto(made, (destination[0], 0))

    def expect_alive(self, port=8001):
        """That silence is not the server's end: it still answers a request."""
        self.assertEqual("echo", tcp_talk(self.net, "ipv4", port))

    def expect_no_bytes(self, talk):
        self.start("any/8001")
        with Wire(self.net) as wire:
            what = talk()
            found = wire.packets()
            count = sum(len(one.payload) for one in found if not one.to_host)
            asked = sum(len(one.payload) for one in found if one.to_host)
            print(f"P3: {count} bytes in reply to {asked} bytes of {what}", flush=True)
            self.assertEqual(0, count)
            self.assertGreater(asked, 1000)
            self.expect_alive()
            self.assertGreater(sum(len(one.payload) for one in wire.sent_by_host()), 0, "nothing is seen here")


class Replies(Lab):
    def test_p1_every_reply_is_shorter_than_its_request(self):
        self.start("any/8001")
        chance = random.Random(SEED)
        lengths = {}
        with Wire(self.net) as wire, make_socket(self.net, "client", "ipv4", socket.SOCK_DGRAM) as client:
            client.connect((SERVER, 8001))
            for number in range(1, 5001):
                data = bytearray(frame(8001, UDP, session=number, size=chance.randint(HEADER, 1472)))
                if number % 2:  # also what is almost a request
                    data[chance.randrange(12)] ^= 1 << chance.randrange(8)
                    data = data[:chance.randint(1, len(data))] if number % 4 == 1 else data
                lengths.setdefault(bytes(data[12:20]), []).append(len(data))
                client.send(data)
                if number % 50 == 0:
                    time.sleep(0.002)
            replies = [one.payload for one in wire.sent_by_host() if one.protocol == UDP]
        longer = [one for one in replies if len(one) >= min(lengths[one[12:20]])]
        print(f"P1: {len(longer)} of {len(replies)} replies to 5,000 datagrams as long as their request", flush=True)
        self.assertEqual([], longer)
        self.assertGreater(len(replies), 2000)
        self.expect_alive()

    def test_p2_one_forged_packet_between_two_servers_causes_one_reply_and_no_more(self):
        self.start("any/8001")
        self.start("any/8001", on="server2")
        with Wire(self.net) as first, Wire(self.net, "to_server2") as second:
            self.forge((SERVER2, 8001), (SERVER, 8001), frame(8001, UDP))
            time.sleep(2)
            sent = [len([one for one in wire.sent_by_host() if one.protocol == UDP]) for wire in (first, second)]
        print(f"P2: one forged packet: {sent[0]} from the first server, {sent[1]} from the second in 2 s", flush=True)
        self.assertEqual([1, 0], sent)
        self.expect_alive()

    def test_p2_what_a_server_sends_is_answered_by_no_server(self):
        """Echoes, and answers to the queries of a real scan, which asks about ports that are dropped."""
        self.net.replace_rules("router", "chain forward { type filter hook forward priority filter; "
                                         "udp dport 8003 drop; udp sport 8004 drop; }")
        self.start("udp/8001-8004", "tcp/8001")
        self.start("udp/8001-8004", "tcp/8001", on="server2")
        with Wire(self.net) as wire:
            subprocess.run(self.net.inside("client", [programs["client"], SERVER, "udp/8001-8004"]), check=False,
                           stdout=subprocess.DEVNULL, timeout=30)
            outputs = {one.payload for one in wire.sent_by_host() if one.protocol == UDP}
        kinds = {one[4] for one in outputs}
        self.assertEqual(2, len(kinds), "echoes and answers were expected")
        self.net.replace_rules("router", "")
        with Wire(self.net) as first, Wire(self.net, "to_server2") as second:
            for data in outputs:
                for source, destination in ((SERVER, SERVER2), (SERVER2, SERVER), (CLIENT, SERVER)):
                    self.forge((source, 8001), (destination, 8002), data)
            arrived = [[one for one in wire.packets() if one.protocol == UDP] for wire in (first, second)]
        replies = sum(not one.to_host for both in arrived for one in both)
        fed = sum(one.to_host for both in arrived for one in both)
        print(f"P2: {replies} replies to {fed} packets that a server had sent, of {len(kinds)} kinds", flush=True)
        self.assertEqual((0, 3 * len(outputs)), (replies, fed))
        self.expect_alive()

    def send_other_protocols(self):
        for data in other_protocols().values():
            with make_socket(self.net, "client", "ipv4", socket.SOCK_DGRAM) as client:
                client.sendto(data, (SERVER, 8001))
            with make_socket(self.net, "client", "ipv4", socket.SOCK_STREAM) as client:
                client.connect((SERVER, 8001))
                client.sendall(data)
                try:
                    self.assertEqual(b"", client.recv(4096))
                except ConnectionResetError:
                    pass
        return f"{len(other_protocols())} other protocols over TCP and UDP"

    def test_p3_other_protocols_get_no_byte(self):
        self.expect_no_bytes(self.send_other_protocols)

    def test_p4_hostile_sources_get_no_packet_and_a_counter_each(self):
        server = self.start("any/8001")
        # Or the kernel drops what comes from an address of its own (fib_validate_source, net/ipv4/fib_frontend.c).
        self.net.set_up("server", ["sysctl", "-qw", "net.ipv4.conf.net0.accept_local=1"])
        broadcast = SERVER.rpartition(".")[0] + ".255"
        cases = {("source port 0", (CLIENT, 0), (SERVER, 8001)): 3,
                 ("source address not unicast", ("240.0.0.1", 4000), (SERVER, 8001)): 5,
                 ("sent to a broadcast or multicast address", (CLIENT, 4000), (broadcast, 8001)): 7,
                 ("sent to a broadcast or multicast address", (CLIENT, 4000), ("224.0.0.1", 8001)): 9,
                 ("claims to come from the port that it went to", (SERVER, 8001), (SERVER, 8001)): 11}
        expected = collections.Counter()
        with Wire(self.net) as wire:
            for (reason, source, destination), times in cases.items():
                expected[reason] += times
                for _ in range(times):
                    self.forge_on_link(source, destination)
            found = wire.packets()
        sent = [one for one in found if not one.to_host]
        self.expect_alive()
        self.assertEqual(0, server.stop())
        counted = {reason: int(count) for count, reason in
                   re.findall(r"(?m)^ *(\d+) udp ignored: (.*)$", "\n".join(server.lines()))}
        arrived = sum(one.to_host for one in found)
        print(f"P4: {len(sent)} packets to {arrived} from hostile sources; counted: {counted}", flush=True)
        self.assertEqual((0, 35), (len(sent), arrived))
        self.assertEqual(expected, counted)

    def forge_on_link(self, source, destination):
        """Straight onto the link to the server, past what the router's own kernel refuses to route."""
        ends = [socket.inet_aton(one[0]) for one in (source, destination)]
        data = frame(8001, UDP)
        made = packet(*ends, UDP, datagram(*ends, (source[1], destination[1]), data))
        with inside(self.net, "router"), socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM) as link:
            link.sendto(made, ("to_server", 0x0800, 0, 0, self.hardware_address()))

    def hardware_address(self):
        with inside(self.net, "server"), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
            sock.bind(("net0", 0))
            return sock.getsockname()[4]


class Nmap(Lab):
    """On demand: takes minutes, mostly of nmap's waiting."""

    def scan_with_nmap(self):
        done = subprocess.run(self.net.inside("client", ["nmap", "-n", "-Pn", "-sS", "-sU", "-sV", "--version-all",
                                                         "-p", "T:8001,U:8001", SERVER]), check=True, text=True,
                              capture_output=True, timeout=300)
        self.assertRegex(done.stdout, r"8001/tcp +open")
        return "nmap -sV --version-all"

    def test_p3_nmap_version_scan_gets_no_byte(self):
        if not shutil.which("nmap"):
            launch.leave_out(self, "nmap is not installed (apt-get install nmap)")
        self.expect_no_bytes(self.scan_with_nmap)


if __name__ == "__main__":
    sys.exit(launch.main(sys.modules[__name__], ["Replies"], ["ip", "nft", "sysctl"], needs_root=True))
