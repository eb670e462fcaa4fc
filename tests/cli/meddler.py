"""Someone in the middle of UDP: in front of pt-server on 127.0.0.1 he takes its ports on 127.0.0.2 and
does with each datagram what the test wants."""

import select
import socket
import struct
import threading

REQUEST, REPLY, QUERY, ANSWER = 0x35, 0xCA, 0x59, 0x9A
HEADER = 120


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Meddler:
    address = "127.0.0.2"
    server = "127.0.0.1"

    def __init__(self, conduct):
        """`conduct` maps ports of the server to what is done with datagrams to them."""
        self.sockets = {}  # on our side: the port
        self.conduct = {}
        self.last = {}  # by port: the latest request
        self.flows = {}  # towards the server: (our socket, the client)
        self.by_client = {}
        self.ended = threading.Event()
        for port, how in conduct.items():
            self.listen(port, how)
        self.thread = threading.Thread(target=self.run)

    def listen(self, port, how):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((self.address, port))
        self.sockets[sock] = sock.getsockname()[1]
        self.conduct[self.sockets[sock]] = how
        return self.sockets[sock]

    def add(self, how):
        """A port that the server does not hold; before the start."""
        return self.listen(0, how)

    @property
    def ports(self):
        return sorted(self.conduct)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        for sock in (*self.sockets, *self.flows):
            sock.close()

    def run(self):
        while not self.ended.is_set():
            readable, _, _ = select.select([*self.sockets, *self.flows], [], [], 0.02)
            for sock in readable:
                if sock in self.flows:
                    ours, client = self.flows[sock]
                    data = sock.recv(2048)
                    self.conduct[self.sockets[ours]](self, ours, client, data, False)
                else:
                    data, client = sock.recvfrom(2048)
                    self.last[self.sockets[sock]] = data
                    self.conduct[self.sockets[sock]](self, sock, client, data, True)

    def to_server(self, ours, client, data):
        key = (ours, client)
        if key not in self.by_client:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.connect((self.server, self.sockets[ours]))
            self.by_client[key] = sock
            self.flows[sock] = key
        self.by_client[key].send(data)

    def forward(self, ours, client, data, outward):
        if outward:
            self.to_server(ours, client, data)
        else:
            ours.sendto(data, client)

    def copy_first(self, ours, client, data, outward):
        """A copy, from another port of ours, is there before the request."""
        if outward:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.connect((self.server, self.sockets[ours]))
                sock.settimeout(0.2)
                sock.send(data)
                try:
                    sock.recv(2048)
                except TimeoutError:
                    pass
        self.forward(ours, client, data, outward)

    def forge_first(self, ours, client, data, outward):
        self.forge_echo(ours, client, data, outward)
        self.forward(ours, client, data, outward)

    def drop(self, *_):
        pass

    def forge_echo(self, ours, client, data, outward):
        """What pt-server would reply, as far as anybody can tell who has no key."""
        if not outward or data[4] != REQUEST:
            return
        reply = bytearray(data[:HEADER])
        reply[4] = REPLY
        reply[6:8] = struct.pack("!H", HEADER)
        session = data[12:20]
        for offset, (host, port) in ((44, client), (62, ours.getsockname())):
            plain = bytes(10) + b"\xff\xff" + socket.inet_aton(host) + struct.pack("!H", port)
            reply[offset:offset + 18] = bytes(byte ^ session[place % 8] for place, byte in enumerate(plain))
        reply[84:86] = bytes([64, 0])
        reply[86:88] = struct.pack("!H", len(data))
        reply[88:92] = struct.pack("!I", 1)
        reply[92:100] = b"\x01" * 8
        ours.sendto(reply, client)

    @staticmethod
    def forge_record(port):
        """Answers to queries say of that port that a frame arrived."""

        def conduct(self, ours, client, data, outward):
            if not outward and data[4] == ANSWER and data[HEADER] == 5:
                answer = bytearray(data)
                first, count = struct.unpack("!HH", data[HEADER + 2:HEADER + 6])
                if data[HEADER + 1] == socket.IPPROTO_UDP and first <= port < first + count:
                    answer[HEADER + 38 + port - first] = 0x03
                    answer[100:104] = struct.pack("!I", crc32c(answer[HEADER:]))
                data = bytes(answer)
            self.forward(ours, client, data, outward)
        return conduct

    def send_again(self, port, times):
        """Sends the latest request to the server, from a port of our own; how many replies that brings."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((self.server, port))
            sock.settimeout(0.5)
            for _ in range(times):
                sock.send(self.last[port])
            replies = 0
            try:
                while True:
                    sock.recv(2048)
                    replies += 1
            except TimeoutError:
                return replies
