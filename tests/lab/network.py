"""The lab's network: client, router and server, each a network namespace, joined by veth pairs.

    client net0 --- to_client router to_server --- net0 server

Both families, forwarding on, every address usable at once, no ICMP rate limit. A Network owns the
processes started in it; `close` ends them and takes the namespaces away.
"""

import itertools
import os
import subprocess
import tempfile
import threading

from scenario import ADDRESSES, HOSTS

READY_SECONDS = 20
STOP_SECONDS = 10
V4, V6 = ADDRESSES["ipv4"], ADDRESSES["ipv6"]

_QUIET = ["net.ipv4.icmp_ratelimit=0", "net.ipv4.icmp_ratemask=0", "net.ipv4.icmp_msgs_per_sec=1000000",
          "net.ipv4.icmp_msgs_burst=1000000", "net.ipv6.icmp.ratelimit=0",
          "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0",
          "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0"]
_FORWARD = ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]

_counter = itertools.count()


class LabFailure(Exception):
    """The lab itself could not be built: no verdict on pt."""


def _host(address, v6_address, router, v6_router):
    return f"""link set lo up
link set net0 up
address add {address}/24 dev net0
address add {v6_address}/64 dev net0 nodad
route add default via {router}
route add ::/0 via {v6_router}
"""


_BATCH = {
    "client": _host(V4["client"], V6["client"], V4["router"], V6["router"]),
    "server": _host(V4["server"], V6["server"], V4["router_out"], V6["router_out"]),
    "router": f"""link set lo up
link set to_client up
link set to_server up
address add {V4['router']}/24 dev to_client
address add {V6['router']}/64 dev to_client nodad
address add {V4['router_out']}/24 dev to_server
address add {V6['router_out']}/64 dev to_server nodad
""",
}


class Process:
    """A program in the background. Its standard error is kept for the story of a failure."""

    def __init__(self, argv):
        self.argv = argv
        self._lines = []
        self._ended = False
        self._changed = threading.Condition()
        self._errors = tempfile.TemporaryFile()
        self._popen = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=self._errors)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._popen.stdout:
            self._note(line.decode(errors="replace").rstrip("\n"))
        self._note(None)

    def _note(self, line):
        with self._changed:
            if line is None:
                self._ended = True
            else:
                self._lines.append(line)
            self._changed.notify_all()

    def wait_for_line(self, start):
        """The first line of standard output that starts so. LabFailure if it does not come."""
        read = 0
        with self._changed:
            while True:
                for line in self._lines[read:]:
                    if line.startswith(start):
                        return line
                read = len(self._lines)
                if self._ended or not self._changed.wait(READY_SECONDS):
                    raise LabFailure(f"{' '.join(self.argv)}\ndid not print '{start}'\n{self.output()}")

    def output(self):
        """Both outputs so far, cut to the last lines."""
        self._errors.seek(0)
        errors = self._errors.read().decode(errors="replace").splitlines()
        return "\n".join(self._lines[-15:] + errors[-40:])

    def signal(self, number):
        self._popen.send_signal(number)

    def stop(self):
        """SIGTERM, then its exit code; None if it had to be killed."""
        self._popen.terminate()
        try:
            code = self._popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
            code = None
        self._reader.join()
        return code


class Network:
    """Use as a context: built on entering, taken down on leaving."""

    def __init__(self):
        prefix = f"pt-{os.getpid()}-{next(_counter)}-"
        self._names = {host: prefix + host for host in HOSTS}
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
        for host in HOSTS:
            _run(["ip", "netns", "add", name[host]])
        for host in HOSTS:
            _run(self.inside(host, ["sysctl", "-qw"] + _QUIET + (_FORWARD if host == "router" else [])))
        _run(["ip", "-batch", "-"], f"""
link add net0 netns {name['client']} type veth peer name to_client netns {name['router']}
link add net0 netns {name['server']} type veth peer name to_server netns {name['router']}
""")
        for host in HOSTS:
            _run(["ip", "-n", name[host], "-batch", "-"], _BATCH[host])

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
        for process in self._processes:
            process.stop()
        self._processes.clear()
        for name in self._names.values():
            subprocess.run(["ip", "netns", "delete", name], check=False, stderr=subprocess.DEVNULL)


def _run(argv, text=None):
    done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False, timeout=30)
    if done.returncode != 0:
        raise LabFailure(f"{' '.join(argv)}\n{text or ''}failed: {done.stderr}{done.stdout}")
