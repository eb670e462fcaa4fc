#!/usr/bin/env python3
"""Programs that are not pt-server: what a probe may meet on a port, or on the way to it.

mute     completes the handshake and never says a word
talk     sends a banner (TCP: at once; UDP: as answer to any datagram)
close    reads once and closes without a word
reset    resets right after the handshake
relay    passes everything on to --to ADDRESS and --to-port, with one byte flipped in each stream or
         datagram at --flip-request or --flip-reply (offset from its start); with --swap-requests each
         datagram waits until the next one of its client has passed; with --late, the connection to
         --to begins so many seconds after the client's is accepted
cut      listens nowhere: sees a connection's data pass on --interface and resets both of its ends, each in
         the other's name. The data itself must be dropped by a rule, or the race is open

Each listens on --protocol and --port on all addresses of both families, prints "ready", and runs until
it is ended. --transparent takes connections to any address (nft tproxy).
"""

import argparse
import collections
import selectors
import socket
import struct
import sys
import threading
import time

BANNER = b"220 mail.example ESMTP ready\r\n"
IPV6_TRANSPARENT = 75
IP_TRANSPARENT = 19


def listener(kind, options):
    sock = socket.socket(socket.AF_INET6, kind)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if options.transparent:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_TRANSPARENT, 1)
        sock.setsockopt(socket.IPPROTO_IP, IP_TRANSPARENT, 1)
    sock.bind(("::", options.port))
    return sock


def flip(data, begun, offset):
    """Flips a bit in the byte at `offset` of a stream of which `begun` bytes have passed before."""
    if offset is None or not begun <= offset < begun + len(data):
        return data
    changed = bytearray(data)
    changed[offset - begun] ^= 0x01
    return bytes(changed)


def pump(source, sink, offset):
    begun = 0
    try:
        while data := source.recv(65536):
            sink.sendall(flip(data, begun, offset))
            begun += len(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        sink.close()


def relay_connection(connection, options):
    time.sleep(options.late)
    try:
        upstream = socket.create_connection((options.to, options.to_port))
    except OSError:
        reset(connection)
        return
    threading.Thread(target=pump, args=(upstream, connection, options.flip_reply), daemon=True).start()
    pump(connection, upstream, options.flip_request)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def serve_tcp(options):
    server = listener(socket.SOCK_STREAM, options)
    server.listen(1024)
    print("ready", flush=True)
    kept = collections.deque(maxlen=15_000)  # a descriptor each
    while True:
        connection, _ = server.accept()
        if options.kind == "mute":
            kept.append(connection)
        elif options.kind == "talk":
            connection.sendall(BANNER)
            kept.append(connection)
        elif options.kind == "close":
            connection.recv(4096)
            connection.close()
        elif options.kind == "reset":
            reset(connection)
        else:
            threading.Thread(target=relay_connection, args=(connection, options), daemon=True).start()


def relay_datagrams(server, options):
    """One socket towards the server for each client, so that answers find their way back."""
    family = socket.AF_INET6 if ":" in options.to else socket.AF_INET
    ready = selectors.DefaultSelector()
    ready.register(server, selectors.EVENT_READ)
    upstreams = {}
    held_back = {}
    while True:
        for key, _ in ready.select():
            if key.fileobj is server:
                data, client = server.recvfrom(65536)
                if client not in upstreams:
                    upstreams[client] = socket.socket(family, socket.SOCK_DGRAM)
                    upstreams[client].connect((options.to, options.to_port))
                    ready.register(upstreams[client], selectors.EVENT_READ, client)
                if options.swap_requests and client not in held_back:
                    held_back[client] = data
                    continue
                for request in (data, held_back.pop(client, None)):
                    if request:
                        upstreams[client].send(flip(request, 0, options.flip_request))
            else:
                data = key.fileobj.recv(65536)
                server.sendto(flip(data, 0, options.flip_reply), key.data)


def serve_udp(options):
    server = listener(socket.SOCK_DGRAM, options)
    print("ready", flush=True)
    if options.kind == "relay":
        relay_datagrams(server, options)
    while True:
        _, client = server.recvfrom(65536)
        if options.kind == "talk":
            server.sendto(BANNER, client)


def checksum(data):
    """RFC 1071."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def reset_packet(source, destination, ports, seq, ack):
    """A whole IP packet with RST and ACK (RFC 9293 section 3.5.3). Addresses are 4 or 16 bytes."""
    tcp = struct.pack("!HHIIBBHHH", *ports, seq % 2**32, ack % 2**32, 5 << 4, 0x14, 0, 0, 0)
    pseudo = source + destination + struct.pack("!II", len(tcp), socket.IPPROTO_TCP)
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    if len(source) == 16:
        return struct.pack("!IHBB", 6 << 28, len(tcp), socket.IPPROTO_TCP, 64) + source + destination + tcp
    # The kernel fills in the header's checksum (raw(7)).
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, socket.IPPROTO_TCP, 0) \
        + source + destination + tcp


def tcp_segment(packet):
    """Addresses, the TCP header's begin and the length of the data; None for all else."""
    if packet[0] >> 4 == 4 and packet[9] == socket.IPPROTO_TCP:
        header = (packet[0] & 0xF) * 4
        source, destination, total = packet[12:16], packet[16:20], struct.unpack("!H", packet[2:4])[0]
    elif packet[0] >> 4 == 6 and packet[6] == socket.IPPROTO_TCP:
        header = 40
        source, destination, total = packet[8:24], packet[24:40], 40 + struct.unpack("!H", packet[4:6])[0]
    else:
        return None
    return source, destination, header, total - header - (packet[header + 12] >> 4) * 4


def cut_connections(options):
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0003))  # ETH_P_ALL
    sniffer.bind((options.interface, 0))
    senders = {4: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW),
               16: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW)}
    families = {4: socket.AF_INET, 16: socket.AF_INET6}
    print("ready", flush=True)
    while True:
        packet, (_, _, kind, *_) = sniffer.recvfrom(65536)
        segment = tcp_segment(packet) if kind != socket.PACKET_OUTGOING else None
        if not segment:
            continue
        client, server, header, length = segment
        from_port, to_port, seq, ack = struct.unpack("!HHII", packet[header:header + 12])
        if to_port != options.port or length == 0:
            continue
        for source, destination, ports, number, answers in (
                (server, client, (to_port, from_port), ack, seq + length),
                (client, server, (from_port, to_port), seq, ack)):
            to = socket.inet_ntop(families[len(destination)], destination)
            senders[len(destination)].sendto(reset_packet(source, destination, ports, number, answers),
                                             (to, 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["mute", "talk", "close", "reset", "relay", "cut"])
    parser.add_argument("--protocol", choices=["tcp", "udp"], default="tcp")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--transparent", action="store_true")
    parser.add_argument("--to")
    parser.add_argument("--to-port", type=int)
    parser.add_argument("--late", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--interface", help="cut: where the client's packets come in")
    parser.add_argument("--swap-requests", action="store_true")
    parser.add_argument("--flip-request", type=int, metavar="OFFSET")
    parser.add_argument("--flip-reply", type=int, metavar="OFFSET")
    options = parser.parse_args()
    if options.protocol == "udp" and options.kind in ("close", "reset"):
        parser.error("udp knows only mute, talk and relay")
    if options.kind == "cut":
        cut_connections(options)
    (serve_tcp if options.protocol == "tcp" else serve_udp)(options)


if __name__ == "__main__":
    sys.exit(main())
