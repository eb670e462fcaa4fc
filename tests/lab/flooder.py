#!/usr/bin/env python3
"""Floods pt-server from the router, in the name of many sources, and measures echoes from the client.

syn       SYNs from all of 10.99.0.0/16 to --ports; who answers them is lost, so that handshakes stay half-open
sessions  datagrams from all of 10.99.0.0/16 to --ports, two different ones of each of as many sessions
networks  the same from all of 10.128.0.0/9, each in a /24 of its own
silent    connections from this host's own address to --ports, on which nothing is sent
paused    connects to --ports ten times, and sends a request 0.8 s later each time; prints how many echoes came
echoes    one request each 10 ms to --ports, over TCP and UDP in turn; prints the times as JSON, in ms

--count packets, --rate a second at most; echoes for --seconds. IPv4 only.
"""

import argparse
import collections
import json
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
    parser.add_argument("kind", choices=["syn", "sessions", "networks", "silent", "paused", "echoes"])
    parser.add_argument("--server", required=True)
    parser.add_argument("--ports", required=True)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--rate", type=float, default=25_000)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    if options.kind == "echoes":
        measure(options)
    elif options.kind == "silent":
        connect_silently(options)
    elif options.kind == "paused":
        print("echoes", sum(pause_before_frames(options)), flush=True)
    else:
        flood({"syn": syn, "sessions": first_frame, "networks": from_many_networks}[options.kind], options)


if __name__ == "__main__":
    main()
