#!/usr/bin/env python3
"""Packets in the name of others, sent from the router: what somebody who does not see the traffic can forge.

icmp    port-unreachable errors to the client, each quoting a datagram from another of its ephemeral ports to
        --server and --port; the quoted data is not pt's
hello   datagrams from --server and --port to each of the client's ephemeral ports, with the text "hello"
aimed   port-unreachable errors to the client in the server's name, each quoting a datagram that has just come from
        the client, with all but its nonce (12 bytes); with --nonce, with that, too: what only who sees it can forge

Goes through the ports once, or over and over with --repeat, --rate packets a second at most. Prints "ready".
"""

import argparse
import itertools
import socket
import struct
import sys
import time

import wire
from peers import checksum

EPHEMERAL = range(32768, 61000)
BATCH = 50


def datagram(source, destination, ports, data):
    """UDP with a right checksum (RFC 768); addresses are packed."""
    header = struct.pack("!HHHH", *ports, 8 + len(data), 0)
    pseudo = source + destination + struct.pack("!II", 8 + len(data), socket.IPPROTO_UDP)
    padding = b"\0" * (len(data) % 2)
    right = checksum(pseudo + header + data + padding) or 0xFFFF
    return header[:6] + struct.pack("!H", right) + data


def packet(source, destination, protocol, payload):
    if len(source) == 16:
        return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + source + destination + payload
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0) + source + destination
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def unreachable(router, client, quoted):
    """ICMP port unreachable (RFC 792, RFC 4443 section 3.1)."""
    if len(client) == 4:
        body = struct.pack("!BBHI", 3, 3, 0, 0) + quoted
        return packet(router, client, socket.IPPROTO_ICMP, body[:2] + struct.pack("!H", checksum(body)) + body[4:])
    body = struct.pack("!BBHI", 1, 4, 0, 0) + quoted
    pseudo = router + client + struct.pack("!II", len(body), socket.IPPROTO_ICMPV6)
    return packet(router, client, socket.IPPROTO_ICMPV6,
                  body[:2] + struct.pack("!H", checksum(pseudo + body)) + body[4:])


def forge(kind, server, client, server_port, client_port):
    if kind == "hello":
        return packet(server, client, socket.IPPROTO_UDP,
                      datagram(server, client, (server_port, client_port), b"hello"))
    data = b"\0" * 128
    quoted = packet(client, server, socket.IPPROTO_UDP,
                    datagram(client, server, (client_port, server_port), data))
    return unreachable(server, client, quoted)


def aim(options):
    """Forges an error for each datagram that passes, at once. IPv4 only."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM) as passing, \
            socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        passing.bind(("to_client", wire.ETH_P_ALL))
        print("ready", flush=True)
        while True:
            data, origin = passing.recvfrom(65536)
            seen = wire.read_packet(origin[2] == wire.PACKET_OUTGOING, data)
            if not seen or seen.to_host or seen.protocol != socket.IPPROTO_UDP or seen.source[0] != options.client:
                continue
            quoted = bytearray(seen.whole[:28 + 120])
            if not options.nonce:
                quoted[40:52] = bytes(byte ^ 0x5A for byte in quoted[40:52])
            forged = unreachable(*(socket.inet_aton(one) for one in (options.server, options.client)), bytes(quoted))
            raw.sendto(forged, (options.client, 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["icmp", "hello", "aimed"])
    parser.add_argument("--client", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--nonce", action="store_true")
    parser.add_argument("--repeat", action="store_true")
    parser.add_argument("--rate", type=int, default=50000)
    options = parser.parse_args()
    if options.kind == "aimed":
        return aim(options)
    family = socket.AF_INET6 if ":" in options.client else socket.AF_INET
    server, client = (socket.inet_pton(family, one) for one in (options.server, options.client))
    raw = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
    forged = [forge(options.kind, server, client, options.port, port) for port in EPHEMERAL]
    print("ready", flush=True)
    began = time.monotonic()
    for sent, one in enumerate(itertools.cycle(forged) if options.repeat else forged):
        raw.sendto(one, (options.client, 0))
        ahead = sent / options.rate - (time.monotonic() - began)
        if sent % BATCH == 0 and ahead > 0:
            time.sleep(ahead)


if __name__ == "__main__":
    sys.exit(main())
