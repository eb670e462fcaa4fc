#!/usr/bin/env python3
"""pt-server --all in a namespace of its own: answers on every port, and takes none from anyone.

Sockets of "another program" are this process's, made inside the namespace of the host that they stand
for. Exit: 0 all right, 1 a test failed, 77 this machine cannot run it (an error when CI is set). Needs
root: without, only what pt-server does without permission is tested.
"""

import argparse
import contextlib
import ctypes
import json
import os
import re
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import unittest

import isolate
import network
from scenario import ADDRESSES

SKIP = 77
CLONE_NEWNET = 0x40000000
PORTS = range(1, 65536)
FAMILIES = {"ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
BANNER = b"SSH-2.0-another\r\n"
PATIENCE = 20  # seconds for what takes milliseconds: a slow machine is no failure
REQUEST, REPLY, HEADER = 0x35, 0xCA, 120

programs = {}
_libc = ctypes.CDLL(None, use_errno=True)


def make_socket(net, host, family, kind):
    """A socket of the host's network namespace; this process itself stays in its own."""
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{net.name(host)}", os.O_RDONLY)
    try:
        if _libc.setns(there, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        made = socket.socket(FAMILIES[family], kind)
        if family == "ipv6":
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.settimeout(PATIENCE)
        return made
    finally:
        _libc.setns(own, CLONE_NEWNET)
        os.close(there)
        os.close(own)


def frame(port, protocol, session=0x616C6C706F727473):
    """A request as pt-client sends it; its padding is eight zeros, and its check sum is not checked."""
    fields = struct.pack(">3sBBBHIQIHBB", b"\x54\x50\xd0", 1, REQUEST, 0, HEADER + 8, 0, session, port,
                         port, protocol, 1)
    return fields.ljust(HEADER + 8, b"\0")


def is_request(data):
    return len(data) == HEADER + 8 and data[4] == REQUEST


def is_echo(data, port):
    return len(data) == HEADER and data[4] == REPLY and struct.unpack_from(">IH", data, 20) == (port, port)


def udp_echoes(net, family, ports):
    """Which of the server's UDP ports answer, each from itself. What is lost is asked again."""
    address = ADDRESSES[family]["server"]
    missing, echoed = set(ports), set()
    with make_socket(net, "client", family, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        client.setblocking(False)
        for _ in range(8):
            waiting = sorted(missing)
            while waiting:
                batch, waiting = waiting[:256], waiting[256:]
                for port in batch:
                    with contextlib.suppress(OSError):  # an ICMP error about an earlier one
                        client.sendto(frame(port, socket.IPPROTO_UDP), (address, port))
                answers = 0
                while answers < len(batch) and select.select([client], [], [], 0.3)[0]:
                    with contextlib.suppress(OSError):
                        data, source = client.recvfrom(2048)
                        answers += 1
                        if is_echo(data, source[1]):
                            echoed.add(source[1])
            missing -= echoed
            if not missing:
                break
    return echoed


def tcp_talk(net, family, port, host="client"):
    """What the server's TCP port says to a frame: "echo", other bytes, or the error's name."""
    with make_socket(net, host, family, socket.SOCK_STREAM) as client:
        try:
            client.connect((ADDRESSES[family]["server"], port))
            client.sendall(frame(port, socket.IPPROTO_TCP))
            data = b""
            while len(data) < HEADER:
                more = client.recv(2048)
                if not more:
                    break
                data += more
                if not data.startswith(b"\x54\x50\xd0"):
                    break
        except OSError as error:
            return type(error).__name__
    return "echo" if is_echo(data, port) else data


@contextlib.contextmanager
def service(net, family, port, protocol="tcp"):
    """Another program on the server's host, as quick as one can be: a greeting in the backlog's order."""
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with make_socket(net, "server", family, kind) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", port))
        if protocol == "tcp":
            listener.listen(16)
        yield listener


def greeted(net, family, port, listener):
    """Whether a client of this port reaches the service, and not pt-server."""
    with make_socket(net, "client", family, socket.SOCK_STREAM) as client:
        client.connect((ADDRESSES[family]["server"], port))
        if not select.select([listener], [], [], 2)[0]:
            return False
        accepted, _ = listener.accept()
        with accepted:
            accepted.sendall(BANNER)
            return client.recv(len(BANNER)) == BANNER


def eventually(question, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < end:
        time.sleep(0.05)
    return answer


def bpf_links():
    """The ids of all BPF links of this machine."""
    done = subprocess.run(["bpftool", "--json", "link", "show"], capture_output=True, text=True, check=True)
    return {link["id"] for link in json.loads(done.stdout)}


class AllPorts(unittest.TestCase):
    def setUp(self):
        self.net = network.Network()
        self.net.__enter__()
        self.addCleanup(self.net.close)

    def start(self, *arguments, before=()):
        """pt-server on the host "server", up to its ready line."""
        self.server = self.net.start("server", [*before, programs["server"], *arguments])
        self.server.wait_for_line("pt-server ready:")
        return self.server.output()

    def stop(self):
        self.assertEqual(0, self.server.stop(), self.server.output())
        self.assertNotIn("Sanitizer", self.server.output())


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


class PartOfTheCgroups(AllPorts):
    """As in a container, where only the own cgroup can be seen."""

    def setUp(self):
        super().setUp()
        with open("/proc/self/mountinfo", encoding="ascii") as mounts:
            found = re.search(r"^\S+ \S+ \S+ / (\S+) .* - cgroup2 ", mounts.read(), re.M)
        if not found:
            sentence = "needs a cgroup v2 hierarchy: mount -t cgroup2 none /sys/fs/cgroup"
            if os.environ.get("CI"):
                self.fail(sentence)
            self.skipTest(sentence)
        self.cgroup = f"{found[1]}/pt-test-{os.getpid()}"
        os.mkdir(self.cgroup)
        self.addCleanup(eventually, self.remove_cgroup)

    def remove_cgroup(self):
        with contextlib.suppress(OSError):
            os.rmdir(self.cgroup)
        return not os.path.exists(self.cgroup)

    def start_inside(self):
        inside = ("mkdir -p /run/cgroup && mount -t cgroup2 none /run/cgroup && exec "
                  f"ip netns exec {self.net.name('server')} {programs['server']} --all --bind "
                  + ADDRESSES["ipv4"]["server"])
        self.server = self.net.start_here(
            ["sh", "-c", f"echo $$ > {self.cgroup}/cgroup.procs && "
                         f"exec unshare --cgroup --mount sh -c '{inside}'"])
        self.server.wait_for_line("pt-server ready:")
        return self.server.output()

    def tearDown(self):
        self.stop()

    def test_alone_in_the_namespace_udp_is_steered_until_others_come(self):
        self.assertIn(f"pt-server ready: {2 * len(PORTS)} ports listening, 0 not", self.start_inside())
        self.assertEqual({53, 40000}, udp_echoes(self.net, "ipv4", [53, 40000]))
        with service(self.net, "ipv4", 50000, "udp"):
            self.assertTrue(eventually(lambda: not udp_echoes(self.net, "ipv4", [53])))
            self.assertEqual("echo", tcp_talk(self.net, "ipv4", 53))
        self.assertIn("no longer answered", self.server.output())

    def test_with_others_in_the_namespace_udp_is_not_steered(self):
        with service(self.net, "ipv4", 50000, "udp"):
            said = self.start_inside()
            self.assertIn("cgroup v2", said)
            self.assertEqual({53}, udp_echoes(self.net, "ipv4", [53, 40000]))
            self.assertEqual("echo", tcp_talk(self.net, "ipv4", 40000))


class NotPermitted(AllPorts):
    """Without the capabilities: a socket for each port, as far as descriptors reach."""

    def test_it_says_what_it_holds_and_what_it_would_need(self):
        nobody = ["prlimit", "--nofile=5000:5000", "setpriv", "--no-new-privs", "--inh-caps=-all",
                  "--bounding-set=-all"]
        if os.geteuid() == 0:
            nobody += ["--reuid=65534", "--regid=65534", "--clear-groups"]
        self.net.set_up("server", ["sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=1024"])
        said = self.start("--all", "--bind", ADDRESSES["ipv4"]["server"], before=nobody)
        for words in ("udp: .*CAP_NET_RAW, CAP_BPF and CAP_NET_ADMIN",
                      "tcp: .*CAP_BPF and CAP_NET_ADMIN, for UDP CAP_NET_RAW too"):
            self.assertRegex(said, words)
        for words in ("setcap cap_bpf,cap_net_admin,cap_net_raw",
                      "--cap-add BPF", "ulimit -n", "ip_unprivileged_port_start"):
            self.assertIn(words, said)
        self.assertRegex(said, r"tcp +32768-49151 .*ephemeral")
        self.assertRegex(said, r"tcp +1-1023 .*no permission")
        count = int(re.search(r"pt-server ready: (\d+) ports listening", said)[1])
        self.assertGreater(count, 3500)
        self.assertEqual("echo", tcp_talk(self.net, "ipv4", 1024))
        self.assertEqual("ConnectionRefusedError", tcp_talk(self.net, "ipv4", 40000))
        with service(self.net, "ipv4", 40000) as listener:
            self.assertTrue(greeted(self.net, "ipv4", 40000, listener))
        self.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pt-server", default="build/dev/server/pt-server", metavar="PATH")
    parser.add_argument("tests", nargs="*", metavar="TEST",
                        help="Steered, or one of its tests as Steered.test_NAME; default: all")
    options = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    programs["server"] = os.path.abspath(options.pt_server)
    missing = [tool for tool in ("ip", "sysctl", "setpriv", "bpftool") if not shutil.which(tool)]
    if missing:
        print(f"cannot run here: no {', '.join(missing)} (scripts/setup installs them)", file=sys.stderr)
        return 1 if os.environ.get("CI") else SKIP
    names = options.tests or (["NotPermitted"] if os.geteuid() != 0 else
                              ["NotPermitted", "Steered", "PartOfTheCgroups"])

    def run():
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        suite = unittest.defaultTestLoader.loadTestsFromNames(names, sys.modules[__name__])
        return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1

    try:
        return isolate.run(run)
    except isolate.NotPermitted as error:
        print(f"cannot run here: {error}; run it as root, or allow unprivileged user namespaces",
              file=sys.stderr)
        return 1 if os.environ.get("CI") else SKIP


if __name__ == "__main__":
    sys.exit(main())
