"""The lab's network: each host of a topology a network namespace, joined by veth pairs or by TUN relays.

Both families, forwarding on, every address usable at once, no ICMP rate limit (unless the kernel's own is
asked for). A Network owns the processes started in it; `close` ends them and takes the namespaces away.
"""

import itertools
import os
import pathlib
import subprocess
import sys

from process import LabFailure, Process
from topology import Topology

HERE = pathlib.Path(__file__).resolve().parent
_ICMP_UNLIMITED = ["net.ipv4.icmp_ratelimit=0", "net.ipv4.icmp_ratemask=0",
                   "net.ipv4.icmp_msgs_per_sec=1000000", "net.ipv4.icmp_msgs_burst=1000000",
                   "net.ipv6.icmp.ratelimit=0"]
_QUIET = ["net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0",
          "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0"]
_FORWARD = ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]

_counter = itertools.count()


class Network:
    """Use as a context: built on entering, taken down on leaving. `relay`: arguments of relay.py."""

    def __init__(self, topology=None, icmp_limits=False, relay=()):
        self.topology = topology or Topology()
        prefix = f"pt-{os.getpid()}-{next(_counter)}-"
        self._names = {host: prefix + host for host in self.topology.hosts}
        self._settings = _QUIET + ([] if icmp_limits else _ICMP_UNLIMITED)
        self._relay = list(relay)
        self._processes = []

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def _build(self):
        name = self._names
        for host in name:
            _run(["ip", "netns", "add", name[host]])
        for host in name:
            _run(self.inside(host, ["sysctl", "-qw"] + self._settings
                             + (_FORWARD if host in self.topology.routers else [])))
        for link in self.topology.links:
            (host, device), (far_host, far_device) = link.ends
            if link.delayed:
                self.start_here([sys.executable, str(HERE / "relay.py"), *self._relay,
                                 f"{name[host]}:{device}", f"{name[far_host]}:{far_device}"]
                                ).wait_for_line("ready")
            else:
                _run(["ip", "link", "add", device, "netns", name[host], "type", "veth",
                      "peer", "name", far_device, "netns", name[far_host]])
        for host in name:
            _run(["ip", "-n", name[host], "-batch", "-"], self.topology.commands(host))

    def name(self, host):
        """What ip-netns(8) knows the host's namespace by."""
        return self._names[host]

    def inside(self, host, argv):
        """The command line that runs `argv` on a host: ip-netns(8) ends in exec, so the pid is argv's."""
        return ["ip", "netns", "exec", self._names[host], *argv]

    def load_rules(self, host, rules):
        _run(self.inside(host, ["nft", "-f", "-"]), "table inet lab {\n" + rules + "\n}\n")

    def replace_rules(self, host, rules):
        """Instead of those that are loaded, in one step."""
        _run(self.inside(host, ["nft", "-f", "-"]),
             "table inet lab {}\ndelete table inet lab\ntable inet lab {\n" + rules + "\n}\n")

    def set_up(self, host, argv):
        _run(self.inside(host, argv))

    def start(self, host, argv):
        return self.start_here(self.inside(host, argv))

    def start_here(self, argv):
        """For a command line that enters a host's namespace by itself."""
        process = Process(argv)
        self._processes.append(process)
        return process

    def close(self):
        for process in reversed(self._processes):
            process.stop()
        self._processes.clear()
        for name in self._names.values():
            subprocess.run(["ip", "netns", "delete", name], check=False, stderr=subprocess.DEVNULL)


def _run(argv, text=None):
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False, timeout=30)
    if done.returncode != 0:
        raise LabFailure(f"{' '.join(argv)}\n{text or ''}failed: {done.stderr}{done.stdout}")
