#!/usr/bin/env python3
"""pt-server --all in a namespace of its own: answers on every port, and takes none from anyone.

Here it has all the capabilities that it needs; see all_ports_restricted_test.py for less. Exit: 0 all right,
1 a test failed, 77 this machine cannot run it (an error when CI is set). Needs root.
"""

import contextlib
import json
import signal
import socket
import struct
import subprocess
import sys
import time

import launch
from all_ports import (BANNER, FAMILIES, PORTS, AllPorts, eventually, frame, greeted, is_echo, is_request,
                       make_socket, service, tcp_talk, udp_echoes)
from scenario import ADDRESSES


def bpf_links():
    """The ids of all BPF links of this machine."""
    done = subprocess.run(["bpftool", "--json", "link", "show"], capture_output=True, text=True, check=True)
    return {link["id"] for link in json.loads(done.stdout)}


class Steered(AllPorts):
    """Where the kernel permits: a few sockets stand for all ports."""

    def test_every_port_of_both_protocols_and_families_answers(self):
        self.net.set_up("server", ["sysctl", "-qw", "net.core.somaxconn=65535"])
        said = self.start("--all", "--log-level", "warn")
        self.assertIn(f"pt-server ready: {2 * len(PORTS)} ports listening, 0 not", said)
        for family in FAMILIES:
            with self.subTest(family=family, protocol="udp"):
                self.assertEqual(set(), set(PORTS) - udp_echoes(self.net, family, PORTS))
            with self.subTest(family=family, protocol="tcp"):
                self.assertEqual([], [port for port in PORTS
                                      if tcp_talk(self.net, family, port) != "echo"])
        self.stop()

    def test_every_udp_port_answers_with_several_threads(self):
        self.start("--all", "--threads", "4", "--log-level", "warn")
        for family in FAMILIES:
            with self.subTest(family=family):
                self.assertEqual(set(), set(PORTS) - udp_echoes(self.net, family, PORTS))
                self.assertEqual([], [port for port in range(1, 65536, 64)
                                      if tcp_talk(self.net, family, port) != "echo"])
        with service(self.net, "ipv4", 8080) as listener:
            self.assertTrue(greeted(self.net, "ipv4", 8080, listener))
        self.stop()

    def test_a_service_that_was_there_before_keeps_its_port(self):
        for family in FAMILIES:
            with self.subTest(family=family), service(self.net, family, 22) as ssh, \
                    service(self.net, family, 5353, "udp") as names:
                said = self.start("--all")
                self.assertRegex(said, r"tcp +22 .*in use by another program")
                self.assertRegex(said, r"udp +5353 .*in use by another program")
                self.assertTrue(greeted(self.net, family, 22, ssh))
                self.assertEqual("echo", tcp_talk(self.net, family, 23))
                self.assertEqual(set(), udp_echoes(self.net, family, [5353]))
                self.assertTrue(is_request(names.recv(2048)))
                self.stop()

    def test_a_service_that_starts_later_gets_its_port_at_once_and_gives_it_back(self):
        self.start("--all")
        stolen = []
        for family in FAMILIES:
            for port in [22, 8080, 40000, 65535, *range(20000, 20100)]:
                with service(self.net, family, port) as listener:
                    if not greeted(self.net, family, port, listener):
                        stolen.append(f"{family} {port}")
        self.assertEqual([], stolen)
        self.assertTrue(eventually(lambda: tcp_talk(self.net, "ipv4", 8080) == "echo"))
        self.stop()

    def test_a_listener_that_never_bound_gets_its_port_at_once(self):
        self.start("tcp/all")
        stolen = 0
        for family in FAMILIES:
            for _ in range(50):
                with make_socket(self.net, "server", family, socket.SOCK_STREAM) as listener:
                    listener.listen(1)
                    stolen += not greeted(self.net, family, listener.getsockname()[1], listener)
        self.assertEqual(0, stolen)
        self.stop()

    def test_a_udp_service_that_starts_later_gets_its_port_at_once(self):
        self.start("--all")
        for family in FAMILIES:
            for port in [53, 123, *range(30000, 30100), *range(40000, 40100)]:
                with service(self.net, family, port, "udp") as listener, \
                        make_socket(self.net, "client", family, socket.SOCK_DGRAM) as client:
                    client.sendto(b"for the service", (ADDRESSES[family]["server"], port))
                    self.assertEqual(b"for the service", listener.recv(2048))
        self.assertTrue(eventually(lambda: udp_echoes(self.net, "ipv4", [53]) == {53}))
        self.stop()

    def test_no_answer_to_a_resolver_on_the_host_is_lost(self):
        """Unconnected sockets: on ports that the kernel chooses when the first datagram is sent, on
        ports that bind(2) chooses, and on ports that the program chooses, all answered at once."""
        self.start("--all", "--log-level", "warn")
        ways = {"sendto": lambda resolver, i: None,
                "bind to 0": lambda resolver, i: resolver.bind(("", 0)),
                "bind": lambda resolver, i: resolver.bind(("", 1024 + i * 7919 % 60000))}
        lost = dict.fromkeys(ways, 0)
        for family in FAMILIES:
            with make_socket(self.net, "client", family, socket.SOCK_DGRAM) as name_server:
                name_server.bind(("", 53))
                for way, choose_port in ways.items():
                    for i in range(4000):
                        lost[way] += not self.resolve(family, name_server, choose_port, i)
                        self.assertLess(sum(lost.values()), 20, lost)
        self.assertEqual(dict.fromkeys(ways, 0), lost)
        self.stop()

    def resolve(self, family, name_server, choose_port, i):
        """Whether one question from a socket of its own is answered; true where no port was to be had."""
        with make_socket(self.net, "server", family, socket.SOCK_DGRAM) as resolver:
            try:
                choose_port(resolver, i)
            except OSError:
                return True  # the one port that pt-server has bound
            question = struct.pack(">I", i)
            resolver.sendto(question, (ADDRESSES[family]["client"], 53))
            data, source = name_server.recvfrom(64)
            name_server.sendto(data, source)
            resolver.settimeout(1)
            with contextlib.suppress(TimeoutError):
                return resolver.recv(64) == question
            return False

    def test_a_socket_that_sends_again_after_a_long_silence_is_answered(self):
        self.start("--all")
        with make_socket(self.net, "client", "ipv4", socket.SOCK_DGRAM) as name_server, \
                make_socket(self.net, "server", "ipv4", socket.SOCK_DGRAM) as resolver:
            name_server.bind(("", 53))
            for _ in range(3):
                resolver.sendto(b"?", (ADDRESSES["ipv4"]["client"], 53))
                data, source = name_server.recvfrom(64)
                time.sleep(1.2)  # several looks at the socket tables
                name_server.sendto(data, source)
                self.assertEqual(b"?", resolver.recv(64))
        self.stop()

    def test_outgoing_connections_are_left_alone(self):
        self.start("--all")
        for family in FAMILIES:
            with make_socket(self.net, "client", family, socket.SOCK_STREAM) as web:
                web.bind(("", 80))
                web.listen(64)
                for _ in range(500):
                    with make_socket(self.net, "server", family, socket.SOCK_STREAM) as browser:
                        browser.connect((ADDRESSES[family]["client"], 80))
                        accepted, _ = web.accept()
                        with accepted:
                            accepted.sendall(BANNER)
                            self.assertEqual(BANNER, browser.recv(64))
        self.stop()

    def test_nothing_stays_in_the_kernel(self):
        for how in (signal.SIGKILL, signal.SIGTERM, signal.SIGABRT):
            self.start("--all")
            held = self.server.bpf_links()
            self.assertEqual(7, len(held))
            self.assertLessEqual(held, bpf_links())
            self.assertEqual("echo", tcp_talk(self.net, "ipv4", 7))
            self.server.signal(how)
            self.server.stop()
            self.assertTrue(eventually(lambda: bpf_links().isdisjoint(held)), how)
            self.assertEqual("ConnectionRefusedError", tcp_talk(self.net, "ipv4", 7))

    def test_exceptions_are_left_alone(self):
        said = self.start("--all", "--except", "tcp/8000-8099", "--except", "udp/53,40000")
        self.assertIn(f"pt-server ready: {2 * len(PORTS) - 102} ports listening, 0 not", said)
        for port, expected in {7999: "echo", 8000: "ConnectionRefusedError", 8099: "ConnectionRefusedError",
                               8100: "echo", 53: "echo"}.items():
            self.assertEqual(expected, tcp_talk(self.net, "ipv4", port), port)
        self.assertEqual({52, 54, 8000}, udp_echoes(self.net, "ipv4", [52, 53, 54, 8000, 40000]))
        self.stop()

    def test_one_protocol_can_be_had_whole_and_the_other_in_part(self):
        said = self.start("tcp/all", "udp/53")
        self.assertIn(f"pt-server ready: {len(PORTS) + 1} ports listening, 0 not", said)
        self.assertEqual("echo", tcp_talk(self.net, "ipv6", 54))
        self.assertEqual({53}, udp_echoes(self.net, "ipv6", [53, 54]))
        self.stop()

    def test_only_the_address_that_it_is_bound_to_is_answered(self):
        self.net.set_up("server", ["ip", "address", "add", "10.99.0.1/32", "dev", "lo"])
        self.start("--all", "--bind", "10.99.0.1", "--bind", ADDRESSES["ipv6"]["server"])
        self.assertEqual("ConnectionRefusedError", tcp_talk(self.net, "ipv4", 7))
        self.assertEqual("echo", tcp_talk(self.net, "ipv6", 7))
        self.assertEqual(set(), udp_echoes(self.net, "ipv4", [7]))
        self.assertEqual({7}, udp_echoes(self.net, "ipv6", [7]))
        with make_socket(self.net, "server", "ipv4", socket.SOCK_STREAM) as local:
            local.connect(("10.99.0.1", 7))
            local.sendall(frame(7, socket.IPPROTO_TCP))
            self.assertTrue(is_echo(local.recv(2048), 7))
        self.stop()

    def test_the_capabilities_that_are_named_are_enough(self):
        # "ip netns exec" hides the cgroups behind a /sys of its own; there is room for a mount in it.
        mounted = ["sh", "-c", 'mount -t cgroup2 none /sys/fs/cgroup && exec "$@"', "sh"]
        said = self.start("--all", before=[*mounted, "setpriv",
                                           "--bounding-set=-all,+bpf,+net_admin,+net_raw"])
        self.assertIn(f"pt-server ready: {2 * len(PORTS)} ports listening, 0 not", said)
        self.assertEqual({53, 40000}, udp_echoes(self.net, "ipv4", [53, 40000]))
        self.assertEqual("echo", tcp_talk(self.net, "ipv6", 40000))
        self.stop()

    def test_without_raw_sockets_only_tcp_is_steered(self):
        said = self.start("--all", "--bind", ADDRESSES["ipv4"]["server"],
                          before=["setpriv", "--bounding-set=-net_raw"])
        self.assertIn("CAP_NET_RAW, CAP_BPF and CAP_NET_ADMIN", said)
        self.assertEqual({53}, udp_echoes(self.net, "ipv4", [53, 40000]))
        self.assertEqual("echo", tcp_talk(self.net, "ipv4", 40000))
        self.stop()


if __name__ == "__main__":
    sys.exit(launch.main(sys.modules[__name__], ["Steered"], ["ip", "sysctl", "setpriv", "bpftool"], ["server"],
                         needs_root=True))
