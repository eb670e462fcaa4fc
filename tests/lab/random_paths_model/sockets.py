"""Sockets in the lab's network namespaces: for the comparison of the model with the kernel."""

import ctypes
import os
import selectors
import socket
import struct

CLONE_NEWNET = 0x40000000
MSG_ERRQUEUE = 0x2000
IP_RECVERR, IPV6_RECVERR = 11, 25
ETH_P_ALL = 0x0003
SYN, ACK = 0x02, 0x10
_ICMP = {2: {(3, 0): "net", (3, 1): "host", (3, 3): "port", (3, 13): "admin"},   # SO_EE_ORIGIN_ICMP
         3: {(1, 0): "net", (1, 3): "host", (1, 4): "port", (1, 1): "admin"}}    # SO_EE_ORIGIN_ICMP6

_libc = ctypes.CDLL(None, use_errno=True)


def _enter(handle):
    if _libc.setns(handle, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _made_inside(net, host, make):
    """A socket stays in the namespace in which it was made; this thread does not."""
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{net.name(host)}", os.O_RDONLY)
    try:
        _enter(there)
        return make()
    finally:
        _enter(own)
        os.close(there)
        os.close(own)


def inside(net, host, address, kind):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = _made_inside(net, host, lambda: socket.socket(family, kind))
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    else:
        sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    return sock


def read_icmp_error(sock):
    """"icmp KIND ADDRESS" from the error queue (ip(7), IP_RECVERR), or None."""
    try:
        _, ancillary, _, _ = sock.recvmsg(512, 512, MSG_ERRQUEUE)
    except OSError:
        return None
    for _, _, data in ancillary:
        _, origin, kind, code = struct.unpack("=IBBB", data[:7])
        if name := _ICMP.get(origin, {}).get((kind, code)):
            offender = data[16:]
            if origin == 2:
                return f"icmp {name} {socket.inet_ntop(socket.AF_INET, offender[4:8])}"
            return f"icmp {name} {socket.inet_ntop(socket.AF_INET6, offender[8:24])}"
    return None


class EchoHost:
    """Echoes on the ports that are held, and notes which datagrams and first segments arrive."""

    def __init__(self, net, held, names):
        self.arrived = set()  # (probed port, flow) of datagrams
        self.syns = set()     # ports of the server's host at which a first segment has arrived
        self._ready = selectors.DefaultSelector()
        self._over = False
        for host, protocol, number in sorted(set(held)):
            kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
            sock = inside(net, host, names[host], kind)
            sock.bind((names[host], number))
            if protocol == "tcp":
                sock.listen(512)
            self._ready.register(sock, selectors.EVENT_READ, self._accept if protocol == "tcp" else self._datagram)
        tap = _made_inside(net, "server", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                                                socket.htons(ETH_P_ALL)))
        tap.setblocking(False)
        self._ready.register(tap, selectors.EVENT_READ, self._packet)

    def serve(self):
        while not self._over:
            for key, _ in self._ready.select(0.1):
                try:
                    key.data(key.fileobj)
                except OSError:
                    continue  # the peer has gone, or a rule forbids the answer
        for key in list(self._ready.get_map().values()):
            key.fileobj.close()

    def stop(self):
        self._over = True

    def _accept(self, listener):
        connection, _ = listener.accept()
        connection.setblocking(False)
        self._ready.register(connection, selectors.EVENT_READ, self._stream)

    def _stream(self, connection):
        if data := connection.recv(4096):
            connection.send((b"echo" + data)[:120])
        else:
            self._ready.unregister(connection)
            connection.close()

    def _datagram(self, sock):
        data, peer = sock.recvfrom(4096)
        if len(data) >= 8:
            self.arrived.add(struct.unpack("!HH", data[4:8]))
            sock.sendto((b"echo" + data)[:120], peer)

    def _packet(self, tap):
        packet, (_, _, kind, *_) = tap.recvfrom(4096)
        header = (packet[0] & 0xF) * 4 if packet[0] >> 4 == 4 else 40
        protocol = packet[9] if packet[0] >> 4 == 4 else packet[6]
        if kind == socket.PACKET_OUTGOING or protocol != socket.IPPROTO_TCP or len(packet) < header + 14:
            return
        if packet[header + 13] & (SYN | ACK) == SYN:
            self.syns.add(struct.unpack("!H", packet[header + 2:header + 4])[0])
