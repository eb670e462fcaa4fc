#!/usr/bin/env python3
"""A slow or unsteady cable: joins two TUN devices, each in a network namespace of ip-netns(8).

    relay.py [--delay MS] [--loss PERCENT] [--duplicates PERCENT] [--reorder PERCENT] NETNS:DEVICE NETNS:DEVICE

Makes the devices, sets them up, prints "ready", and passes every packet on after the delay (each way). No
neighbour discovery happens over TUN, so only what the hosts send is delayed. Runs until it is ended.
"""

import argparse
import ctypes
import fcntl
import heapq
import itertools
import os
import random
import selectors
import struct
import subprocess
import sys
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
QUEUE = 20000  # packets that may wait in the device while this program is busy
REORDER_SECONDS = 0.02

_libc = ctypes.CDLL(None, use_errno=True)


def enter(netns):
    handle = os.open(f"/run/netns/{netns}", os.O_RDONLY)
    try:
        if _libc.setns(handle, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {netns}")
    finally:
        os.close(handle)


def open_tun(end):
    netns, _, device = end.partition(":")
    enter(netns)
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", device, "txqueuelen", str(QUEUE), "up"], check=True)
    return tun


class Cable:
    """What happens to each packet: nothing, or one or two deliveries at some time. Seeded."""

    def __init__(self, delay, loss, duplicates, reorder, seed):
        self._delay, self._loss, self._duplicates, self._reorder = delay, loss, duplicates, reorder
        self._chance = random.Random(seed)

    def deliveries(self, now):
        if self._chance.random() < self._loss:
            return []
        late = REORDER_SECONDS if self._chance.random() < self._reorder else 0.0
        first = now + self._delay + late
        return [first, first] if self._chance.random() < self._duplicates else [first]


def read_all(tun):
    while True:
        try:
            yield os.read(tun, 65536)
        except BlockingIOError:
            return


def deliver(tun, packet):
    try:
        os.write(tun, packet)
    except OSError:
        pass  # the host refuses the packet (device down, no memory): lost, as on a cable


def run(tuns, cable):
    ready = selectors.DefaultSelector()
    for tun, other in (tuns, tuns[::-1]):
        ready.register(tun, selectors.EVENT_READ, other)
    waiting, order = [], itertools.count()
    while True:
        until = waiting[0][0] - time.monotonic() if waiting else None
        for key, _ in ready.select(None if until is None else max(0.0, until)):
            for packet in read_all(key.fd):
                for due in cable.deliveries(time.monotonic()):
                    heapq.heappush(waiting, (due, next(order), key.data, packet))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, tun, packet = heapq.heappop(waiting)
            deliver(tun, packet)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--delay", type=float, default=0, metavar="MS", help="each way")
    for name in ("loss", "duplicates", "reorder"):
        parser.add_argument(f"--{name}", type=float, default=0, metavar="PERCENT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("ends", nargs=2, metavar="NETNS:DEVICE")
    options = parser.parse_args()
    cable = Cable(options.delay / 1000, options.loss / 100, options.duplicates / 100,
                  options.reorder / 100, options.seed)
    tuns = [open_tun(end) for end in options.ends]
    print("ready", flush=True)
    run(tuns, cable)


if __name__ == "__main__":
    sys.exit(main())
