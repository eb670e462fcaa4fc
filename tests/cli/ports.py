"""Ports for tests: free ones, and each for one test alone."""

import fcntl
import functools
import os
import pathlib
import random
import re
import socket
import tempfile


def reserve(port):
    """Whether the port is this process's own: tests that run beside it take others, until it ends."""
    folder = os.path.join(tempfile.gettempdir(), f"pt-test-ports-{os.getuid()}")
    os.makedirs(folder, exist_ok=True)
    file = os.open(os.path.join(folder, str(port)), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        os.close(file)
        return False


@functools.cache
def named_ports():
    """Those whose services pt knows: reports say the name beside the port."""
    table = pathlib.Path(__file__).resolve().parents[2] / "common" / "core" / "service_table.inc"
    return {int(number) for number in re.findall(r"^\{(\d+),", table.read_text(encoding="ascii"), re.MULTILINE)}


def closed_port():
    """A TCP and UDP port that no program has open now, below the ephemeral ports that clients are given, that
    has no name and that no other call has given."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        first_ephemeral = max(int(file.read().split()[0]), 30_000)
    while True:
        port = random.randrange(20_000, first_ephemeral)
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(socket.AF_INET, kind) as sock:
                    sock.bind(("127.0.0.1", port))
        except OSError:
            continue
        if port not in named_ports() and reserve(port):
            return port
