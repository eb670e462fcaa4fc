#!/usr/bin/env python3
"""Floods pt-server from the router, in the name of many sources, and measures echoes from the client.

syn       SYNs from all of 10.99.0.0/16 to --ports; who answers them is lost, so that handshakes stay half-open
sessions  datagrams from all of 10.99.0.0/16 to --ports, two different ones of each of as many sessions
networks  the same from all of 10.128.0.0/9, each in a /24 of its own
silent    connections from this host's own address to --ports, on which nothing is sent
held      so many connections at any time, on which nothing is sent; each that ends is made anew after --pause
million   datagrams from all of 10.128.0.0/9, each of a session of its own
proved    connections from this host's own address, with a request of a session of its own each
paused    connects to --ports ten times, and sends a request 0.8 s later each time; prints how many echoes came
echoes    one request each 10 ms to --ports, over TCP and UDP in turn; prints the times as JSON, in ms

--count packets, --rate a second at most; echoes for --seconds. IPv4 only.
"""

import argparse
import collections
import heapq
import json
import select
import socket
import struct
import time

from all_ports import frame
from forgers import datagram, packet
from peers import checksum

PATIENCE = 1.0


def source(number):
    return bytes([10, 99, number >> 8 & 255, number & 255])


def network_of_its_own(number):
    return bytes([10, 128 | number >> 8 & 127, number & 255, 7])


def syn(server, number, port):
    """A SYN with a maximum segment size, as every system sends it (RFC 9293 section 3.7.1)."""
    header = struct.pack("!HHIIBBHHHBBH", 1024 + number % 60000, port, number, 0, 0x60, 2, 64240, 0, 0, 2, 4, 1460)
    pseudo = source(number) + server + struct.pack("!HH", socket.IPPROTO_TCP, len(header))
    right = header[:16] + struct.pack("!H", checksum(pseudo + header)) + header[18:]
    return packet(source(number), server, socket.IPPROTO_TCP, right)


