"""What the tests of pt-server --all share: a server in a network, questions to its ports, and sockets of
"another program" on any host. Those are this process's, made inside the namespace of the host that they
stand for.
"""

import contextlib
import resource
import select
import socket
import struct
import time
import unittest

import network
import wire
from launch import programs
from scenario import ADDRESSES

PORTS = range(1, 65536)
FAMILIES = {"ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
BANNER = b"SSH-2.0-another\r\n"
PATIENCE = 20  # seconds for what takes milliseconds: a slow machine is no failure
REQUEST, REPLY, HEADER = 0x35, 0xCA, 120

def make_socket(net, host, family, kind):
    """A socket of the host's network namespace; this process itself stays in its own."""
    with wire.inside(net, host):
        made = socket.socket(FAMILIES[family], kind)
    if family == "ipv6":
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    made.settimeout(PATIENCE)
    return made


def frame(port, protocol, session=0x616C6C706F727473, size=HEADER + 8):
    """A request as pt-client sends it; its padding is zeros, eight by default, and its check sum is not checked."""
    fields = struct.pack(">3sBBBHIQIHBB", b"\x54\x50\xd0", 1, REQUEST, 0, size, 0, session, port,
                         port, protocol, 1)
    return fields.ljust(size, b"\0")


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


class AllPorts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

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
