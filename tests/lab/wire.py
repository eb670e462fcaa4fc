"""What really passes between a host of the lab and its router: each packet, as the router's device sees it.

The truth for promises about what pt-server sends: it asks neither pt-server nor its counters.
"""

import contextlib
import ctypes
import os
import select
import socket
import struct
import threading
import time
from typing import NamedTuple

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
SOL_PACKET, PACKET_STATISTICS, PACKET_OUTGOING = 263, 6, 4
SO_RCVBUFFORCE = 33

_libc = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def inside(net, host):
    """This thread in the network namespace of a host: sockets that are made here are the host's for good."""
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{net.name(host)}", os.O_RDONLY)
    try:
        if _libc.setns(there, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        yield
    finally:
        _libc.setns(own, CLONE_NEWNET)
        os.close(there)
        os.close(own)


class Packet(NamedTuple):
    to_host: bool    # towards the host behind the device
    whole: bytes     # the IPv4 packet
    protocol: int
    source: tuple    # address, port
    destination: tuple
    payload: bytes   # of UDP or TCP


def read_packet(to_host, data):
    """None for what is neither TCP nor UDP over IPv4."""
    if len(data) < 28 or data[0] >> 4 != 4 or data[9] not in (socket.IPPROTO_UDP, socket.IPPROTO_TCP):
        return None
    data = data[:struct.unpack_from(">H", data, 2)[0]]
    begin = 4 * (data[0] & 15)
    source, destination = struct.unpack_from(">HH", data, begin)
    header = 8 if data[9] == socket.IPPROTO_UDP else 4 * (data[begin + 12] >> 4)
    return Packet(to_host, data, data[9], (socket.inet_ntoa(data[12:16]), source),
                  (socket.inet_ntoa(data[16:20]), destination), data[begin + header:])


class Wire:
    """Use as a context, on a device of the router. `packets()` are all until now."""

    def __init__(self, net, device="to_server"):
        with inside(net, "router"):
            self._sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        self._sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self._sock.bind((device, ETH_P_ALL))
        self._packets = []
        self._lost = 0
        self._over = False
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over = True
        self._thread.join()
        self._sock.close()

    def _read(self):
        while not self._over:
            if select.select([self._sock], [], [], 0.05)[0]:
                data, origin = self._sock.recvfrom(65536)
                packet = read_packet(origin[2] == PACKET_OUTGOING, data)
                if packet:
                    self._packets.append(packet)

    def packets(self, quiet=0.3):
        """All, once nothing has passed for so many seconds. None may have been missed."""
        seen = -1
        while seen != len(self._packets):
            seen = len(self._packets)
            time.sleep(quiet)
        self._lost += struct.unpack("II", self._sock.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[1]
        if self._lost:
            raise RuntimeError(f"the wire was not read in time: {self._lost} packets lost")
        return list(self._packets)

    def sent_by_host(self):
        return [one for one in self.packets() if not one.to_host]