def first_frame(server, number, port, source_of=source):
    session = (number // 2 + 1) * 0x9E3779B97F4A7C15 % 2**64
    data = frame(port, socket.IPPROTO_UDP, session=session)
    peer = source_of(number)
    return packet(peer, server, socket.IPPROTO_UDP, datagram(peer, server, (1024, port), data))


def from_many_networks(server, number, port):
    return first_frame(server, number, port, network_of_its_own)


def flood(make, options):
    server = socket.inet_aton(options.server)
    first, last = (int(word) for word in options.ports.split("-"))
    ports = range(first, last + 1)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        print("ready", flush=True)
        began = time.monotonic()
        sent = 0
        while sent < options.count:
            for number in range(sent, min(sent + 200, options.count)):
                raw.sendto(make(server, number % 65536, ports[number % len(ports)]), (options.server, 0))
            sent += 200
            time.sleep(max(0.0, sent / options.rate - (time.monotonic() - began)))
    print("done", flush=True)


def connect_silently(options):
    kept = collections.deque(maxlen=1000)
    print("ready", flush=True)
    began = time.monotonic()
    for number in range(options.count):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.connect_ex((options.server, int(options.ports)))
        kept.append(sock)
        time.sleep(max(0.0, number / options.rate - (time.monotonic() - began)))


def ports_of(options):
    first, _, last = options.ports.partition("-")
    return range(int(first), int(last or first) + 1)


def hold(options):
    """Prints "ready" once all have been begun. What comes is not read: any event is the end."""
    ports = ports_of(options)
    ends, socks, due = select.epoll(), {}, [(0.0, number) for number in range(options.count)]
    begun = 0
    while True:
        for _ in range(200):
            if not due or due[0][0] > time.monotonic():
                break
            _, number = heapq.heappop(due)
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            sock.setblocking(False)
            sock.connect_ex((options.server, ports[number % len(ports)]))
            socks[sock.fileno()] = (sock, number)
            ends.register(sock, select.EPOLLIN | select.EPOLLRDHUP)
            begun += 1
            if begun == options.count:
                print("ready", flush=True)
        for descriptor, _ in ends.poll(0 if due and due[0][0] <= time.monotonic() else 0.02):
            sock, number = socks.pop(descriptor)
            sock.close()
            heapq.heappush(due, (time.monotonic() + options.pause, number))


def send_million(options):
    """Without a UDP checksum, which IPv4 allows (RFC 768); the kernel fills in that of the IP header."""
    server, ports = socket.inet_aton(options.server), ports_of(options)
    data = frame(ports[0], socket.IPPROTO_UDP)
    before = struct.pack("!BBHHHBBH", 0x45, 0, 0, 0, 0, 64, socket.IPPROTO_UDP, 0)
    after = server + struct.pack("!HHHH", 1024, ports[0], 8 + len(data), 0) + data[:12]
    began = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        print("ready", flush=True)
        for number in range(options.count):
            raw.sendto(before + struct.pack("!I", 0x0A800000 | number) + after + struct.pack("!Q", number + 1)
                       + data[20:], (options.server, 0))
            if number % 200 == 0:
                time.sleep(max(0.0, number / options.rate - (time.monotonic() - began)))
    print("done", flush=True)


def prove(options):
    port = int(options.ports)
    print("ready", flush=True)
    came = 0
    for number in range(options.count):
        with socket.create_connection((options.server, port), timeout=PATIENCE) as sock:
            sock.send(frame(port, socket.IPPROTO_TCP, session=2**63 + number))
            came += len(sock.recv(2048)) > 0
    print("done", came, flush=True)


def pause_before_frames(options):
    socks = []
    for _ in range(10):
        socks.append(socket.create_connection((options.server, int(options.ports)), timeout=PATIENCE))
        time.sleep(0.1)
        while len(socks) >= 8:
            yield exchange(socks.pop(0), int(options.ports), socket.IPPROTO_TCP)
    while socks:
        time.sleep(0.1)
        yield exchange(socks.pop(0), int(options.ports), socket.IPPROTO_TCP)


def exchange(sock, port, protocol):
    with sock:
        try:
            sock.send(frame(port, protocol))
            return len(sock.recv(2048)) > 0
        except OSError:
            return False


def echo(server, protocol, port):
    kind, number = {"tcp": (socket.SOCK_STREAM, socket.IPPROTO_TCP),
                    "udp": (socket.SOCK_DGRAM, socket.IPPROTO_UDP)}[protocol]
    sock = socket.socket(socket.AF_INET, kind)
    sock.settimeout(PATIENCE)
    try:
        sock.connect((server, port))
    except OSError:
        sock.close()
        return False
    return exchange(sock, port, number)


def measure(options):
    """Each request at its time, or at once where an earlier one was late: that counts, too."""
    port = int(options.ports)
    times = {"tcp": [], "udp": []}
    began = time.perf_counter()
    due = began
    print("ready", flush=True)
    while due < began + options.seconds:
        for protocol, found in times.items():
            time.sleep(max(0.0, due - time.perf_counter()))
            came = echo(options.server, protocol, port)
            took = time.perf_counter() - due
            found.append(round((took if came else max(took, PATIENCE)) * 1000, 3))
            due += 0.005
    print("times " + json.dumps(times), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["syn", "sessions", "networks", "silent", "held", "million", "proved", "paused",
                                         "echoes"])
    parser.add_argument("--server", required=True)
    parser.add_argument("--ports", required=True)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--rate", type=float, default=25_000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--pause", type=float, default=0)
    options = parser.parse_args()
    whole = {"echoes": measure, "silent": connect_silently, "held": hold, "million": send_million, "proved": prove}
    if options.kind in whole:
        whole[options.kind](options)
    elif options.kind == "paused":
        print("echoes", sum(pause_before_frames(options)), flush=True)
    else:
        flood({"syn": syn, "sessions": first_frame, "networks": from_many_networks}[options.kind], options)


if __name__ == "__main__":
    main()
